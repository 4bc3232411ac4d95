import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { TestContext } from 'node:test';
import { setTimeout as delay } from 'node:timers/promises';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';

import fc from 'fast-check';

import type { JoinAnswer, Refusal } from '../../src/protocol/broadcaster-messages.ts';
import { BROADCASTER_ERROR_CODES } from '../../src/protocol/errors.ts';
import { broadcasterFor } from './support/broadcaster.ts';
import { tokenOf } from './support/key-server.ts';
import { codeOf, connectPeer, engineIdOf, peerFor } from './support/peer.ts';
import type { RawPeer } from './support/peer.ts';
import { rawWebSocket } from './support/raw.ts';

const SOAK = process.env['RTC_CHAT_SOAK'] === '1';
const PACKETS = SOAK ? 100_000 : 3_000;
const PACKETS_A_LINE = 40;
/** What may be left in the heap when everything is over, whatever it was. */
const HEAP_GROWTH_BYTES = 16 * 1_048_576;

const MANY = { max: 1_000_000_000, perMs: 60_000 };
const SECRET = 'a secret of more than thirty-two bytes';
/** For more nonsense than anybody is allowed. */
const PATIENT = {
  maxInvalid: 1_000_000,
  connectionsPerAddress: MANY,
  joinsPerSocket: MANY,
  joinsPerAddress: MANY,
  callsPerSocket: MANY,
  signalsPerSocket: MANY,
  signalsPerAddress: MANY,
  packetsPerSocket: MANY,
  packetsPerAddress: MANY,
  wrongTriesPerAddress: MANY,
  graceMs: 1,
};

/** Another one each time, in the output, and taken from the environment to run the same again. */
function seedFor(t: TestContext): number {
  const seed = Number(process.env['RTC_CHAT_SEED'] ?? Date.now() % 2 ** 31);
  t.diagnostic(`seed ${seed}`);
  return seed;
}

setFlagsFromString('--expose-gc');
const collectGarbage = runInNewContext('gc') as () => void;

function heapBytes(): number {
  collectGarbage();
  return process.memoryUsage().heapUsed;
}

const texts = fc.oneof(
  fc.string({ unit: 'binary', maxLength: 40 }),
  fc.constantFrom(
    '',
    '__proto__',
    '\u0000',
    '\ud800',
    'token-room',
    '🦊'.repeat(50),
    'x'.repeat(2_000),
  ),
);
const values = fc.oneof(texts, fc.jsonValue(), fc.constantFrom(1e308, -0, true, null, [], {}));
const REQUEST_FIELDS = 'v room name key instance proof capacity token features offer'.split(' ');
const fields = fc.dictionary(
  fc.constantFrom(...REQUEST_FIELDS, 'to', 'signal', 'join', '__proto__', 'constructor'),
  values,
  { maxKeys: 5 },
);
const events = fc.constantFrom('join', 'signal', 'ice', 'leave', 'joined', 'error', 'disconnect');

/** A packet of Socket.IO, more or less. */
const socketPackets = fc
  .record({
    type: fc.constantFrom('0', '1', '2', '2', '2', '2', '3', '4', '5', '6', '7', ''),
    attachments: fc.option(fc.constantFrom('0-', '1-', '2-', '11-', '-1-', '999999999-'), {
      freq: 5,
      nil: '',
    }),
    namespace: fc.option(fc.constantFrom('/,', '/admin,', '/?x=1,', '/__proto__,', '/'), {
      freq: 5,
      nil: '',
    }),
    id: fc.constantFrom('', '0', '7', '99999999999999999999', '-1', '1e9'),
    data: fc.oneof(
      fc.tuple(events, fields).map((call) => JSON.stringify(call)),
      fields.map((auth) => JSON.stringify({ join: auth })),
      fc.json({ maxDepth: 4 }),
      fc.constant('[["join"],{"_placeholder":true,"num":0}]'),
      texts,
    ),
  })
  .map(
    ({ type, attachments, namespace, id, data }) =>
      `4${type}${attachments}${namespace}${id}${data}`,
  );

/** A packet of Engine.IO, more or less. */
const packets = fc.oneof(
  { weight: 6, arbitrary: socketPackets },
  {
    weight: 2,
    arbitrary: fc.tuple(fc.constantFrom(...'0235678b9'.split('')), texts).map((it) => it.join('')),
  },
  { weight: 1, arbitrary: fc.uint8Array({ maxLength: 64 }) },
  { weight: 1, arbitrary: texts },
);
const lines = fc.record({
  by: fc.constantFrom('member', 'member', 'stranger', 'polling'),
  said: fc.array(packets, { minLength: PACKETS_A_LINE, maxLength: PACKETS_A_LINE }),
});

/** Says it all by long polling, several packets in each body. */
async function sayByPolling(url: string, said: readonly (string | Uint8Array)[]): Promise<void> {
  const path = `${url}/socket.io/?EIO=4&transport=polling`;
  const opened = await (await fetch(path)).text();
  const { sid } = JSON.parse(opened.slice(1)) as { sid: string };
  const post = async (body: string): Promise<void> => {
    const response = await fetch(`${path}&sid=${sid}`, { method: 'POST', body });
    await response.body?.cancel();
  };
  const read = async (): Promise<void> => {
    for (;;) {
      const response = await fetch(`${path}&sid=${sid}`);
      await response.text();
      if (!response.ok) return;
    }
  };
  const reading = read();
  await post('40');
  for (let at = 0; at < said.length; at += 10) {
    const some = said.slice(at, at + 10);
    await post(
      some
        .map((it) => (typeof it === 'string' ? it : `b${Buffer.from(it).toString('base64')}`))
        .join('\u001e'),
    );
  }
  await post('1');
  await reading;
}

async function sayByWebSocket(
  peer: RawPeer,
  said: readonly (string | Uint8Array)[],
): Promise<void> {
  const webSocket = rawWebSocket(peer);
  const closed = new Promise((resolve) => peer.socket.io.engine.once('close', resolve));
  for (const data of said) {
    if (webSocket.readyState === 1) webSocket.send(data);
    // As it would come over a network: the answers in between are read.
    await new Promise((resolve) => setImmediate(resolve));
  }
  peer.vanish();
  await closed;
}

test(`${PACKETS} packets of nonsense leave nothing behind and harm nobody`, async (t) => {
  const failures: unknown[] = [];
  const { url, broadcaster } = await broadcasterFor(t, {
    ...PATIENT,
    authSecret: SECRET,
    tokenRooms: ['token-*'],
    observers: [{ failed: (error) => failures.push(error) }],
  });
  const witness = await peerFor(t, url);
  await witness.join({ room: 'witness', name: 'Witness' });

  const run = async ({
    by,
    said,
  }: {
    by: string;
    said: (string | Uint8Array)[];
  }): Promise<void> => {
    if (by === 'polling') {
      await sayByPolling(url, said);
    } else {
      const peer = await connectPeer(url);
      if (by === 'member') await peer.join({ name: peer.id });
      await sayByWebSocket(peer, said);
    }
    assert.deepEqual(failures, []);
  };
  const seed = seedFor(t);
  const fuzz = (numRuns: number) =>
    fc.assert(fc.asyncProperty(lines, run), { seed, numRuns, endOnFailure: true });

  await fuzz(10);
  const before = heapBytes();
  await fuzz(Math.ceil(PACKETS / PACKETS_A_LINE));

  let left = await broadcaster.count();
  for (; left.sockets > 1 || left.peers > 1; left = await broadcaster.count()) await delay(5);
  assert.deepEqual(left, { rooms: 1, peers: 1, sockets: 1 });
  const growth = heapBytes() - before;
  t.diagnostic(`${PACKETS} packets; the heap has grown by ${Math.round(growth / 1_024)} KiB`);
  assert.ok(growth < HEAP_GROWTH_BYTES, `${growth} bytes are left`);
  assert.equal(codeOf(await witness.call('ice', {})), 'ok');
  assert.deepEqual(witness.unread('disconnect'), []);
  const friend = await peerFor(t, url);
  await friend.join({ room: 'witness', name: 'Friend' });
  assert.equal(codeOf(await friend.signal(witness.id, 'all is well')), 'ok');
});

test('whatever comes as a join in the CONNECT packet is answered by ok or a known code', async (t) => {
  const { url, broadcaster } = await broadcasterFor(t, {
    ...PATIENT,
    authSecret: SECRET,
    tokenRooms: ['token-*'],
  });
  const token = await tokenOf({ rooms: ['*'] }, SECRET);
  const joins = fc.oneof(
    values,
    fc.record({ over: fields, without: fc.subarray(['v', 'room', 'name', 'key', 'proof']) }),
  );
  const known: readonly string[] = ['ok', ...BROADCASTER_ERROR_CODES];
  await fc.assert(
    fc.asyncProperty(joins, async (said) => {
      const spoil = async (peer: RawPeer): Promise<unknown> => {
        if (typeof said !== 'object' || said === null || !('over' in said)) return said;
        const good = await peer.joinRequest({ token, socketId: engineIdOf(peer.socket) });
        const spoilt = { ...good, ...(said.over as object) } as Record<string, unknown>;
        for (const name of said.without as string[]) delete spoilt[name];
        return spoilt;
      };
      const peer = await connectPeer(url, { joinOnConnect: spoil });
      const answer = await peer.next<JoinAnswer | Refusal>('joined');
      const code = codeOf(answer);
      assert.ok(known.includes(code) && code !== 'server-error', code);
      peer.close();
    }),
    { seed: seedFor(t), numRuns: SOAK ? 5_000 : 150 },
  );
  let left = await broadcaster.count();
  for (; left.sockets > 0 || left.peers > 0; left = await broadcaster.count()) await delay(5);
});

test('no change to a token makes it one that lets in', async (t) => {
  const { url } = await broadcasterFor(t, { ...PATIENT, authSecret: SECRET });
  const peer = await peerFor(t, url);
  const good = await tokenOf({ room: 'lobby', name: 'Ada' }, SECRET);
  const changes = fc.record({
    at: fc.nat({ max: good.length - 1 }),
    remove: fc.nat({ max: 3 }),
    insert: fc.string({ unit: fc.constantFrom(...'AZaz09-_.= \u0000é'.split('')), maxLength: 3 }),
  });
  // The last character of a signature has bits that encode nothing.
  const meaning = (token: string): string =>
    token
      .split('.')
      .map((part) => Buffer.from(part, 'base64url').toString('hex'))
      .join('.');
  await fc.assert(
    fc.asyncProperty(fc.array(changes, { minLength: 1, maxLength: 3 }), async (made) => {
      let token = good;
      for (const { at, remove, insert } of made)
        token = token.slice(0, at) + insert + token.slice(at + remove);
      fc.pre(meaning(token) !== meaning(good));
      assert.equal(codeOf(await peer.tryJoin({ token })), 'unauthorized');
    }),
    { seed: seedFor(t), numRuns: SOAK ? 20_000 : 300 },
  );
  assert.equal(codeOf(await peer.tryJoin({ token: good })), 'ok');
});

test('clients that do not read cost a bounded amount, which comes back', async (t) => {
  const { url, broadcaster } = await broadcasterFor(t, PATIENT);
  const sloths = SOAK ? 100 : 3;
  const before = heapBytes() + process.memoryUsage().external;
  const reasons: string[] = [];
  for (let at = 0; at < sloths; at++) {
    const [talker, sloth] = await Promise.all([connectPeer(url), connectPeer(url)]);
    await Promise.all([talker.join({ name: 'T' }), sloth.join({ name: 'S' })]);
    rawWebSocket(sloth).pause();
    let code = 'ok';
    while (code === 'ok') code = codeOf(await talker.signal(sloth.id, 'x'.repeat(65_536)));
    reasons.push(code);
    await talker.leave();
    talker.close();
    // What the system still holds for it is read, so that this process closes its end too.
    rawWebSocket(sloth).resume();
    sloth.close();
  }
  assert.deepEqual(new Set(reasons), new Set(['peer-unavailable']));
  let left = await broadcaster.count();
  for (; left.sockets > 0; left = await broadcaster.count()) await delay(5);
  const growth = heapBytes() + process.memoryUsage().external - before;
  t.diagnostic(`${sloths} sloths; ${Math.round(growth / 1_024)} KiB more than before`);
  assert.ok(growth < HEAP_GROWTH_BYTES, `${growth} bytes are left`);
});
