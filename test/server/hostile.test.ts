import assert from 'node:assert/strict';
import { test } from 'node:test';
import { setTimeout as delay } from 'node:timers/promises';

import fc from 'fast-check';

import { BROADCASTER_ERROR_CODES } from '../../src/protocol/errors.ts';
import { broadcasterFor } from './support/broadcaster.ts';
import { codeOf, connectPeer, peerFor } from './support/peer.ts';
import { rawWebSocket, sendRaw } from './support/raw.ts';

/** For tests that send more nonsense than anybody is allowed to. */
const PATIENT = {
  maxInvalid: 1_000_000,
  joinsPerSocket: { max: 1_000_000, perMs: 1_000 },
  joinsPerAddress: { max: 1_000_000, perMs: 1_000 },
  callsPerSocket: { max: 1_000_000, perMs: 1_000 },
  signalsPerSocket: { max: 1_000_000, perMs: 1_000 },
  signalsPerAddress: { max: 1_000_000, perMs: 1_000 },
};

const wrongJoins: readonly (readonly [string, (good: Record<string, unknown>) => unknown[]])[] = [
  ['nothing at all', () => []],
  ['null', () => [null]],
  ['an array', () => [[]]],
  ['a string', () => ['join']],
  ['a number', () => [1]],
  ['two payloads', (good) => [good, good]],
  ['bytes', () => [Buffer.from('join')]],
  ['bytes for a name', (good) => [{ ...good, name: Buffer.from('Ada') }]],
  ['a name of a hundred thousand characters', (good) => [{ ...good, name: 'a'.repeat(100_000) }]],
  ['a name of 65 characters', (good) => [{ ...good, name: 'a'.repeat(65) }]],
  ['an empty name', (good) => [{ ...good, name: '' }]],
  ['a name of control characters', (good) => [{ ...good, name: '\u0000\u0001' }]],
  ['a name that turns its line round', (good) => [{ ...good, name: 'Ada\u202e' }]],
  ['no name', ({ name: _, ...rest }) => [rest]],
  ['an object for a name', (good) => [{ ...good, name: { toString: 'Ada' } }]],
  ['a room of 129 characters', (good) => [{ ...good, room: 'a'.repeat(129) }]],
  ['a room that is not in its normal form', (good) => [{ ...good, room: ' lobby' }]],
  ['a decomposed room', (good) => [{ ...good, room: 'cafe\u0301' }]],
  ['a room with a line feed', (good) => [{ ...good, room: 'lob\nby' }]],
  ['a key that is too short', (good) => [{ ...good, key: 'AAAA' }]],
  ['a padded key', (good) => [{ ...good, key: `${String(good['key'])}=` }]],
  ['a key in another alphabet', (good) => [{ ...good, key: '+'.repeat(43) }]],
  ['a key that is not canonical', (good) => [{ ...good, key: 'A'.repeat(42) + 'B' }]],
  ['a proof that is too short', (good) => [{ ...good, proof: 'AAAA' }]],
  ['an instance that is too long', (good) => [{ ...good, instance: 'A'.repeat(22) }]],
  ['a capacity of one', (good) => [{ ...good, capacity: 1 }]],
  ['a capacity of 33', (good) => [{ ...good, capacity: 33 }]],
  ['half a person', (good) => [{ ...good, capacity: 2.5 }]],
  ['null for a capacity', (good) => [{ ...good, capacity: null }]],
  ['a token of 8,193 characters', (good) => [{ ...good, token: 'a'.repeat(8_193) }]],
  ['everything in its prototype', (good) => [JSON.parse(`{"__proto__":${JSON.stringify(good)}}`)]],
];

for (const [what, spoil] of wrongJoins) {
  test(`join with ${what} is an invalid message and gives no seat`, async (t) => {
    const { url, broadcaster } = await broadcasterFor(t);
    const ada = await peerFor(t, url);
    const answer = await ada.call('join', ...spoil(await ada.joinRequest()));
    assert.equal(codeOf(answer), 'invalid-message');
    assert.equal((await broadcaster.count()).peers, 0);
    assert.equal(codeOf(await ada.tryJoin()), 'ok', 'the socket goes on');
  });
}

test('keys that would pollute a prototype are only unknown fields', async (t) => {
  const { url } = await broadcasterFor(t);
  const ada = await peerFor(t, url);
  const good = JSON.stringify(await ada.joinRequest());
  const extra = '"__proto__":{"polluted":1},"constructor":{"prototype":{"polluted":1}}';
  const answer = await ada.call('join', JSON.parse(`${good.slice(0, -1)},${extra}}`));
  assert.equal(codeOf(answer), 'ok');
  assert.equal(({} as { polluted?: unknown }).polluted, undefined);
});

for (const room of ['__proto__', 'constructor', 'toString', 'hasOwnProperty']) {
  test(`a room and a person may be called ${room}`, async (t) => {
    const { url } = await broadcasterFor(t);
    const [ada, ben] = await Promise.all([peerFor(t, url), peerFor(t, url)]);
    await ada.join({ room, name: room });
    assert.equal((await ben.join({ room, name: 'Ben' })).peers.length, 1);
  });
}

for (const event of ['shout', 'error', '__proto__', 'toString', 'message', '']) {
  test(`an event called "${event}" is an invalid message`, async (t) => {
    const { url } = await broadcasterFor(t);
    const ada = await peerFor(t, url);
    assert.equal(codeOf(await ada.call(event, {})), 'invalid-message');
    assert.equal(codeOf(await ada.call(event)), 'invalid-message');
    ada.socket.emit(event);
    assert.equal(codeOf(await ada.tryJoin()), 'ok', 'the socket goes on');
  });
}

test('an event without an acknowledgement does nothing', async (t) => {
  const { url, broadcaster } = await broadcasterFor(t);
  const ada = await peerFor(t, url);
  ada.socket.emit('join');
  ada.socket.emit('join', await ada.joinRequest());
  ada.socket.emit('join', await ada.joinRequest(), 'no function');
  ada.socket.emit('join', await ada.joinRequest(), { call: 1 });
  assert.equal(codeOf(await ada.leave()), 'not-in-room');
  assert.equal((await broadcaster.count()).peers, 0);
});

test('whoever keeps sending what nobody understands is disconnected, and only they', async (t) => {
  const { url } = await broadcasterFor(t, { maxInvalid: 3 });
  const [ada, ben] = await Promise.all([peerFor(t, url), peerFor(t, url)]);
  await ada.join({ name: 'Ada' });
  await ben.join({ name: 'Ben' });
  assert.equal(codeOf(await ben.call('shout')), 'invalid-message');
  ben.socket.emit('join');
  assert.equal(codeOf(await ben.call('signal', {})), 'invalid-message', 'the last one is answered');
  assert.equal(await ben.next('disconnect'), 'io server disconnect');
  assert.equal(codeOf(await ada.call('ice', {})), 'ok');
  assert.deepEqual(ada.unread('disconnect'), []);
});

test('a packet that is too large ends its socket and no other', async (t) => {
  const { url } = await broadcasterFor(t);
  const [ada, ben] = await Promise.all([peerFor(t, url), peerFor(t, url)]);
  await ada.join({ name: 'Ada' });
  await ben.join({ name: 'Ben' });
  ben.socket.emit('join', { name: 'a'.repeat(1_000_000) }, () => {});
  assert.equal(await ben.next('disconnect'), 'transport close');
  assert.equal(codeOf(await ada.call('ice', {})), 'ok');
});

test('a packet that is too large for polling is refused', async (t) => {
  const { url } = await broadcasterFor(t);
  const ben = await peerFor(t, url, { socket: { transports: ['polling'], upgrade: false } });
  ben.socket.emit('join', { name: 'a'.repeat(1_000_000) }, () => {});
  await ben.next('disconnect');
  const ada = await peerFor(t, url);
  assert.equal(codeOf(await ada.tryJoin()), 'ok');
});

for (const [what, data] of [
  ['an unknown packet type', '49'],
  ['an event that is no JSON', '42["join"'],
  ['an event without a name', '42[]'],
  ['an event with an object for a name', '42[{}]'],
  ['an event with a reserved name', '42["disconnect"]'],
  ['a binary event with a million attachments', '451000000-["join"]'],
  [
    'a binary event without its attachment, then another',
    '451-["join",{"_placeholder":true,"num":0}]',
  ],
  ['a placeholder that points nowhere', '451-["join",{"_placeholder":true,"num":7}]'],
  ['bytes nobody announced', new Uint8Array([1, 2, 3])],
  ['a second connect', '40'],
  ['another namespace', '40/admin,'],
  ['an answer to no question', '4377["x"]'],
  ['an Engine.IO packet of no type', 'x'],
  ['nothing', ''],
] as const) {
  test(`${what} does no harm to anybody else`, async (t) => {
    const { url } = await broadcasterFor(t);
    const [ada, ben] = await Promise.all([peerFor(t, url), peerFor(t, url)]);
    await ada.join({ name: 'Ada' });
    await ben.join({ name: 'Ben' });
    sendRaw(ben, data);
    sendRaw(ben, data);
    ben.vanish();
    const cleo = await peerFor(t, url);
    await cleo.join({ name: 'Cleo' });
    await ada.signal(cleo.id, 'all is well');
    assert.equal((await cleo.next<{ signal: string }>('signal')).signal, 'all is well');
  });
}

test('an event whose name is a number is an invalid message', async (t) => {
  const { url } = await broadcasterFor(t, { maxInvalid: 1 });
  const ada = await peerFor(t, url);
  sendRaw(ada, '42[7,{}]');
  assert.equal(await ada.next('disconnect'), 'io server disconnect');
});

const nonsense = fc.oneof(
  fc.jsonValue(),
  fc.uint8Array({ maxLength: 8 }),
  fc.constantFrom('', '__proto__', 'a'.repeat(1_000), '\u0000', '\ud800', 1e308, -0, true),
);
const calls = fc.record({
  event: fc.constantFrom('join', 'signal', 'ice', 'leave', 'error', 'peer-joined'),
  shape: fc.constantFrom('arguments', 'fields', 'good'),
  args: fc.array(nonsense, { maxLength: 3 }),
  fields: fc.dictionary(
    fc.constantFrom(
      'v',
      'room',
      'name',
      'key',
      'instance',
      'proof',
      'capacity',
      'token',
      'to',
      'signal',
      '__proto__',
    ),
    nonsense,
    { maxKeys: 3 },
  ),
});

test('whatever is said in whatever order is answered by ok or a known code', async (t) => {
  const { url, broadcaster } = await broadcasterFor(t, PATIENT);
  const [ada, ben] = await Promise.all([peerFor(t, url), peerFor(t, url)]);
  const witness = await peerFor(t, url);
  await witness.join({ name: 'Witness' });
  const known: readonly string[] = ['ok', ...BROADCASTER_ERROR_CODES];

  await fc.assert(
    fc.asyncProperty(fc.array(calls, { minLength: 1, maxLength: 8 }), async (said) => {
      const join = await ada.joinRequest({ name: 'Ada' });
      const good: Record<string, object> = { join, signal: { to: witness.id, signal: 'x' } };
      const answers = said.map(({ event, shape, args, fields }) => {
        const right = good[event] ?? {};
        if (shape === 'arguments') return ada.call(event, ...args);
        return ada.call(event, shape === 'good' ? right : { ...right, ...fields });
      });
      for (const answer of await Promise.all(answers)) {
        const code = codeOf(answer);
        assert.ok(known.includes(code) && code !== 'server-error', code);
      }
    }),
    { numRuns: process.env['RTC_CHAT_SOAK'] === '1' ? 20_000 : 200 },
  );

  await ada.leave();
  await ben.join({ name: 'Ben' });
  assert.equal((await broadcaster.count()).peers, 2);
  await ben.signal(witness.id, 'all is well');
  assert.deepEqual(witness.unread('disconnect'), []);
});

test('a socket that floods is answered, then disconnected; its neighbours notice nothing', async (t) => {
  const { url } = await broadcasterFor(t, { signalsPerSocket: { max: 50, perMs: 60_000 } });
  const [ada, ben, mallory] = await Promise.all([
    peerFor(t, url),
    peerFor(t, url),
    peerFor(t, url),
  ]);
  await ada.join({ name: 'Ada' });
  await ben.join({ name: 'Ben' });
  await mallory.join({ name: 'Mallory' });
  const codes: string[] = [];
  for (let sent = 0; sent < 101; sent++) {
    const answer = await mallory.signal(ada.id, 'x');
    codes.push(codeOf(answer));
    if (!answer.ok) assert.ok(answer.error.retryAfterMs! > 50_000);
  }
  assert.deepEqual([codes.indexOf('rate-limited'), new Set(codes).size], [50, 2]);
  assert.equal(await mallory.next('disconnect'), 'io server disconnect');
  assert.equal(codeOf(await ben.signal(ada.id, 'me too')), 'ok');
});

test('a large signal counts as several', async (t) => {
  const { url } = await broadcasterFor(t, { signalsPerSocket: { max: 20, perMs: 60_000 } });
  const [ada, ben] = await Promise.all([peerFor(t, url), peerFor(t, url)]);
  await ada.join({ name: 'Ada' });
  await ben.join({ name: 'Ben' });
  assert.equal(codeOf(await ada.signal(ben.id, 'x'.repeat(65_536))), 'ok');
  assert.equal(codeOf(await ada.signal(ben.id, 'x'.repeat(4_096 * 4 + 1))), 'rate-limited');
});

test('joins and calls are limited for each socket', async (t) => {
  const { url } = await broadcasterFor(t, {
    joinsPerSocket: { max: 2, perMs: 60_000 },
    callsPerSocket: { max: 2, perMs: 60_000 },
  });
  const [ada, ben] = await Promise.all([peerFor(t, url), peerFor(t, url)]);
  await ada.join();
  await ada.join();
  assert.equal(codeOf(await ada.tryJoin()), 'rate-limited');
  await ada.call('ice', {});
  await ada.call('ice', {});
  assert.equal(codeOf(await ada.call('ice', {})), 'rate-limited');
  assert.equal(codeOf(await ben.tryJoin({ name: 'Ben' })), 'ok', 'each has a count of its own');
});

test('a limit passes after the time that it names', async (t) => {
  const { url } = await broadcasterFor(t, { joinsPerAddress: { max: 1, perMs: 200 } });
  const ada = await peerFor(t, url);
  let refused = 0;
  for (;;) {
    const answer = await ada.tryJoin();
    if (answer.ok && refused > 0) break;
    if (answer.ok) continue;
    refused += 1;
    assert.equal(answer.error.code, 'rate-limited');
    const { retryAfterMs = 0 } = answer.error;
    assert.ok(retryAfterMs > 0 && retryAfterMs <= 200);
    await delay(retryAfterMs);
  }
});

test('joins are limited for each address', async (t) => {
  let address = '192.0.2.1';
  const { url } = await broadcasterFor(t, {
    joinsPerAddress: { max: 2, perMs: 60_000 },
    addressOf: () => address,
  });
  const codes: string[] = [];
  for (const name of ['Ada', 'Ben', 'Cleo']) {
    codes.push(codeOf(await (await peerFor(t, url)).tryJoin({ name })));
  }
  assert.deepEqual(codes, ['ok', 'ok', 'rate-limited']);
  address = '192.0.2.2';
  assert.equal(codeOf(await (await peerFor(t, url)).tryJoin({ name: 'Dora' })), 'ok');
});

test('sockets and connections are limited for each address', async (t) => {
  const { url, broadcaster } = await broadcasterFor(t, {
    maxSocketsPerAddress: 2,
    connectionsPerAddress: { max: 4, perMs: 60_000 },
  });
  const ada = await peerFor(t, url);
  await peerFor(t, url);
  await assert.rejects(connectPeer(url), 'two at once');
  ada.close();
  while ((await broadcaster.count()).sockets > 1) await delay(1);
  const third = await peerFor(t, url);
  third.close();
  await assert.rejects(connectPeer(url), 'four in a minute, whatever became of them');
});

test('sockets are limited altogether', async (t) => {
  const { url } = await broadcasterFor(t, { maxSockets: 1 });
  await peerFor(t, url);
  await assert.rejects(connectPeer(url));
});

test('a socket that never joins is disconnected, one that has joined is not', async (t) => {
  const { url } = await broadcasterFor(t, { joinTimeoutMs: 500 });
  const [ada, ben] = await Promise.all([peerFor(t, url), peerFor(t, url)]);
  await ada.join();
  assert.equal(await ben.next('disconnect'), 'io server disconnect');
  assert.deepEqual(ada.unread('disconnect'), []);
  await ada.leave();
  assert.equal(await ada.next('disconnect'), 'io server disconnect');
});

test('a client that does not read is cut off before it fills the memory', async (t) => {
  const { url } = await broadcasterFor(t, { ...PATIENT, graceMs: 1 });
  const [ada, sloth] = await Promise.all([peerFor(t, url), peerFor(t, url)]);
  await ada.join({ name: 'Ada' });
  await sloth.join({ name: 'Sloth' });
  await ada.next('peer-joined');
  rawWebSocket(sloth).pause();
  let code = 'ok';
  let sent = 0;
  for (; code === 'ok' && sent < 1_000; sent++) {
    code = codeOf(await ada.signal(sloth.id, 'x'.repeat(65_536)));
  }
  assert.equal(code, 'peer-unavailable');
  assert.deepEqual(await ada.next('peer-left'), { id: sloth.id, reason: 'lost' });
  rawWebSocket(sloth).resume();
});
