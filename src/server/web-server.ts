import type { X509Certificate } from 'node:crypto';
import { createServer as createHttpServer } from 'node:http';
import type { Server as HttpServer } from 'node:http';
import { createServer as createHttpsServer } from 'node:https';
import type { Server as HttpsServer } from 'node:https';
import { isIPv6 } from 'node:net';
import type { AddressInfo } from 'node:net';

import type { Logger } from 'pino';

import { Complaint } from './complaint.ts';
import type { FlagValues } from './flags.ts';
import { lanAddresses } from './lan-addresses.ts';
import { sendPlainHttpToHttps } from './plain-http.ts';
import { selfSignedPair } from './self-signed.ts';
import { readTlsPair } from './tls-pair.ts';
import type { TlsPair } from './tls-pair.ts';

export type WebServer = HttpServer | HttpsServer;

export interface Serving {
  readonly server: WebServer;
  readonly scheme: 'http' | 'https';
  /** The certificate of our own making, where that is in use. */
  readonly selfSigned: X509Certificate | null;
}

type Wanted = Pick<FlagValues, 'tls-cert' | 'tls-key' | 'lan'>;

/**
 * The server of the command: HTTPS where there is a certificate, else HTTP. On SIGHUP it reads its certificate anew.
 * @throws {Complaint} the certificate or its key is no good.
 */
export async function createWebServer(values: Wanted, logger: Logger): Promise<Serving> {
  const { 'tls-cert': certFile, 'tls-key': keyFile, lan } = values;
  if (certFile !== undefined && keyFile !== undefined) {
    const server = secureServer(readTlsPair(certFile, keyFile), lan, logger);
    process.on('SIGHUP', () => reload(server, certFile, keyFile, logger));
    return { server, scheme: 'https', selfSigned: null };
  }
  if (!lan) return { server: createHttpServer(), scheme: 'http', selfSigned: null };
  const pair = await selfSignedPair(lanAddresses());
  const server = secureServer(pair, lan, logger);
  return { server, scheme: 'https', selfSigned: pair.certificate };
}

function secureServer(pair: TlsPair, lan: boolean, logger: Logger): HttpsServer {
  const server = createHttpsServer(pem(pair));
  // Only where people type the address by hand: it costs each connection a look at its first byte.
  if (lan) sendPlainHttpToHttps(server);
  warnOfItsEnd(pair, logger);
  return server;
}

function pem({ cert, key }: TlsPair): Pick<TlsPair, 'cert' | 'key'> {
  return { cert, key };
}

/** New connections get the new pair, open ones go on with theirs; a pair that is no good changes nothing. */
function reload(server: HttpsServer, certFile: string, keyFile: string, logger: Logger): void {
  try {
    const pair = readTlsPair(certFile, keyFile);
    server.setSecureContext(pem(pair));
    const until = new Date(pair.certificate.validTo).toISOString();
    logger.info({ event: 'certificate', until }, 'took the new certificate');
    warnOfItsEnd(pair, logger);
  } catch (error) {
    if (!(error instanceof Complaint)) throw error;
    const { message: reason } = error;
    logger.error({ event: 'certificate-refused', reason }, 'goes on with the old certificate');
  }
}

function warnOfItsEnd({ certificate }: TlsPair, logger: Logger): void {
  const until = new Date(certificate.validTo);
  if (until.getTime() > Date.now()) return;
  const fields = { event: 'certificate-expired', until: until.toISOString() };
  logger.warn(fields, 'the certificate has expired: browsers refuse it');
}

/**
 * Fulfils when it listens; rejects with the system's error when it cannot. `flags` is how those begin that say where: with
 * `metrics-` they are `--metrics-port` and `--metrics-host`; the error has it as well.
 */
export function listen(
  server: WebServer,
  port: number,
  host?: string,
  flags = '',
): Promise<AddressInfo> {
  return new Promise((resolve, reject) => {
    const fail = (error: Error): void => reject(Object.assign(error, { flags }));
    server.once('error', fail);
    server.listen(port, host, () => {
      server.off('error', fail);
      resolve(server.address() as AddressInfo);
    });
  });
}

/** What to open in a browser; `base` as `--base-path` has it. */
export function urlOf(scheme: Serving['scheme'], host: string, port: number, base: string): string {
  const { origin } = new URL(`${scheme}://${isIPv6(host) ? `[${host}]` : host}:${port}`);
  return base === '/' ? origin : `${origin}${base}`;
}

/** The origins that are let in; with `--lan` its own pages are, whatever the list says. */
export function originsOf(
  { origin, lan, port }: Pick<FlagValues, 'origin' | 'lan' | 'port'>,
  scheme: Serving['scheme'],
  addresses = lanAddresses(),
): readonly string[] | undefined {
  if (!origin || !lan) return origin;
  if (port === 0) {
    throw new Complaint('--lan and --origin together need a --port that is not 0.');
  }
  const hosts = ['localhost', '127.0.0.1', '::1', ...addresses];
  return [...origin, ...hosts.map((host) => urlOf(scheme, host, port, '/'))];
}
