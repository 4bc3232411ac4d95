import assert from 'node:assert/strict';
import { X509Certificate } from 'node:crypto';
import { existsSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { request } from 'node:http';
import { connect } from 'node:net';
import { networkInterfaces, tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import type { TestContext } from 'node:test';

import { encode } from 'uqr';

import { lanAddresses } from '../../src/server/lan-addresses.ts';
import { freshRoom, lanWelcome } from '../../src/server/lan-welcome.ts';
import { selfSignedPair } from '../../src/server/self-signed.ts';
import { originsOf, urlOf } from '../../src/server/web-server.ts';
import { getSecurely, writeCertificate } from './support/certificates.ts';
import { runCommand } from './support/command.ts';
import { connectPeer, peerFor } from './support/peer.ts';

const ADDRESSES = ['192.168.1.5', '2001:db8::5'];

function folderFor(t: TestContext): string {
  const folder = mkdtempSync(join(tmpdir(), 'rtc-chat-lan-'));
  t.after(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

test('--lan says a URL for each address, and people meet over any two of them', async (t) => {
  const state = folderFor(t);
  const command = runCommand(t, ['--lan', '--port', '0'], { XDG_STATE_HOME: state });
  const [, own = ''] = await command.said(/listening on (https:\/\/localhost:\d+)\n/);
  const { port } = new URL(own);
  await command.said(/fingerprint/);
  const links = [...command.output().matchAll(/^ {2}(https:\S+)\/#(\S+)$/gm)];
  const urls = links.map(([, url = '']) => url);
  const expected = lanAddresses().map((it) => urlOf('https', it, Number(port), '/'));
  assert.deepEqual(urls, expected);
  assert.equal(new Set(links.map(([, , room]) => room)).size, Math.min(1, expected.length));

  const loopback = Object.values(networkInterfaces())
    .flatMap((infos = []) => infos.filter((it) => it.internal && !it.address.startsWith('fe80')))
    .map(({ address }) => urlOf('https', address, Number(port), '/'));
  assert.notEqual(loopback.length, 0);
  const everywhere = [own, ...loopback, ...urls];
  for (const [index, url] of everywhere.entries()) {
    const peer = await peerFor(t, url, { socket: { rejectUnauthorized: false } });
    const { peers } = await peer.join({ name: `Person ${index}` });
    assert.equal(peers.length, index, url);
  }
  // The certificate is right for each of them, to whoever trusts it.
  const ca = readFileSync(join(state, 'rtc-chat/lan.pem'), 'utf8');
  for (const url of everywhere) {
    const trusting = await connectPeer(url, { socket: { ca } });
    trusting.close();
  }
});

test('whoever forgets the s of https is sent there, on the same port', async (t) => {
  const command = runCommand(t, ['--lan', '--port', '0'], { XDG_STATE_HOME: folderFor(t) });
  const [, own = ''] = await command.said(/listening on (https:\S+)\n/);
  const { port } = new URL(own);
  const location = await new Promise((resolve, reject) => {
    request({ host: '127.0.0.1', port, path: '/healthz?x' }, (response) => {
      response.resume();
      resolve([response.statusCode, response.headers.location]);
    })
      .on('error', reject)
      .end();
  });
  assert.deepEqual(location, [307, `https://127.0.0.1:${port}/healthz?x`]);
  // Somebody who says nothing, something else, or leaves in the middle, does no harm.
  for (const said of ['', '\u0016', 'GET', 'GET / HTTP/1.0\r\n\r\n', '\0\0\0\0']) {
    const socket = connect(Number(port), '127.0.0.1');
    await new Promise((resolve) => socket.once('connect', resolve));
    await new Promise((resolve) => socket.write(said, resolve));
    socket.resetAndDestroy();
  }
  assert.equal((await getSecurely(`https://127.0.0.1:${port}/healthz`)).status, 200);
});

test('a certificate that the devices know takes the place of our own', async (t) => {
  const state = folderFor(t);
  const { cert, key } = await writeCertificate(state, 'known');
  const args = ['--lan', '--port', '0', '--tls-cert', cert, '--tls-key', key];
  const command = runCommand(t, args, { XDG_STATE_HOME: state });
  const [, own = ''] = await command.said(/listening on (https:\S+)\n/);
  await command.said(/same room|in no network/);
  assert.equal((await getSecurely(`${own}/healthz`)).shown, 'known');
  assert.doesNotMatch(command.output(), /fingerprint/);
  assert.ok(!existsSync(join(state, 'rtc-chat')));
});

for (const [args, sentence] of [
  [['--lan', '--host', '127.0.0.1'], '--lan and --host exclude each other.\n'],
  [
    ['--lan', '--origin', 'https://a.example', '--port', '0'],
    '--lan and --origin together need a --port that is not 0.\n',
  ],
] as const) {
  test(`${args.join(' ')} ends with a sentence and exit code 2`, async (t) => {
    const command = runCommand(t, args, { XDG_STATE_HOME: folderFor(t) });
    assert.equal(await command.exited, 2);
    assert.equal(command.errors(), sentence);
  });
}

test('with --lan our own pages may connect beside those that --origin lists', () => {
  const origin = ['https://a.example'];
  assert.deepEqual(originsOf({ origin, lan: true, port: 8443 }, 'https', ADDRESSES), [
    'https://a.example',
    'https://localhost:8443',
    'https://127.0.0.1:8443',
    'https://[::1]:8443',
    'https://192.168.1.5:8443',
    'https://[2001:db8::5]:8443',
  ]);
  const [, first] = originsOf({ origin, lan: true, port: 443 }, 'https', ADDRESSES) ?? [];
  assert.equal(first, 'https://localhost');
  assert.equal(originsOf({ origin, lan: false, port: 0 }, 'http', ADDRESSES), origin);
  assert.equal(originsOf({ origin: undefined, lan: true, port: 0 }, 'https'), undefined);
});

test('a certificate of our own is for these addresses, for servers only, and ends within a year', async (t) => {
  const folder = folderFor(t);
  const { certificate } = await selfSignedPair(ADDRESSES, folder);
  for (const address of [...ADDRESSES, '127.0.0.1', '::1']) {
    assert.equal(certificate.checkIP(address), address);
  }
  assert.equal(certificate.checkHost('localhost'), 'localhost');
  assert.equal(certificate.checkIP('192.168.1.6'), undefined);
  assert.equal(certificate.ca, false);
  assert.deepEqual(certificate.keyUsage, ['1.3.6.1.5.5.7.3.1']);
  assert.equal(certificate.publicKey.asymmetricKeyType, 'ec');
  const days = (Date.parse(certificate.validTo) - Date.now()) / 86_400_000;
  assert.ok(days > 300 && days < 366, String(days));
  assert.ok(Date.parse(certificate.validFrom) < Date.now() - 3_600_000);
});

test('the certificate is kept while it fits, and made anew when it does not', async (t) => {
  const folder = join(folderFor(t), 'rtc-chat');
  const file = join(folder, 'lan.pem');
  const fingerprint = async (addresses: readonly string[]) =>
    (await selfSignedPair(addresses, folder)).certificate.fingerprint256;
  const first = await fingerprint(ADDRESSES);
  assert.equal(statSync(folder).mode & 0o777, 0o700);
  assert.equal(statSync(file).mode & 0o777, 0o600);
  assert.equal(await fingerprint(ADDRESSES), first);
  assert.equal(await fingerprint(['192.168.1.5']), first);
  const second = await fingerprint([...ADDRESSES, '10.0.0.9']);
  assert.notEqual(second, first);
  writeFileSync(file, readFileSync(file, 'utf8').slice(0, 500));
  const third = await fingerprint(ADDRESSES);
  assert.notEqual(third, second);
  assert.equal(new X509Certificate(readFileSync(file)).fingerprint256, third);
});

test('where the certificate cannot be kept it is made for this time', async (t) => {
  const folder = folderFor(t);
  writeFileSync(join(folder, 'file'), '');
  const { certificate } = await selfSignedPair(ADDRESSES, join(folder, 'file/below'));
  assert.equal(certificate.checkIP('192.168.1.5'), '192.168.1.5');
});

test('the code shows the first link, dark on light whatever the colours of the terminal', () => {
  const urls = ['https://192.168.1.5:8080/chat', 'https://[2001:db8::5]:8080/chat'];
  const room = freshRoom();
  assert.match(room, /^[a-z2-9]{8}$/);
  const plain = lanWelcome({ urls, room, colours: false, fingerprint: null });
  assert.ok(!plain.includes('\u001b') && !plain.includes('fingerprint'));
  const rows = plain.split('\n').filter((line) => /^ {2}[█▀▄ ]+$/.test(line));
  // Half a block a module, two rows a line; what is drawn is the light.
  const dark = rows.flatMap((row) => {
    const halves = row.slice(2).split('');
    return [halves.map((it) => ' ▄'.includes(it)), halves.map((it) => ' ▀'.includes(it))];
  });
  const { data } = encode(`${urls[0]}/#${room}`, { border: 2 });
  assert.deepEqual(dark.slice(0, data.length), data);
  const coloured = lanWelcome({ urls, room, colours: true, fingerprint: 'AB:CD' });
  assert.ok(coloured.includes(`48;5;16m${rows[0]?.slice(2)}\u001b[0m\n`));
  assert.match(coloured, /AB:CD/);
});

test('a machine without a network is told so', () => {
  const said = lanWelcome({ urls: [], room: 'x', colours: true, fingerprint: null });
  assert.match(said, /in no network/);
});
