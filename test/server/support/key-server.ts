import { createServer } from 'node:http';
import type { ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { TestContext } from 'node:test';

import { exportJWK, generateKeyPair, SignJWT } from 'jose';
import type { CryptoKey, JWK, JWTPayload } from 'jose';

export interface SigningKey {
  readonly kid: string;
  readonly algorithm: string;
  readonly privateKey: CryptoKey;
  /** The public half, as it stands in a set. */
  readonly jwk: JWK;
}

export async function signingKey(kid: string, algorithm = 'ES256'): Promise<SigningKey> {
  const { privateKey, publicKey } = await generateKeyPair(algorithm, { extractable: true });
  return {
    kid,
    algorithm,
    privateKey,
    jwk: { ...(await exportJWK(publicKey)), kid, alg: algorithm, use: 'sig' },
  };
}

/** A token that holds for an hour, unless the claims say otherwise; `exp: null` for one without. */
export function tokenOf(
  claims: Omit<JWTPayload, 'exp'> & { readonly exp?: number | null },
  key: SigningKey | string,
  header: { readonly alg?: string; readonly kid?: string } = {},
): Promise<string> {
  const { exp = Math.floor(Date.now() / 1_000) + 3_600, ...rest } = claims;
  const payload = exp === null ? rest : { ...rest, exp };
  const token = new SignJWT(payload);
  if (typeof key === 'string') {
    const secret = new TextEncoder().encode(key);
    return token.setProtectedHeader({ alg: 'HS256', ...header }).sign(secret);
  }
  const { algorithm: alg, kid, privateKey } = key;
  return token.setProtectedHeader({ alg, kid, ...header }).sign(privateKey);
}

/** Where somebody publishes keys; what it answers can be changed. */
export interface KeyServer {
  readonly url: string;
  asked: number;
  answer: (response: ServerResponse) => void;
  publish(...keys: readonly SigningKey[]): void;
}

export async function keyServerFor(t: TestContext, ...keys: SigningKey[]): Promise<KeyServer> {
  const server = createServer((_, response) => {
    served.asked += 1;
    served.answer(response);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  t.after(() => {
    server.close();
    server.closeAllConnections();
  });
  const { port } = server.address() as AddressInfo;
  const served: KeyServer = {
    url: `http://127.0.0.1:${port}/jwks.json`,
    asked: 0,
    answer: (response) => response.end(),
    publish(...published) {
      served.answer = (response) =>
        response.end(JSON.stringify({ keys: published.map(({ jwk }) => jwk) }));
    },
  };
  served.publish(...keys);
  return served;
}
