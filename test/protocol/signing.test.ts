import assert from 'node:assert/strict';
import { createHash, createPrivateKey, createPublicKey, sign } from 'node:crypto';
import { test } from 'node:test';

import fc from 'fast-check';

import { encodeBase64url } from '../../src/protocol/base64url.ts';
import {
  decodePublicKey,
  entriesText,
  fingerprint,
  importVerifier,
  joinProofText,
  peerIdOf,
  signalText,
} from '../../src/protocol/signing.ts';

/** RFC 8032, section 7.1, test 2. */
const SEED = '4ccd089b28ff96da9db6c346ec114e0f5b8a319f35aba624da8cf6ed4fb8a6fb';
const PUBLIC = '3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c';
const SIGNATURE =
  '92a009a9f0d4cab8720e820b5f642540a2b27b5416503f8fb3762223ebdb69da' +
  '085ac1e43e15996e458f3613d0f11d8c387b2eaeb4302aeeb00d291612bb0c00';

const fromHex = (hex: string): string => encodeBase64url(Uint8Array.from(Buffer.from(hex, 'hex')));
const KEY = fromHex(PUBLIC);

test('a signature of RFC 8032 holds, for its text only', async () => {
  const verifier = await importVerifier(KEY);
  assert.ok(verifier);
  assert.equal(await verifier.verify('r', fromHex(SIGNATURE)), true);
  assert.equal(await verifier.verify('R', fromHex(SIGNATURE)), false);
  assert.equal(await verifier.verify('', fromHex(SIGNATURE)), false);
});

test('the id is the beginning of the hash of the raw key', async () => {
  const expected = createHash('sha256').update(Buffer.from(PUBLIC, 'hex')).digest('base64url');
  assert.equal(await peerIdOf(KEY), expected.slice(0, 22));
});

test('a fingerprint of text is that of its UTF-8', async () => {
  const expected = createHash('sha256').update('é').digest('base64url').slice(0, 22);
  assert.equal(await fingerprint('é'), expected);
});

const SMALL_ORDER = [
  '0000000000000000000000000000000000000000000000000000000000000000',
  '0100000000000000000000000000000000000000000000000000000000000000',
  '26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc05',
  'c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac037a',
  'ecffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f',
  'edffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f',
  'eeffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f',
];

for (const hex of SMALL_ORDER) {
  for (const sign of [0, 0x80]) {
    const bytes = Buffer.from(hex, 'hex');
    bytes[31]! |= sign;
    test(`${bytes.toString('hex')}, a point of small order, is no key`, async () => {
      const key = encodeBase64url(Uint8Array.from(bytes));
      assert.equal(decodePublicKey(key), null);
      assert.equal(await peerIdOf(key), null);
      assert.equal(await importVerifier(key), null);
    });
  }
}

for (const [what, key] of [
  ['nothing', ''],
  ['31 bytes', encodeBase64url(new Uint8Array(31).fill(3))],
  ['33 bytes', encodeBase64url(new Uint8Array(33).fill(3))],
  ['a padded text', `${KEY}=`],
  ['a text that is not canonical', `${KEY.slice(0, -1)}B`],
] as const) {
  test(`${what} is no key`, async () => {
    assert.equal(decodePublicKey(key), null);
    assert.equal(await peerIdOf(key), null);
    assert.equal(await importVerifier(key), null);
  });
}

test('no bytes make importing or checking throw', async () => {
  const bytes = (length: number) => fc.uint8Array({ minLength: length, maxLength: length });
  await fc.assert(
    fc.asyncProperty(bytes(32), bytes(64), fc.string(), async (key, signature, text) => {
      const verifier = await importVerifier(encodeBase64url(key));
      if (!verifier) return;
      assert.equal(await verifier.verify(text, encodeBase64url(signature)), false);
      assert.equal(await verifier.verify(text, text), false);
    }),
  );
});

test('a changed bit anywhere in a signature breaks it', async () => {
  const verifier = await importVerifier(KEY);
  assert.ok(verifier);
  for (let bit = 0; bit < 512; bit += 7) {
    const bytes = Buffer.from(SIGNATURE, 'hex');
    bytes[bit >> 3]! ^= 1 << (bit & 7);
    assert.equal(await verifier.verify('r', encodeBase64url(Uint8Array.from(bytes))), false);
  }
});

test('what is signed is written out as the protocol says', () => {
  assert.equal(
    joinProofText('a.example:8443', 'socket', 'lobby'),
    'rtc-chat join 1\na.example:8443\nsocket\nlobby',
  );
  assert.equal(signalText('lobby', 'from', 'to', '{}'), 'rtc-chat signal 1\nlobby\nfrom\nto\n{}');
  assert.equal(entriesText('lobby', '{}'), 'rtc-chat entries 1\nlobby\n{}');
});

test("what Node signs is what the browser's interface checks", async () => {
  const privateKey = createPrivateKey({
    key: Buffer.concat([
      Buffer.from('302e020100300506032b657004220420', 'hex'),
      Buffer.from(SEED, 'hex'),
    ]),
    format: 'der',
    type: 'pkcs8',
  });
  const raw = createPublicKey(privateKey).export({ format: 'der', type: 'spki' }).subarray(-32);
  assert.equal(raw.toString('hex'), PUBLIC);
  const text = signalText('lobby 🦆', 'from', 'to', '{"epoch":1}');
  const signature = sign(null, Buffer.from(text), privateKey);
  const verifier = await importVerifier(KEY);
  assert.equal(await verifier?.verify(text, encodeBase64url(Uint8Array.from(signature))), true);
});
