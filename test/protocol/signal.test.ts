import assert from 'node:assert/strict';
import { test } from 'node:test';

import fc from 'fast-check';

import {
  fingerprintOf,
  parseOpenOffer,
  parseSignalBody,
  parseSignedSignal,
} from '../../src/protocol/signal.ts';
import type { InstanceId } from '../../src/protocol/ids.ts';
import * as samples from './support/samples.ts';
import { INSTANCE, KEY, SIG, WRONG } from './support/samples.ts';

const CANDIDATE = {
  candidate: 'candidate:1 1 udp 2122260223 192.0.2.1 50000 typ host',
  sdpMid: '0',
  sdpMLineIndex: 0,
  usernameFragment: 'abcd',
};
const OFFER = {
  epoch: 1,
  n: 1,
  toEpoch: 0,
  instance: INSTANCE,
  toInstance: INSTANCE,
  description: { type: 'offer', sdp: 'v=0' },
  candidates: [CANDIDATE],
};
const ENVELOPE = { key: KEY, body: '{}', sig: SIG };

const parseValue = (value: unknown) => parseSignalBody(JSON.stringify(value));
const without = (value: object, field: string) =>
  Object.fromEntries(Object.entries(value).filter(([name]) => name !== field));

test('an envelope of the right shape is taken as it is', () => {
  assert.deepEqual(parseSignedSignal(JSON.stringify({ ...ENVELOPE, extra: 1 })), ENVELOPE);
});

for (const field of Object.keys(ENVELOPE)) {
  test(`an envelope without ${field} is refused`, () => {
    assert.equal(parseSignedSignal(JSON.stringify(without(ENVELOPE, field))), null);
  });
  for (const [what, wrong] of WRONG) {
    test(`an envelope with ${what} for ${field} is refused`, () => {
      assert.equal(parseSignedSignal(JSON.stringify({ ...ENVELOPE, [field]: wrong })), null);
    });
  }
}

test('an envelope may have 65,536 bytes, not one more', () => {
  const fill = (bytes: number) => {
    const empty = JSON.stringify({ ...ENVELOPE, body: '' });
    return JSON.stringify({ ...ENVELOPE, body: 'x'.repeat(bytes - empty.length) });
  };
  assert.ok(parseSignedSignal(fill(65_536)));
  assert.equal(parseSignedSignal(fill(65_537)), null);
});

test('a body of the right shape is taken as it is', () => {
  assert.deepEqual(parseValue(OFFER), OFFER);
  const answer = { ...OFFER, toEpoch: 2, description: { type: 'answer', sdp: '' } };
  assert.deepEqual(parseValue(answer), answer);
  const bundle = { ...without(OFFER, 'description'), n: 0 };
  assert.deepEqual(parseValue(bundle), bundle);
});

test('an envelope may say that it is open, in no other words than true and false', () => {
  const open = { ...ENVELOPE, open: true };
  assert.deepEqual(parseSignedSignal(JSON.stringify(open)), open);
  for (const wrong of [1, 'true', null, {}])
    assert.equal(parseSignedSignal(JSON.stringify({ ...ENVELOPE, open: wrong })), null);
});

test('an open body is a first offer to whoever reads it, and nothing else', () => {
  const body = without({ ...OFFER, toEpoch: 0 }, 'toInstance');
  const read = (value: object) => parseOpenOffer(JSON.stringify(value), INSTANCE as InstanceId);
  assert.deepEqual(read(body), { ...body, toInstance: INSTANCE });
  // Whom it names does not count: it is signed for nobody.
  assert.deepEqual(read({ ...body, toInstance: 'somebody' }), read(body));
  assert.equal(parseSignalBody(JSON.stringify(body)), null);
  const { description } = OFFER;
  for (const wrong of [
    { toEpoch: 1 },
    { n: 0 },
    { epoch: 0 },
    { instance: undefined },
    { description: undefined },
    { description: { ...description, type: 'answer' } },
    { candidates: Array.from({ length: 65 }, () => CANDIDATE) },
  ])
    assert.equal(read({ ...body, ...wrong }), null, JSON.stringify(wrong));
});

test('a candidate may say no more than its line, which may be empty', () => {
  const line = { candidate: '' };
  assert.deepEqual(parseValue({ ...OFFER, candidates: [line] })?.candidates, [
    { candidate: '', sdpMid: null, sdpMLineIndex: null, usernameFragment: null },
  ]);
});

for (const field of Object.keys(OFFER)) {
  const optional = field === 'description' || field === 'candidates';
  test(`a body without ${field} is ${optional ? 'taken' : 'refused'}`, () => {
    const rest = without(OFFER, field);
    assert.deepEqual(parseValue(rest), optional ? rest : null);
  });
  for (const [what, wrong] of WRONG) {
    test(`a body with ${what} for ${field} is refused`, () => {
      assert.equal(parseValue({ ...OFFER, [field]: wrong }), null);
    });
  }
}

for (const [what, body] of [
  ['neither description nor candidates', without(without(OFFER, 'description'), 'candidates')],
  ['an offer without its number', { ...OFFER, n: 0 }],
  ['an answer to no epoch', { ...OFFER, description: { type: 'answer', sdp: 'v=0' } }],
  ['a provisional answer', { ...OFFER, description: { type: 'pranswer', sdp: 'v=0' } }],
  ['a rollback', { ...OFFER, description: { type: 'rollback', sdp: '' } }],
  ['an epoch of zero', { ...OFFER, epoch: 0 }],
  ['65 candidates', { ...OFFER, candidates: Array.from({ length: 65 }, () => CANDIDATE) }],
  ['a candidate of 1,025 units', { ...OFFER, candidates: [{ candidate: 'x'.repeat(1_025) }] }],
  ['a candidate without its line', { ...OFFER, candidates: [without(CANDIDATE, 'candidate')] }],
  ['a candidate of line -1', { ...OFFER, candidates: [{ ...CANDIDATE, sdpMLineIndex: -1 }] }],
  ['null', null],
] as const) {
  test(`a body with ${what} is refused`, () => {
    assert.equal(parseValue(body), null);
  });
}

test('no text makes parsing throw', () => {
  const texts = fc.oneof(
    fc.string({ unit: 'binary' }),
    fc.json(),
    samples.spoilt(OFFER).map((it) => JSON.stringify(it)),
    samples.spoilt(ENVELOPE).map((it) => JSON.stringify(it)),
  );
  fc.assert(
    fc.property(texts, (text) => {
      parseSignedSignal(text);
      fingerprintOf(text);
      const body = parseSignalBody(text);
      if (body) assert.deepEqual(parseValue(body), body);
    }),
  );
});

const A = 'sha-256 AA:BB:CC';
const B = 'sha-256 AA:BB:CD';
const line = (value: string) => `a=fingerprint:${value}\r\n`;

for (const [what, sdp, found] of [
  ['one in the session', `v=0\r\n${line(A)}m=audio\r\n`, A],
  ['one in a media section', `v=0\r\nm=application\r\n${line(A)}`, A],
  ['the same one several times', `${line(A)}m=audio\r\n${line(A)}m=video\r\n${line(A)}`, A],
  ['the same one in another case', line(A) + line(A.toLowerCase()), A],
  ['the same one with white space behind it', line(A) + line(`${A}  `), A],
  ['one with plain line feeds', `v=0\na=fingerprint:${A}\ns=-\n`, A],
  ['one at the end of the text', `v=0\r\na=fingerprint:${A}`, A],
  ['none', 'v=0\r\n', null],
  ['an empty one', line(''), null],
  ['two', line(A) + line(B), null],
  ['two, the other one in another media section', `${line(A)}m=audio\r\n${line(B)}`, null],
  ['the same one under another hash', line(A) + line('sha-1 AA:BB:CC'), null],
  ['one and an empty one', line(A) + line(''), null],
  ['two, one in capital letters', line(A) + line(B).toUpperCase(), null],
  ['two that a bare carriage return separates', `a=fingerprint:${A}\ra=fingerprint:${B}\r\n`, null],
  ['one that stands within another line', `s=a=fingerprint:${A}\r\n`, null],
] as const) {
  test(`of a description with ${what} the fingerprint is ${found === null ? 'refused' : 'found'}`, () => {
    assert.equal(fingerprintOf(sdp), found?.toLowerCase() ?? null);
  });
}

test('whatever stands around it, a second fingerprint is noticed', () => {
  const other = fc.array(
    fc.constantFrom('m=audio 9', 's=-', '', 'a=setup:actpass', ' a=x', `a=fingerprint:${A}`),
  );
  fc.assert(
    fc.property(other, other, fc.constantFrom('\n', '\r\n'), (before, after, end) => {
      const all = [...before, `a=fingerprint:${A}`, `a=fingerprint:${B}`, ...after];
      assert.equal(fingerprintOf(all.join(end)), null);
    }),
  );
});
