import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { request } from 'node:https';
import type { TLSSocket } from 'node:tls';

import { generate } from 'selfsigned';

export interface CertificateFiles {
  readonly cert: string;
  readonly key: string;
}

/** A certificate for localhost and its key as files of a folder; `name` is its common name and that of the files. */
export async function writeCertificate(
  folder: string,
  name: string,
  passphrase?: string,
): Promise<CertificateFiles> {
  const { cert, private: key } = await generate([{ name: 'commonName', value: name }], {
    keyType: 'ec',
    algorithm: 'sha256',
    ...(passphrase !== undefined && { passphrase }),
  });
  const files = { cert: join(folder, `${name}.crt`), key: join(folder, `${name}.key`) };
  writeFileSync(files.cert, cert);
  writeFileSync(files.key, key);
  return files;
}

export interface SecureAnswer {
  readonly status: number;
  readonly body: string;
  /** The common name of the certificate that was shown. */
  readonly shown: string;
}

/** Asks over a new connection, whoever signed the certificate. */
export function getSecurely(url: string): Promise<SecureAnswer> {
  return new Promise((resolve, reject) => {
    const asked = request(url, { rejectUnauthorized: false, agent: false });
    asked.on('error', reject).on('response', (response) => {
      const { subject } = (response.socket as TLSSocket).getPeerCertificate();
      let body = '';
      response.setEncoding('utf8').on('data', (text: string) => (body += text));
      response.on('end', () =>
        resolve({ status: response.statusCode ?? 0, body, shown: String(subject.CN) }),
      );
    });
    asked.end();
  });
}
