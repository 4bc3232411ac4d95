import assert from 'node:assert/strict';
import { test } from 'node:test';

import fc from 'fast-check';
import type * as v from 'valibot';

import * as messages from '../../src/protocol/broadcaster-messages.ts';
import { BROADCASTER_ERROR_CODES, RtcChatError } from '../../src/protocol/errors.ts';
import { parse } from '../../src/protocol/schema.ts';
import * as samples from './support/samples.ts';
import { ID, INSTANCE, KEY, SIG, WRONG } from './support/samples.ts';

const PEER = { id: ID, name: 'Ada', instance: INSTANCE };
const SERVERS = [
  { urls: 'stun:stun.example' },
  { urls: ['turn:turn.example'], username: 'u', credential: 'c' },
];

interface Message {
  readonly schema: v.GenericSchema;
  readonly right: Readonly<Record<string, unknown>>;
  readonly optional?: readonly string[];
  /** `field:what` of the common table that is right here. */
  readonly except?: readonly string[];
}

const MESSAGES: Readonly<Record<string, Message>> = {
  join: {
    schema: messages.joinRequest,
    right: {
      v: 1,
      room: 'lobby',
      name: 'Ada',
      key: KEY,
      instance: INSTANCE,
      proof: SIG,
      capacity: 2,
      token: '',
    },
    optional: ['capacity', 'token'],
  },
  signal: { schema: messages.signalRequest, right: { to: ID, signal: 'x' } },
  'answer to join': {
    schema: messages.joinAnswer,
    right: {
      ok: true,
      self: { id: ID, name: 'Ada' },
      peers: [PEER],
      iceServers: SERVERS,
      expiresInMs: null,
      limits: { capacity: 2, graceMs: 0, maxSignalBytes: 65_536 },
      now: 0,
    },
    except: ['expiresInMs:null'],
  },
  'answer to ice': {
    schema: messages.iceAnswer,
    right: { ok: true, iceServers: SERVERS, expiresInMs: 60_000 },
    except: ['expiresInMs:null'],
  },
  'plain answer': { schema: messages.plainAnswer, right: { ok: true } },
  refusal: {
    schema: messages.refusal,
    right: { ok: false, error: { code: 'room-full', message: 'full', retryAfterMs: 1 } },
  },
  'peer-joined': { schema: messages.peerJoined, right: PEER },
  'peer-left': { schema: messages.peerLeft, right: { id: ID, reason: 'lost' } },
  'relayed signal': {
    schema: messages.signalDelivery,
    right: { from: ID, instance: INSTANCE, signal: 'x' },
  },
  closing: { schema: messages.closing, right: { retryAfterMs: 0 } },
};

for (const [what, { schema, right, optional = [], except = [] }] of Object.entries(MESSAGES)) {
  test(`${what} of the right shape is taken as it is, without what is unknown`, () => {
    assert.deepEqual(parse(schema, right), right);
    const polluted = JSON.stringify(right).replace('{', '{"__proto__":{"polluted":1},"extra":1,');
    assert.deepEqual(parse(schema, JSON.parse(polluted)), right);
    assert.equal(({} as { polluted?: unknown }).polluted, undefined);
  });

  for (const field of Object.keys(right)) {
    const may = optional.includes(field);
    test(`${what} without ${field} is ${may ? 'taken' : 'refused'}`, () => {
      const rest = Object.fromEntries(Object.entries(right).filter(([name]) => name !== field));
      assert.deepEqual(parse(schema, rest), may ? rest : null);
      // A prototype is no place for a field.
      if (!may) assert.equal(parse(schema, Object.assign(Object.create(null), rest)), null);
    });
    for (const [wrongness, wrong] of [...WRONG, ['bytes', new Uint8Array(3)] as const]) {
      if (except.includes(`${field}:${wrongness}`)) continue;
      test(`${what} with ${wrongness} for ${field} is refused`, () => {
        assert.equal(parse(schema, { ...right, [field]: wrong }), null);
      });
    }
  }

  for (const wrong of [undefined, null, 1, 'x', true, Symbol('x'), () => {}]) {
    test(`${String(wrong)} instead of ${what} is refused`, () => {
      assert.equal(parse(schema, wrong), null);
    });
  }

  test(`nothing said instead of ${what} makes parsing throw`, () => {
    fc.assert(
      fc.property(fc.oneof(fc.anything(), samples.anyJson, samples.spoilt(right)), (input) => {
        const parsed = parse(schema, input);
        if (parsed !== null) assert.deepEqual(parse(schema, parsed), parsed);
      }),
    );
  });
}

test("a join's name is brought to its normal form, its room is not", () => {
  const { schema, right } = MESSAGES['join']!;
  assert.deepEqual(parse(schema, { ...right, name: ' Ada  L. ' }), { ...right, name: 'Ada L.' });
  assert.equal(parse(schema, { ...right, room: ' lobby' }), null);
});

for (const [what, wrong] of [
  ['a code that there is not', { code: 'teapot', message: '' }],
  ['a code that every object has', { code: 'constructor', message: '' }],
  ['no code', { message: '' }],
  ['an endless message', { code: 'room-full', message: 'x'.repeat(1_025) }],
  ['a time that is no number', { code: 'room-full', message: '', retryAfterMs: '5' }],
  ['a time in the past', { code: 'room-full', message: '', retryAfterMs: -1 }],
] as const) {
  test(`a refusal with ${what} is refused itself`, () => {
    assert.equal(parse(messages.refusal, { ok: false, error: wrong }), null);
  });
}

for (const [what, servers] of [
  ['33 servers', Array.from({ length: 33 }, () => SERVERS[0])],
  ['17 addresses of one server', [{ urls: Array(17).fill('stun:a') }]],
  ['an endless address', [{ urls: `stun:${'a'.repeat(2_048)}` }]],
  ['a server without addresses', [{}]],
  ['a number for a credential', [{ urls: 'turn:a', username: 'u', credential: 1 }]],
] as const) {
  test(`ice servers with ${what} are refused`, () => {
    assert.equal(
      parse(messages.iceAnswer, { ok: true, iceServers: servers, expiresInMs: 1 }),
      null,
    );
  });
}

test('33 peers in an answer are refused, 32 are not', () => {
  const { schema, right } = MESSAGES['answer to join']!;
  assert.ok(parse(schema, { ...right, peers: Array.from({ length: 32 }, () => PEER) }));
  assert.equal(parse(schema, { ...right, peers: Array.from({ length: 33 }, () => PEER) }), null);
});

test('another version is told from no version', () => {
  for (const v of [0, 2, 1.5, -1]) assert.equal(messages.namesOtherVersion({ v }), true);
  for (const input of [{ v: 1 }, { v: '2' }, {}, null, 2, [2], { v: null }]) {
    assert.equal(messages.namesOtherVersion(input), false);
  }
  fc.assert(
    fc.property(fc.anything(), (input) => {
      assert.equal(typeof messages.namesOtherVersion(input), 'boolean');
    }),
  );
});

test('every refusal is of the right shape and becomes an error with its code', () => {
  for (const code of BROADCASTER_ERROR_CODES) {
    for (const retryAfterMs of [undefined, 0, 250]) {
      const refusal = messages.refuse(code, 'Why.', retryAfterMs);
      assert.deepEqual(parse(messages.refusal, refusal), refusal);
      assert.equal('retryAfterMs' in refusal.error, retryAfterMs !== undefined);
      const error = messages.errorOf(refusal);
      assert.ok(error instanceof RtcChatError);
      assert.deepEqual(
        [error.code, error.message, error.retryAfterMs],
        [code, 'Why.', retryAfterMs],
      );
    }
  }
});
