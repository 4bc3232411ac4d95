#!/usr/bin/env node
import { existsSync, readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { dirname, join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';

import { pino } from 'pino';

import { RtcChatError } from '../protocol/errors.ts';
import { createBroadcaster } from './broadcaster.ts';
import { Complaint } from './complaint.ts';
import { readCommandLine } from './command-line.ts';
import { broadcasterOptions, printConfiguration } from './configuration.ts';
import type { FlagValues } from './flags.ts';
import { helpText } from './help.ts';
import { createHttpFace } from './http.ts';
import { keySet } from './key-set.ts';
import { lanAddresses } from './lan-addresses.ts';
import { createMetrics } from './metrics.ts';
import { createProbes, probesListener } from './probes.ts';
import { stopOnSignals } from './stop.ts';
import { addressBehind } from './trusted-proxies.ts';
import { createWebServer, listen, originsOf, urlOf } from './web-server.ts';
import type { WebServer } from './web-server.ts';

/** The command `rtc-chat`. Exit codes: 0 stopped as asked, 1 could not run, 2 was asked wrongly. */

/** The build's folder: this module's own once it is built, the repository's when it runs from its source. */
function distFolder(): string {
  const here = dirname(fileURLToPath(import.meta.url));
  return existsSync(join(here, 'main.ts')) ? join(here, '../../dist') : here;
}

function version(): string {
  const manifest: unknown = JSON.parse(readFileSync(join(distFolder(), '../package.json'), 'utf8'));
  return String((manifest as { version?: unknown }).version);
}

async function start(values: FlagValues): Promise<void> {
  await readKeySet(values['auth-jwks']);
  // Written at once: nothing is lost when the process ends, and there is one line a change.
  const logger = pino(
    { level: values['log-level'], base: null },
    pino.destination({ dest: 2, sync: true }),
  );
  const { 'base-path': base, 'trust-proxy': proxies, 'metrics-port': metricsPort } = values;
  const { server, scheme, selfSigned } = await createWebServer(values, logger);
  server.on('request', (request, response) => face.listener(request, response));
  const metrics = metricsPort === undefined ? null : createMetrics();
  const broadcaster = createBroadcaster(server, {
    ...broadcasterOptions(values),
    path: base === '/' ? '/socket.io' : `${base}/socket.io`,
    origins: originsOf(values, scheme),
    addressOf: proxies && addressBehind(proxies),
    observers: metrics ? [metrics.observer] : [],
    logger,
  });
  const onePort = metricsPort !== 0 && metricsPort === values.port;
  const face = createHttpFace(
    distFolder(),
    createProbes(broadcaster, onePort ? metrics : null),
    base,
  );
  const servers: WebServer[] = [server];
  let metricsAt: number | undefined;
  stopOnSignals(servers, broadcaster, values.drain, fail);
  if (metricsPort !== undefined && !onePort) {
    const probesServer = createServer(probesListener(createProbes(broadcaster, metrics)));
    servers.push(probesServer);
    const metricsHost = values['metrics-host'];
    const { address, port } = await listen(probesServer, metricsPort, metricsHost, 'metrics-');
    console.log(`Metrics are at ${urlOf('http', address, port, '/metrics')}`);
    metricsAt = port;
  }
  const { address, port } = await listen(server, values.port, values.host);
  const host = values.host === undefined ? 'localhost' : address;
  console.log(`rtc-chat is listening on ${urlOf(scheme, host, port, base)}`);
  logger.info(
    { event: 'start', version: version(), port, scheme, metricsPort: metricsAt },
    'started, and listening',
  );
  if (!face.built) console.warn('There is no demo page and no /rtc-chat.js: run npm run build.');
  if (values.lan) {
    const { freshRoom, lanWelcome } = await import('./lan-welcome.ts');
    const urls = lanAddresses().map((it) => urlOf(scheme, it, port, base));
    const colours = process.stdout.isTTY && !process.env['NO_COLOR'];
    const fingerprint = selfSigned?.fingerprint256 ?? null;
    console.log(lanWelcome({ urls, room: freshRoom(), colours, fingerprint }));
  }
}

/** A file that is not there now will not be there later; a server that does not answer may. */
async function readKeySet(place: string | undefined): Promise<void> {
  if (place === undefined || URL.canParse(place)) return;
  await keySet(pathToFileURL(place))
    .load()
    .catch((cause: unknown) => {
      throw new RtcChatError(
        'invalid-options',
        `The file ${place} of --auth-jwks cannot be read as a JSON Web Key Set.`,
        { cause },
      );
    });
}

/** Ends with a sentence, or with the whole error where we have no sentence for it. */
function fail(error: unknown): never {
  if (
    error instanceof Complaint ||
    (error instanceof RtcChatError && error.code === 'invalid-options')
  ) {
    console.error(error.message);
    process.exit(2);
  }
  const code = error instanceof Error && 'code' in error ? error.code : undefined;
  const {
    address,
    port,
    flags = '',
  } = error as { address?: string; port?: number; flags?: string };
  if (code === 'EADDRINUSE')
    console.error(`Port ${port} is in use already. Choose another one with --${flags}port.`);
  else if (code === 'EACCES')
    console.error(
      `Port ${port} may not be used by this user. Choose one above 1023 with --${flags}port.`,
    );
  else if (code === 'EADDRNOTAVAIL')
    console.error(
      `This machine does not have the address ${address}. Choose another one with --${flags}host.`,
    );
  else if (code === 'ENOTFOUND' || code === 'EAI_AGAIN')
    console.error(`The host given with --${flags}host has no address.`);
  else console.error(error);
  process.exit(1);
}

const asked = readCommandLine(process.argv.slice(2), process.env);
switch (asked.do) {
  case 'help':
    process.stdout.write(helpText());
    break;
  case 'version':
    console.log(version());
    break;
  case 'complain':
    console.error(asked.sentence);
    process.exitCode = 2;
    break;
  case 'print-config':
    process.stdout.write(printConfiguration(asked.configuration));
    break;
  case 'start':
    for (const warning of asked.warnings) console.warn(warning);
    start(asked.configuration.values).catch((error: unknown) => fail(error));
    break;
}
