import assert from 'node:assert/strict';
import { readFileSync, readdirSync } from 'node:fs';
import { test } from 'node:test';

import { broadcasterFor } from './support/broadcaster.ts';
import { Lines } from './support/lines.ts';
import { connectPeer, peerFor } from './support/peer.ts';

test('the log has a line for each change, and no secret in any', async (t) => {
  const log = new Lines();
  const { url, broadcaster } = await broadcasterFor(t, {
    graceMs: 1,
    maxInvalid: 1,
    origins: ['https://secret-page.example'],
    logger: log.logger,
    authorize: ({ token }) => {
      if (token === 'token-that-breaks') throw new Error(`cannot read ${token}`);
      return token !== 'token-of-a-stranger';
    },
    addressOf: () => '203.0.113.77',
  });
  const ada = await peerFor(t, url);
  const ben = await peerFor(t, url);
  const cleo = await peerFor(t, url);
  const origin = 'https://another-secret-page.example';
  await assert.rejects(connectPeer(url, { socket: { extraHeaders: { origin } } }));
  const room = 'the-secret-room';
  await ada.join({ room, name: 'Ada-Secret', token: 'token-of-ada', capacity: 2 });
  await ben.join({ room, name: 'Ben-Secret', token: 'token-of-ben' });
  await ben.join({ room, name: 'Benno-Secret' });
  await cleo.tryJoin({ room, name: 'Cleo-Secret' });
  await cleo.tryJoin({ room, name: 'Cleo-Secret', token: 'token-of-a-stranger' });
  await cleo.tryJoin({ room, name: 'Cleo-Secret', token: 'token-that-breaks' });
  await ada.signal(ben.id, 'the-secret-signal');
  const again = await peerFor(t, url, { identity: ben.identity });
  await again.join({ room, name: 'Ben-Secret' });
  again.vanish();
  await ada.next('peer-left');
  await ada.leave();
  await cleo.call('shout', 'the-secret-word');
  await cleo.next('disconnect');
  await broadcaster.close();

  assert.deepEqual(log.events, [
    'connect',
    'connect',
    'connect',
    'turned-away',
    'join',
    'join',
    'rename',
    'refused',
    'rejected',
    'refused',
    'rejected',
    'failed',
    'rejected',
    'connect',
    'replaced',
    'join',
    'away',
    'lost',
    'leave',
    'rejected',
    'cut-off',
    'draining',
    'closing',
    'closed',
  ]);
  const secrets = ['secret', 'Secret', 'token-', '127.0.0.1', '203.0.113', url];
  for (const peer of [ada, ben, cleo, again]) {
    secrets.push(peer.identity.key, peer.id, peer.instance);
    if (peer.socket.id !== undefined) secrets.push(peer.socket.id);
  }
  for (const secret of secrets) assert.ok(!log.text.includes(secret), secret);
  const rooms = new Set(log.text.match(/"room":"[0-9a-f]+"/g));
  assert.equal(rooms.size, 1, 'one room has one short hash');
});

test('addresses are written where they are asked for, and only about those who come', async (t) => {
  const log = new Lines();
  const { url, broadcaster } = await broadcasterFor(t, {
    logger: log.logger,
    logAddresses: true,
    maxInvalid: 1,
    authorize: () => false,
    addressOf: () => '203.0.113.77',
  });
  const ada = await peerFor(t, url);
  await ada.tryJoin();
  await ada.call('shout', {});
  await ada.next('disconnect');
  await broadcaster.close();
  const told = log.objects.filter(({ address }) => address === '203.0.113.77');
  assert.deepEqual(
    told.map(({ event }) => event),
    ['connect', 'refused', 'cut-off'],
  );
});

test('nothing is written where no logger is given', async (t) => {
  const written = t.mock.method(process.stdout, 'write');
  const { url } = await broadcasterFor(t);
  const ada = await peerFor(t, url);
  await ada.join();
  await ada.leave();
  const json = written.mock.calls.filter(({ arguments: [text] }) => String(text).startsWith('{'));
  assert.deepEqual(json, []);
});

test('docs/operating.md has every event of the log', () => {
  const sources = readdirSync('src/server').map((name) =>
    readFileSync(`src/server/${name}`, 'utf8'),
  );
  const written = sources.flatMap((source) =>
    [...source.matchAll(/\{ event: '([a-z-]+)'/g)].map(([, event = '']) => event),
  );
  assert.ok(written.length > 15);
  const documented = readFileSync('docs/operating.md', 'utf8');
  for (const event of written) assert.ok(documented.includes(`\`${event}\``), event);
});
