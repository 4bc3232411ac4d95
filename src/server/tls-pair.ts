import { X509Certificate, createPrivateKey } from 'node:crypto';
import type { KeyObject } from 'node:crypto';
import { createSecureContext } from 'node:tls';

import { Complaint, readNamedFile } from './complaint.ts';

/** A certificate (with its chain) and its private key, both in PEM; they belong together. */
export interface TlsPair {
  readonly cert: string;
  readonly key: string;
  readonly certificate: X509Certificate;
}

/**
 * Reads a certificate and its key.
 * @throws {Complaint} a file cannot be read, holds something else, or the two do not belong together.
 */
export function readTlsPair(certFile: string, keyFile: string): TlsPair {
  const cert = readNamedFile(certFile, `The certificate ${certFile}`);
  const key = readNamedFile(keyFile, `The key ${keyFile}`);
  const certificate = attempt(
    () => new X509Certificate(cert),
    `The file ${certFile} holds no certificate in PEM`,
  );
  if (!certificate.checkPrivateKey(privateKey(key, keyFile))) {
    throw new Complaint(
      `The key ${keyFile} is not that of the first certificate in ${certFile}, and should be.`,
    );
  }
  // What OpenSSL has against them beyond that: a key that is too short, a broken chain.
  attempt(
    () => createSecureContext({ cert, key }),
    `The certificate ${certFile} and the key ${keyFile} cannot be used`,
  );
  return { cert, key, certificate };
}

function privateKey(key: string, keyFile: string): KeyObject {
  if (/^-----BEGIN ENCRYPTED|^Proc-Type: 4,ENCRYPTED/m.test(key)) {
    throw new Complaint(`The key ${keyFile} is encrypted. rtc-chat asks for no passphrase.`);
  }
  return attempt(() => createPrivateKey(key), `The file ${keyFile} holds no private key in PEM`);
}

function attempt<T>(make: () => T, otherwise: string): T {
  try {
    return make();
  } catch (error) {
    const reason = error instanceof Error && 'reason' in error ? ` (${String(error.reason)})` : '';
    throw new Complaint(`${otherwise}${reason}.`, { cause: error });
  }
}
