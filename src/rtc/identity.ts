import { encodeBase64url } from '../protocol/base64url.ts';
import { RtcChatError } from '../protocol/errors.ts';
import type { PeerId, PublicKeyText } from '../protocol/ids.ts';
import { fingerprint } from '../protocol/signing.ts';

/** Who we are in one room: a key that only this browser can sign with. */
export interface Identity {
  readonly id: PeerId;
  readonly key: PublicKeyText;
  /** The signature of a text's UTF-8, in base64url. */
  sign(text: string): Promise<string>;
}

const utf8 = new TextEncoder();

/**
 * A new Ed25519 key pair whose private half never leaves the browser. Rejects with `insecure-context` where the page has
 * no WebCrypto, with `crypto-unavailable` where WebCrypto has no Ed25519.
 */
export async function createKeyPair(): Promise<CryptoKeyPair> {
  // The types do not know that it is missing outside of secure contexts.
  const subtle = crypto.subtle as SubtleCrypto | undefined;
  if (!subtle) {
    throw new RtcChatError(
      'insecure-context',
      'Chat works only on pages served over HTTPS (or from localhost).',
    );
  }
  try {
    return await subtle.generateKey('Ed25519', false, ['sign', 'verify']);
  } catch (cause) {
    const message = 'This browser cannot make the signatures that chat needs. A newer one can.';
    throw new RtcChatError('crypto-unavailable', message, { cause });
  }
}

/** The identity that a key pair gives. */
export async function identityOf(keys: CryptoKeyPair): Promise<Identity> {
  const raw = new Uint8Array(await crypto.subtle.exportKey('raw', keys.publicKey));
  return {
    id: (await fingerprint(raw)) as PeerId,
    key: encodeBase64url(raw) as PublicKeyText,
    async sign(text) {
      const signature = await crypto.subtle.sign('Ed25519', keys.privateKey, utf8.encode(text));
      return encodeBase64url(new Uint8Array(signature));
    },
  };
}
