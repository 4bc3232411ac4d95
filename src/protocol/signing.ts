import { decodeBase64url, encodeBase64url } from './base64url.ts';
import type { PeerId, PublicKeyText } from './ids.ts';

/** Raw Ed25519 public keys and signatures, RFC 8032. */
export const PUBLIC_KEY_BYTES = 32;
export const SIGNATURE_BYTES = 64;
/** 22 characters of base64url: 132 bits, more than a collision can be searched for. */
export const FINGERPRINT_CHARACTERS = 22;

const utf8 = new TextEncoder();

/**
 * The encodings of the points of small order, canonical and not, without their sign bit: for these a signature can be
 * valid for every message, so that a key of them would be nobody's.
 */
const SMALL_ORDER = new Set([
  '0000000000000000000000000000000000000000000000000000000000000000',
  '0100000000000000000000000000000000000000000000000000000000000000',
  '26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc05',
  'c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac037a',
  'ecffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f',
  'edffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f',
  'eeffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f',
]);

function isSmallOrder(bytes: Uint8Array): boolean {
  const hex = Array.from(bytes, (byte, at) =>
    (at === 31 ? byte & 0x7f : byte).toString(16).padStart(2, '0'),
  );
  return SMALL_ORDER.has(hex.join(''));
}

/** The raw bytes of a key, or null where the text is no canonical key or a point of small order. */
export function decodePublicKey(text: string): Uint8Array<ArrayBuffer> | null {
  const bytes = decodeBase64url(text, PUBLIC_KEY_BYTES);
  return bytes && !isSmallOrder(bytes) ? bytes : null;
}

/** 22 characters of base64url(SHA-256(bytes)): the form of every fingerprint of this protocol. */
export async function fingerprint(data: Uint8Array<ArrayBuffer> | string): Promise<string> {
  const bytes = typeof data === 'string' ? utf8.encode(data) : data;
  const digest = await crypto.subtle.digest('SHA-256', bytes);
  return encodeBase64url(new Uint8Array(digest)).slice(0, FINGERPRINT_CHARACTERS);
}

/** The id of the peer whose key this is; null where it is no key. */
export async function peerIdOf(key: PublicKeyText | string): Promise<PeerId | null> {
  const bytes = decodePublicKey(key);
  return bytes && ((await fingerprint(bytes)) as PeerId);
}

/** A key that can check signatures. Importing costs as much as a check: keep it. */
export interface Verifier {
  verify(text: string, signature: string): Promise<boolean>;
}

/** Null where the text is no usable key. */
export async function importVerifier(key: PublicKeyText | string): Promise<Verifier | null> {
  const bytes = decodePublicKey(key);
  if (!bytes) return null;
  let imported: CryptoKey;
  try {
    imported = await crypto.subtle.importKey('raw', bytes, 'Ed25519', false, ['verify']);
  } catch {
    // Bytes that are no point of the curve: some engines find out here, some at the first check.
    return null;
  }
  return {
    async verify(text, signature) {
      const raw = decodeBase64url(signature, SIGNATURE_BYTES);
      if (!raw) return false;
      try {
        return await crypto.subtle.verify('Ed25519', imported, raw, utf8.encode(text));
      } catch {
        // The engine refuses the key or the signature as such: not a valid signature.
        return false;
      }
    },
  };
}

/** What a peer signs to join: the host ties it to one broadcaster, the session's id to one connection. */
export function joinProofText(host: string, sessionId: string, room: string): string {
  return `rtc-chat join 1\n${host}\n${sessionId}\n${room}`;
}

/** What a peer signs to send a signal: nobody can pass it on to another room or another peer. */
export function signalText(room: string, from: string, to: string, body: string): string {
  return `rtc-chat signal 1\n${room}\n${from}\n${to}\n${body}`;
}

/** What an author signs to write a batch. */
export function entriesText(room: string, body: string): string {
  return `rtc-chat entries 1\n${room}\n${body}`;
}
