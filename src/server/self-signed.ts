import { X509Certificate } from 'node:crypto';
import { mkdirSync, renameSync, writeFileSync } from 'node:fs';
import { homedir, hostname } from 'node:os';
import { join } from 'node:path';

import { Complaint } from './complaint.ts';
import { readTlsPair } from './tls-pair.ts';
import type { TlsPair } from './tls-pair.ts';

const DAY_MS = 86_400_000;
/** Apple's devices take no certificate that holds longer than 825 days (support.apple.com/103769), browsers soon less. */
const VALID_DAYS = 365;
/** A certificate that ends sooner is made anew at the start, so that it does not end in the middle of a day. */
const LEAST_DAYS = 30;

/**
 * A certificate for these addresses and localhost, signed by itself. It is kept in `folder` and used again while it fits:
 * a phone that has once accepted it need not do so at each start. Where the folder cannot be written it is for this time.
 */
export async function selfSignedPair(
  addresses: readonly string[],
  folder = stateFolder(),
): Promise<TlsPair> {
  // Both in one file: whoever starts at the same moment never sees one without the other.
  const file = join(folder, 'lan.pem');
  const kept = readKept(file);
  if (kept && fits(kept.certificate, addresses)) return kept;
  const pair = await make(addresses);
  keep(folder, file, `${pair.cert.trimEnd()}\n${pair.key.trimEnd()}\n`);
  return pair;
}

function readKept(file: string): TlsPair | null {
  try {
    return readTlsPair(file, file);
  } catch (error) {
    // None yet, or a damaged one: another is made.
    if (error instanceof Complaint) return null;
    throw error;
  }
}

function fits(certificate: X509Certificate, addresses: readonly string[]): boolean {
  const leastMs = Date.now() + LEAST_DAYS * DAY_MS;
  return (
    Date.parse(certificate.validTo) > leastMs &&
    Date.parse(certificate.validFrom) < Date.now() &&
    addresses.every((address) => certificate.checkIP(address) !== undefined)
  );
}

async function make(addresses: readonly string[]): Promise<TlsPair> {
  // Only who asks for it waits for it: it takes as long to load as all the rest.
  const { generate } = await import('selfsigned');
  const names = ['localhost', ...(/^[a-z0-9.-]{1,60}$/i.test(hostname()) ? [hostname()] : [])];
  const notBefore = Date.now() - DAY_MS;
  const { cert, private: key } = await generate([{ name: 'commonName', value: 'rtc-chat' }], {
    keyType: 'ec',
    algorithm: 'sha256',
    // From yesterday: clocks differ.
    notBeforeDate: new Date(notBefore),
    notAfterDate: new Date(notBefore + VALID_DAYS * DAY_MS),
    extensions: [
      { name: 'basicConstraints', cA: false, critical: true },
      { name: 'keyUsage', digitalSignature: true, critical: true },
      { name: 'extKeyUsage', serverAuth: true },
      {
        name: 'subjectAltName',
        altNames: [
          ...names.map((value) => ({ type: 2 as const, value })),
          ...['127.0.0.1', '::1', ...addresses].map((ip) => ({ type: 7 as const, ip })),
        ],
      },
    ],
  });
  return { cert, key, certificate: new X509Certificate(cert) };
}

/** Whole or not at all, and for this user's eyes only. */
function keep(folder: string, file: string, text: string): void {
  const fresh = `${file}.${process.pid}`;
  try {
    mkdirSync(folder, { recursive: true, mode: 0o700 });
    writeFileSync(fresh, text, { mode: 0o600 });
    renameSync(fresh, file);
  } catch {
    // A machine without a home, or a read-only one: it is made anew the next time, and works until then.
  }
}

/** Where programs keep what should outlive them and is no setting, on this system. */
function stateFolder(): string {
  const { LOCALAPPDATA, XDG_STATE_HOME } = process.env;
  if (process.platform === 'win32' && LOCALAPPDATA) return join(LOCALAPPDATA, 'rtc-chat');
  if (process.platform === 'darwin') return join(homedir(), 'Library/Application Support/rtc-chat');
  return join(XDG_STATE_HOME || join(homedir(), '.local/state'), 'rtc-chat');
}
