import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import type { TestContext } from 'node:test';

import { RedisLink } from '../../src/server/redis-link.ts';
import { whyWithout } from '../support/programs.ts';
import { RedisServer } from '../support/redis.ts';
import { writeCertificate } from './support/certificates.ts';
import { runCommand } from './support/command.ts';
import { joinPatiently } from './support/fleet.ts';
import { codeOf, peerFor } from './support/peer.ts';

const skip = whyWithout('redis-server') ?? false;
/** Longer than Redis may take for an answer. */
const HELD_UP_MS = 2_000;

test('a process that was held up itself does not take Redis for hanging', { skip }, async (t) => {
  const redis = await RedisServer.start();
  t.after(() => redis.end());
  const downs: string[] = [];
  let up = (): void => {};
  const isUp = new Promise<void>((resolve) => (up = resolve));
  const link = new RedisLink(redis.freshUrl(), { up, down: (why) => downs.push(why) });
  t.after(() => link.close());
  await isUp;

  const ping = link.client.ping.bind(link.client);
  const answer = await new Promise<unknown>((resolve) => {
    const askAndBeHeldUp = () => {
      const asked = ping();
      // The answer cannot have come.
      Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, HELD_UP_MS);
      asked.then(resolve, resolve);
      return asked;
    };
    t.mock.method(link.client, 'ping', askAndBeHeldUp, { times: 1 });
  });
  assert.equal(answer, 'PONG');
  assert.deepEqual(downs, []);
});

test(
  'processes share a Redis over TLS, whose certificate comes from an authority of their own',
  { skip },
  async (t) => {
    const folder = folderFor(t);
    const files = await writeCertificate(folder, 'localhost');
    const redis = await RedisServer.start(files);
    t.after(() => redis.end());
    const args = ['--port=0', '--host=127.0.0.1', `--redis=${redis.freshUrl()}`];
    const trusting = { NODE_EXTRA_CA_CERTS: files.cert };
    const [one, other, stranger] = [
      runCommand(t, args, trusting),
      runCommand(t, args, trusting),
      runCommand(t, args),
    ];
    const url = async (command: typeof one): Promise<string> =>
      (await command.said(/listening on (http:\S+)/))[1]!;

    const ada = await peerFor(t, await url(one));
    const bo = await peerFor(t, await url(other));
    await joinPatiently(ada, { name: 'Ada' });
    const { peers } = await joinPatiently(bo, { name: 'Bo' });
    assert.deepEqual(
      peers.map(({ name }) => name),
      ['Ada'],
    );
    assert.equal((await ada.next<{ id: string }>('peer-joined')).id, bo.id);
    assert.equal(codeOf(await ada.signal(bo.id, 'hello')), 'ok');
    assert.equal((await bo.next<{ signal: string }>('signal')).signal, 'hello');

    // Who does not know the authority says so, and lets nobody in.
    await stranger.said(/"event":"rooms-unreachable".*self-signed certificate/);
    const cleo = await peerFor(t, await url(stranger));
    assert.equal(codeOf(await cleo.tryJoin({ name: 'Cleo' })), 'server-error');
  },
);

function folderFor(t: TestContext): string {
  const folder = mkdtempSync(join(tmpdir(), 'rtc-chat-redis-tls-'));
  t.after(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}
