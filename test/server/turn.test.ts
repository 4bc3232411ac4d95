import assert from 'node:assert/strict';
import { createHmac } from 'node:crypto';
import { test } from 'node:test';
import type { TestContext } from 'node:test';

import type { IceAnswer, IceServer } from '../../src/protocol/broadcaster-messages.ts';
import { TurnCredentials } from '../../src/server/turn-credentials.ts';
import { whyWithout } from '../support/programs.ts';
import { TurnServer } from '../support/turn-server.ts';
import { broadcasterFor } from './support/broadcaster.ts';
import { peerFor } from './support/peer.ts';
import { TurnClient } from './support/turn-client.ts';

const SECRET = 'a secret of the test';
const skip = whyWithout('turnserver') ?? false;

const turn = (ttlMs = 60_000, secret = SECRET) =>
  new TurnCredentials({ urls: ['turn:turn.example'], secret, ttlMs });

test('a credential says until when it holds, and its password is its HMAC', () => {
  const server = turn(60_000).mint('somebody', 1_000_001);
  assert.match(server.username ?? '', /^1061:[\w-]{12}$/);
  const password = createHmac('sha1', SECRET)
    .update(server.username ?? '')
    .digest('base64');
  assert.deepEqual(server, {
    urls: ['turn:turn.example'],
    username: server.username,
    credential: password,
  });
});

test('one peer is one user of the relay, who is another one after a restart', () => {
  const userOf = ({ username = '' }: IceServer): string => username.split(':')[1] ?? '';
  const minter = turn();
  assert.equal(userOf(minter.mint('ada')), userOf(minter.mint('ada', 0)));
  assert.notEqual(userOf(minter.mint('ada')), userOf(minter.mint('ben')));
  assert.notEqual(userOf(minter.mint('ada')), userOf(turn().mint('ada')));
});

test('each join and each `ice` brings the static servers and a fresh credential', async (t) => {
  const { url } = await broadcasterFor(t, {
    iceServers: [{ urls: 'stun:stun.example' }],
    turnUrls: ['turn:turn.example', 'turns:turn.example:443'],
    turnSecret: SECRET,
    turnTtlMs: 20_000,
  });
  const ada = await peerFor(t, url);
  for (const answer of [await ada.join(), await ada.call<IceAnswer>('ice', {})]) {
    assert.equal(answer.expiresInMs, 20_000);
    const [stun, relay] = answer.iceServers;
    assert.deepEqual(stun, { urls: 'stun:stun.example' });
    assert.deepEqual(relay?.urls, ['turn:turn.example', 'turns:turn.example:443']);
    const expiresMs = Number(relay.username?.split(':')[0]) * 1_000;
    assert.ok(expiresMs > Date.now() + 15_000 && expiresMs <= Date.now() + 21_000);
  }
});

async function relayFor(t: TestContext): Promise<TurnServer> {
  const server = await TurnServer.start({ address: '127.0.0.1', address6: '::1', secret: SECRET });
  t.after(() => server.stop());
  return server;
}

async function clientFor(t: TestContext, server: TurnServer, by: IceServer): Promise<TurnClient> {
  const client = await TurnClient.connect(server, by);
  t.after(() => client.close());
  return client;
}

test(
  'coturn takes our credential, and none that is expired, forged or of another secret',
  { skip },
  async (t) => {
    const server = await relayFor(t);
    const good = turn().mint('ada');
    const expired = turn().mint('ada', Date.now() - 62_000);
    const later = good.username?.replace(/^\d+/, (seconds) => String(Number(seconds) + 60)) ?? '';
    const cases = [
      [good, 0],
      [expired, 401],
      [{ ...good, username: later }, 401],
      [turn(60_000, 'another secret').mint('ada'), 401],
    ] as const;
    for (const [credential, code] of cases) {
      const client = await clientFor(t, server, credential);
      assert.equal(await client.allocate(), code, credential.username);
    }
  },
);

const denied = {
  4: [
    ['this machine', '127.0.0.1', '127.255.0.1', '0.0.0.0', '0.1.2.3'],
    ['private networks', '10.0.0.1', '10.255.255.254', '172.16.0.1', '172.31.255.1', '192.168.1.1'],
    ['link-local, with the metadata of clouds', '169.254.169.254', '169.254.0.1'],
    ['carrier-grade NAT', '100.64.0.1', '100.127.255.1'],
    ['special purposes', '192.0.0.8', '192.88.99.1', '198.18.0.1', '198.19.255.1'],
    ['multicast and broadcast', '224.0.0.1', '239.1.2.3', '240.0.0.1', '255.255.255.255'],
  ],
  6: [
    ['this machine', '::1', '::'],
    ['IPv4 in other clothes', '::ffff:7f00:1', '::7f00:1', '64:ff9b::a00:1', '2002:a00:1::1'],
    ['Teredo', '2001::1'],
    ['private networks', 'fc00::1', 'fd12:3456::1', 'fec0::1'],
    ['link-local', 'fe80::1'],
    ['multicast', 'ff02::1', 'ff0e::1'],
  ],
} as const;
const allowed = { 4: ['203.0.113.7', '8.8.8.8'], 6: ['2606:4700::1', '2a00:1450::1'] } as const;

for (const family of [4, 6] as const) {
  test(
    `the shipped configuration relays to no loopback, private or special IPv${family} address`,
    { skip },
    async (t) => {
      const server = await relayFor(t);
      const client = await clientFor(t, server, turn().mint('ada'));
      assert.equal(await client.allocate(family), 0);
      // First of all, so that what follows is not true of everything.
      for (const address of allowed[family]) assert.equal(await client.permit(address), 0, address);
      for (const [kind, ...addresses] of denied[family])
        for (const address of addresses)
          assert.equal(await client.permit(address), 403, `${kind}: ${address}`);
      for (const address of allowed[family]) assert.equal(await client.permit(address), 0, address);
    },
  );
}
