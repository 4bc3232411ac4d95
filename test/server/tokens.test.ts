import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import type { ServerResponse } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import type { TestContext } from 'node:test';

import type { JWTPayload } from 'jose';

import type { PersonName, RoomName } from '../../src/protocol/ids.ts';
import type { BroadcasterOptions } from '../../src/server/broadcaster.ts';
import { KeysUnavailable } from '../../src/server/key-set.ts';
import { resolveOptions } from '../../src/server/options.ts';
import { Tokens } from '../../src/server/tokens.ts';
import { broadcasterFor } from './support/broadcaster.ts';
import { keyServerFor, signingKey, tokenOf } from './support/key-server.ts';
import type { JoinFields } from './support/peer.ts';
import { codeOf, engineIdOf, peerFor } from './support/peer.ts';

const SECRET = 'a secret of more than thirty-two bytes';
const now = (): number => Math.floor(Date.now() / 1_000);

/** What becomes of a token in the room `lobby` under the name `Ada`. */
async function verdict(
  options: BroadcasterOptions,
  token: string | undefined,
  room = 'lobby',
  name = 'Ada',
): Promise<string> {
  const tokens = new Tokens(resolveOptions(options));
  const checked = await tokens.check(token, room as RoomName, name as PersonName);
  return typeof checked === 'object' ? 'ok' : checked;
}

const unsigned = (header: object, payload: object): string =>
  `${[header, payload]
    .map((part) => Buffer.from(JSON.stringify(part)).toString('base64url'))
    .join('.')}.`;

const inAnHour = { exp: now() + 3_600 };
for (const [what, token, expected] of [
  ['for this room', tokenOf({ room: 'lobby' }, SECRET), 'ok'],
  ['for a pattern of rooms', tokenOf({ rooms: ['staff', 'lob*'] }, SECRET), 'ok'],
  ['for all rooms', tokenOf({ rooms: ['*'] }, SECRET), 'ok'],
  ['for another room', tokenOf({ room: 'Lobby' }, SECRET), 'room'],
  ['whose room is no pattern', tokenOf({ room: '*' }, SECRET), 'room'],
  ['for other patterns', tokenOf({ rooms: ['lobby-*', '*s'] }, SECRET), 'room'],
  ['for no room', tokenOf({}, SECRET), 'room'],
  ['with a number for a room', tokenOf({ room: 7 }, SECRET), 'claims'],
  ['with one text for several rooms', tokenOf({ rooms: '*' }, SECRET), 'claims'],
  ['for this name', tokenOf({ room: 'lobby', name: ' Ada ' }, SECRET), 'ok'],
  ['for another name', tokenOf({ room: 'lobby', name: 'Ben' }, SECRET), 'name'],
  ['with a name that is none', tokenOf({ room: 'lobby', name: '\u0000' }, SECRET), 'claims'],
  ['with a capacity of one', tokenOf({ room: 'lobby', capacity: 1 }, SECRET), 'claims'],
  ['without an end', tokenOf({ room: 'lobby', exp: null }, SECRET), 'claims'],
  ['that has expired', tokenOf({ room: 'lobby', exp: now() - 40 }, SECRET), 'expired'],
  [
    'that expired with a clock that is ahead',
    tokenOf({ room: 'lobby', exp: now() - 9 }, SECRET),
    'ok',
  ],
  ['that begins in an hour', tokenOf({ room: 'lobby', nbf: now() + 3_600 }, SECRET), 'claims'],
  ['of somebody else', tokenOf({ room: 'lobby' }, `${SECRET}!`), 'invalid'],
  ['by another algorithm', tokenOf({ room: 'lobby' }, SECRET, { alg: 'HS512' }), 'invalid'],
  ['by no algorithm', unsigned({ alg: 'none' }, { room: 'lobby', ...inAnHour }), 'invalid'],
  [
    'by no algorithm in capitals',
    unsigned({ alg: 'NONE' }, { room: 'lobby', ...inAnHour }),
    'invalid',
  ],
  ['that is no token', 'open sesame', 'invalid'],
  ['that is empty', '', 'invalid'],
  ['that is missing', undefined, 'missing'],
] as const) {
  test(`a token ${what}: ${expected}`, async () => {
    assert.equal(await verdict({ authSecret: SECRET }, await token), expected);
  });
}

test('one bit that differs makes a token invalid', async () => {
  const [header = '', payload = '', signature = ''] = (
    await tokenOf({ room: 'lobby' }, SECRET)
  ).split('.');
  const other = Buffer.from(JSON.stringify({ room: 'lobby', exp: now() + 9_999 }));
  for (const spoilt of [
    `${header}.${other.toString('base64url')}.${signature}`,
    `${header}.${payload}.${signature.startsWith('A') ? 'B' : 'A'}${signature.slice(1)}`,
    `${header}.${payload}.`,
    `${header}.${payload}`,
    `${header}.${payload}.${signature}.${signature}`,
  ]) {
    assert.equal(await verdict({ authSecret: SECRET }, spoilt), 'invalid', spoilt);
  }
});

test('issuer and audience count where they are asked for', async () => {
  const asked = { authSecret: SECRET, authIssuer: 'https://shop.example', authAudience: 'chat' };
  const claims = { room: 'lobby', iss: 'https://shop.example', aud: ['shop', 'chat'] };
  assert.equal(await verdict(asked, await tokenOf(claims, SECRET)), 'ok');
  for (const wrong of [{ iss: 'https://evil.example' }, { aud: 'shop' }, { iss: undefined }]) {
    const token = await tokenOf({ ...claims, ...wrong }, SECRET);
    assert.equal(await verdict(asked, token), 'claims');
  }
});

test('the further tabs of a named person are hers as well', async () => {
  const token = await tokenOf({ room: 'lobby', name: 'Ada' }, SECRET);
  for (const [name, expected] of [
    ['Ada 2', 'ok'],
    ['Ada 100', 'ok'],
    ['Ada 1', 'name'],
    ['Ada 101', 'name'],
    ['Ada  2', 'name'],
    ['Ada 02', 'name'],
    ['ada', 'name'],
    ['Ada B', 'name'],
  ] as const) {
    assert.equal(await verdict({ authSecret: SECRET }, token, 'lobby', name), expected, name);
  }
});

for (const algorithm of ['RS256', 'PS256', 'ES256', 'EdDSA'] as const) {
  test(`${algorithm} is taken by a set of keys, and the set is no secret for HS256`, async (t) => {
    const key = await signingKey('first', algorithm);
    const { url } = await keyServerFor(t, key);
    const byKeys = { authJwks: url };
    assert.equal(await verdict(byKeys, await tokenOf({ room: 'lobby' }, key)), 'ok');
    const foreign = await tokenOf({ room: 'lobby' }, await signingKey('first', algorithm));
    assert.equal(await verdict(byKeys, foreign), 'invalid');
    const published = JSON.stringify(key.jwk);
    assert.equal(await verdict(byKeys, await tokenOf({ room: 'lobby' }, published)), 'invalid');
    const none = unsigned({ alg: 'none', kid: 'first' }, { room: 'lobby', ...inAnHour });
    assert.equal(await verdict(byKeys, none), 'invalid');
  });
}

test('a secret and a set of keys stand beside each other', async (t) => {
  const key = await signingKey('first');
  const { url } = await keyServerFor(t, key);
  const both = { authJwks: url, authSecret: SECRET };
  assert.equal(await verdict(both, await tokenOf({ room: 'lobby' }, key)), 'ok');
  assert.equal(await verdict(both, await tokenOf({ room: 'lobby' }, SECRET)), 'ok');
  const onlySecret = { authSecret: SECRET };
  assert.equal(await verdict(onlySecret, await tokenOf({ room: 'lobby' }, key)), 'invalid');
});

test('a token that names no key is tried with each', async (t) => {
  const [first, second] = [await signingKey('first'), await signingKey('second')];
  const { url } = await keyServerFor(t, first, second);
  const nameless = await tokenOf({ room: 'lobby' }, second, { kid: undefined as never });
  assert.equal(await verdict({ authJwks: url }, nameless), 'ok');
  const foreign = await tokenOf({ room: 'lobby' }, await signingKey('x'), {
    kid: undefined as never,
  });
  assert.equal(await verdict({ authJwks: url }, foreign), 'invalid');
});

const lobby = 'lobby' as RoomName;
const ada = 'Ada' as PersonName;

test('a key that is new is looked up, one that is unknown not with each token', async (t) => {
  t.mock.timers.enable({ apis: ['Date'], now: Date.now() });
  const [first, second] = [await signingKey('first'), await signingKey('second')];
  const server = await keyServerFor(t, first);
  const tokens = new Tokens(resolveOptions({ authJwks: server.url }));
  assert.equal(
    typeof (await tokens.check(await tokenOf({ room: lobby }, first), lobby, ada)),
    'object',
  );
  server.publish(second);
  const renewed = await tokenOf({ room: lobby }, second);
  assert.equal(await tokens.check(renewed, lobby, ada), 'invalid', 'it was asked a moment ago');
  assert.equal(server.asked, 1);
  t.mock.timers.tick(31_000);
  assert.equal(typeof (await tokens.check(renewed, lobby, ada)), 'object');
  const old = await tokenOf({ room: lobby }, first);
  assert.equal(await tokens.check(old, lobby, ada), 'invalid', 'a key that was withdrawn');
  assert.equal(server.asked, 2);
});

test('an outage stops nobody whose key is known, and is over by itself', async (t) => {
  t.mock.timers.enable({ apis: ['Date'], now: Date.now() });
  let elapsedMs = 0;
  t.mock.method(performance, 'now', () => elapsedMs);
  const pass = (ms: number): void => {
    elapsedMs += ms;
    t.mock.timers.tick(ms);
  };
  const [first, second] = [await signingKey('first'), await signingKey('second')];
  const server = await keyServerFor(t, first);
  const tokens = new Tokens(resolveOptions({ authJwks: server.url }));
  await tokens.load();
  server.answer = (response) => response.writeHead(503).end();
  pass(1_200_000);
  const known = await tokenOf({ room: lobby }, first);
  assert.equal(typeof (await tokens.check(known, lobby, ada)), 'object');
  const unknown = await tokenOf({ room: lobby }, second);
  await assert.rejects(tokens.check(unknown, lobby, ada), KeysUnavailable);
  assert.equal(server.asked, 2, 'after a failure it is left alone for a moment');
  pass(2_500_000);
  const later = await tokenOf({ room: lobby }, first);
  await assert.rejects(
    tokens.check(later, lobby, ada),
    KeysUnavailable,
    'keys do not hold for ever',
  );
  server.publish(second);
  pass(6_000);
  const after = await tokenOf({ room: lobby }, second);
  assert.equal(typeof (await tokens.check(after, lobby, ada)), 'object');
});

for (const [what, answer] of [
  ['an error', (response) => response.writeHead(500).end()],
  ['a page', (response) => response.end('<!doctype html>')],
  ['no keys', (response) => response.end('{}')],
  ['somewhere else', (response) => response.writeHead(302, { location: '/x' }).end()],
  ['more than anybody has', (response) => response.end(`{"keys":[],"x":"${'x'.repeat(300_000)}"}`)],
  ['nothing, having hung up', (response) => response.destroy()],
] satisfies [string, (response: ServerResponse) => void][]) {
  test(`keys that come as ${what} are a server error with a time to come back`, async (t) => {
    const key = await signingKey('first');
    const server = await keyServerFor(t, key);
    server.answer = answer;
    const { url } = await broadcasterFor(t, { authJwks: server.url });
    const peer = await peerFor(t, url);
    const refused = await peer.tryJoin({ token: await tokenOf({ room: 'lobby' }, key) });
    assert.equal(codeOf(refused), 'server-error');
    assert.ok(!refused.ok && refused.error.retryAfterMs! > 0);
  });
}

test('a set of keys may be a file, and may be exchanged', async (t) => {
  t.mock.timers.enable({ apis: ['Date'], now: Date.now() });
  const folder = mkdtempSync(join(tmpdir(), 'rtc-chat-keys-'));
  t.after(() => rmSync(folder, { recursive: true, force: true }));
  const file = join(folder, 'keys.json');
  const [first, second] = [await signingKey('first'), await signingKey('second')];
  writeFileSync(file, JSON.stringify({ keys: [first.jwk] }));
  const tokens = new Tokens(resolveOptions({ authJwks: file }));
  assert.equal(
    typeof (await tokens.check(await tokenOf({ room: lobby }, first), lobby, ada)),
    'object',
  );
  writeFileSync(file, JSON.stringify({ keys: [second.jwk] }));
  t.mock.timers.tick(31_000);
  assert.equal(
    typeof (await tokens.check(await tokenOf({ room: lobby }, second), lobby, ada)),
    'object',
  );
});

/** The answer to one join of somebody who has just connected. */
async function joinOnce(t: TestContext, url: string, fields: JoinFields) {
  const peer = await peerFor(t, url);
  return peer.tryJoin(fields);
}

test('nothing more is said than unauthorized, whether the room exists or not', async (t) => {
  const { url } = await broadcasterFor(t, { authSecret: SECRET });
  const ben = await joinOnce(t, url, {
    name: 'Ben',
    token: await tokenOf({ room: 'lobby' }, SECRET),
  });
  assert.equal(codeOf(ben), 'ok');
  const answers = new Set<string>();
  for (const room of ['lobby', 'nobody-is-here']) {
    for (const token of [
      undefined,
      'nonsense',
      await tokenOf({ room, exp: now() - 3_600 }, SECRET),
      await tokenOf({ room: 'another' }, SECRET),
      await tokenOf({ room, name: 'Somebody' }, SECRET),
      unsigned({ alg: 'none' }, { room, ...inAnHour }),
    ]) {
      const fields = token === undefined ? { room } : { room, token };
      answers.add(JSON.stringify(await joinOnce(t, url, fields)));
    }
  }
  assert.deepEqual(
    [...answers],
    ['{"ok":false,"error":{"code":"unauthorized","message":"The token was refused."}}'],
  );
});

test('a join in the CONNECT packet needs its token too', async (t) => {
  const { url } = await broadcasterFor(t, { authSecret: SECRET });
  const token = await tokenOf({ room: 'lobby' }, SECRET);
  const joined = async (fields: JoinFields) => {
    const peer = await peerFor(t, url, {
      joinOnConnect: (self) => self.joinRequest({ ...fields, socketId: engineIdOf(self.socket) }),
    });
    return codeOf(await peer.next('joined'));
  };
  assert.equal(await joined({}), 'unauthorized');
  assert.equal(await joined({ token: `${token}x` }), 'unauthorized');
  assert.equal(await joined({ token }), 'ok');
});

test('a token may set the places of a room, within what the broadcaster allows', async (t) => {
  const { url } = await broadcasterFor(t, { authSecret: SECRET, maxCapacity: 8 });
  const capacityOf = async (room: string, claims: JWTPayload) => {
    const token = await tokenOf({ room, ...claims }, SECRET);
    const answer = await joinOnce(t, url, { room, token, capacity: 6 });
    return answer.ok && answer.limits.capacity;
  };
  assert.equal(await capacityOf('a', {}), 6);
  assert.equal(await capacityOf('b', { capacity: 3 }), 3);
  assert.equal(await capacityOf('c', { capacity: 32 }), 8);
});

test('rooms that need no token look at none', async (t) => {
  const { url } = await broadcasterFor(t, { authSecret: SECRET, tokenRooms: ['staff*', '*-vip'] });
  assert.equal(codeOf(await joinOnce(t, url, { room: 'lobby', token: 'nonsense' })), 'ok');
  assert.equal(codeOf(await joinOnce(t, url, { room: 'staff' })), 'unauthorized');
  assert.equal(codeOf(await joinOnce(t, url, { room: 'x-vip' })), 'unauthorized');
  const token = await tokenOf({ rooms: ['staff*'] }, SECRET);
  assert.equal(codeOf(await joinOnce(t, url, { room: 'staff', token })), 'ok');
  assert.equal(codeOf(await joinOnce(t, url, { room: 'x-vip', token })), 'unauthorized');
});

test('token and hook have to agree, and the hook hears what the token says', async (t) => {
  const heard: unknown[] = [];
  const { url } = await broadcasterFor(t, {
    authSecret: SECRET,
    tokenRooms: ['staff'],
    authorize: ({ room, claims }) => {
      heard.push([room, claims?.sub]);
      return claims?.sub !== 'mallory';
    },
  });
  const token = (sub: string) => tokenOf({ room: 'staff', sub }, SECRET);
  const staff = async (sub: string) =>
    codeOf(await joinOnce(t, url, { room: 'staff', token: await token(sub) }));
  assert.equal(await staff('ada'), 'ok');
  assert.equal(await staff('mallory'), 'unauthorized');
  assert.equal(codeOf(await joinOnce(t, url, { room: 'staff' })), 'unauthorized');
  assert.equal(codeOf(await joinOnce(t, url, { room: 'lobby' })), 'ok');
  assert.deepEqual(heard, [
    ['staff', 'ada'],
    ['staff', 'mallory'],
    ['lobby', undefined],
  ]);
});

test('a seat outlives its token, a new join does not', async (t) => {
  t.mock.timers.enable({ apis: ['Date'], now: Date.now() });
  const { url } = await broadcasterFor(t, { authSecret: SECRET });
  const [peer, other] = [await peerFor(t, url), await peerFor(t, url)];
  await other.join({ name: 'Ben', token: await tokenOf({ room: 'lobby' }, SECRET) });
  // Within what is tolerated for clocks; the step is less than what the client takes for a lost connection.
  const token = await tokenOf({ room: 'lobby', exp: now() - 20 }, SECRET);
  await peer.join({ token });
  t.mock.timers.tick(12_000);
  assert.equal(codeOf(await peer.tryJoin({ name: 'Adele', token })), 'unauthorized');
  assert.equal(codeOf(await peer.signal(other.id, 'still here')), 'ok');
  const fresh = await tokenOf({ room: 'lobby' }, SECRET);
  assert.equal(codeOf(await peer.tryJoin({ name: 'Adele', token: fresh })), 'ok');
});
