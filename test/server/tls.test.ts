import assert from 'node:assert/strict';
import { copyFileSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import type { TestContext } from 'node:test';

import { Complaint } from '../../src/server/complaint.ts';
import { readTlsPair } from '../../src/server/tls-pair.ts';
import { getSecurely, writeCertificate } from './support/certificates.ts';
import { runCommand } from './support/command.ts';
import { codeOf, peerFor } from './support/peer.ts';

function folderFor(t: TestContext): string {
  const folder = mkdtempSync(join(tmpdir(), 'rtc-chat-tls-'));
  t.after(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

const INSECURE = { socket: { rejectUnauthorized: false } };

test('people meet over TLS, and SIGHUP brings the new certificate to new connections only', async (t) => {
  const folder = folderFor(t);
  const [old, fresh] = [
    await writeCertificate(folder, 'old'),
    await writeCertificate(folder, 'new'),
  ];
  const [cert, key] = [join(folder, 'cert.pem'), join(folder, 'key.pem')];
  const install = (files: typeof old): void => {
    copyFileSync(files.cert, cert);
    copyFileSync(files.key, key);
  };
  install(old);
  const args = ['--tls-cert', cert, '--tls-key', key, '--port', '0', '--host', '127.0.0.1'];
  const command = runCommand(t, args);
  const [, url = ''] = await command.said(/listening on (https:\S+)/);
  const ada = await peerFor(t, url, INSECURE);
  await ada.join();
  assert.equal((await getSecurely(`${url}/healthz`)).shown, 'old');

  // A pair that does not belong together: half of a change, or a mistake.
  copyFileSync(fresh.cert, cert);
  command.child.kill('SIGHUP');
  await command.said(/"event":"certificate-refused","reason":"The key \S+ is not that of/);
  assert.equal((await getSecurely(`${url}/healthz`)).shown, 'old');

  install(fresh);
  command.child.kill('SIGHUP');
  await command.said(/"event":"certificate"/);
  const { status, body, shown } = await getSecurely(`${url}/healthz`);
  assert.deepEqual([status, shown], [200, 'new']);
  assert.equal((JSON.parse(body) as { peers: number }).peers, 1);

  // The connection from before has not noticed, and meets somebody who came after.
  const bo = await peerFor(t, url, INSECURE);
  await bo.join({ name: 'Bo' });
  assert.equal((await ada.next<{ id: string }>('peer-joined')).id, bo.id);
  assert.equal(codeOf(await ada.signal(bo.id, 'hello')), 'ok');
  assert.deepEqual(ada.unread('disconnect'), []);
  command.child.kill('SIGTERM');
  assert.equal(await command.exited, 0);
});

test('a certificate without its key, or one that is not there, ends with a sentence and exit code 2', async (t) => {
  const folder = folderFor(t);
  const { cert, key } = await writeCertificate(folder, 'a');
  for (const [args, sentence] of [
    [['--tls-cert', cert], '--tls-cert needs --tls-key as well.\n'],
    [['--tls-key', key], '--tls-key needs --tls-cert as well.\n'],
    [
      ['--tls-cert', '/nowhere/a.crt', '--tls-key', key],
      'The certificate /nowhere/a.crt could not be read: there is none.\n',
    ],
  ] as const) {
    const command = runCommand(t, [...args, '--port', '0']);
    assert.equal(await command.exited, 2);
    assert.equal(command.errors(), sentence);
  }
});

test('a pair of files that is none is answered with what is wrong', async (t) => {
  const folder = folderFor(t);
  const a = await writeCertificate(folder, 'a');
  const b = await writeCertificate(folder, 'b');
  const locked = await writeCertificate(folder, 'locked', 'a passphrase');
  const junk = join(folder, 'junk');
  writeFileSync(junk, '-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n');
  for (const [cert, key, sentence] of [
    [a.cert, '/nowhere/k', /^The key \/nowhere\/k could not be read: there is none\.$/],
    [a.cert, folder, /^The key \S+ could not be read: it is a folder\.$/],
    [a.key, a.key, /^The file \S+a\.key holds no certificate in PEM\b.*\.$/],
    [junk, a.key, /^The file \S+junk holds no certificate in PEM\b.*\.$/],
    [a.cert, a.cert, /^The file \S+a\.crt holds no private key in PEM\b.*\.$/],
    [a.cert, b.key, /^The key \S+b\.key is not that of the first certificate in \S+a\.crt/],
    [locked.cert, locked.key, /^The key \S+locked\.key is encrypted\./],
  ] as const) {
    assert.throws(
      () => readTlsPair(cert, key),
      (error) => error instanceof Complaint && sentence.test(error.message),
      String(sentence),
    );
  }
  assert.equal(readTlsPair(a.cert, a.key).certificate.subject, 'CN=a');
});
