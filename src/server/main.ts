#!/usr/bin/env node
import { existsSync, readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { Server } from 'node:http';
import { isIPv6 } from 'node:net';
import type { AddressInfo } from 'node:net';
import { dirname, join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';

import { pino } from 'pino';

import { RtcChatError } from '../protocol/errors.ts';
import { createBroadcaster } from './broadcaster.ts';
import type { Broadcaster } from './broadcaster.ts';
import { readCommandLine } from './command-line.ts';
import { broadcasterOptions, printConfiguration } from './configuration.ts';
import type { FlagValues } from './flags.ts';
import { helpText } from './help.ts';
import { createHttpFace } from './http.ts';
import { keySet } from './key-set.ts';

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
  const httpServer = createServer((request, response) => face.listener(request, response));
  const broadcaster = createBroadcaster(httpServer, {
    ...broadcasterOptions(values),
    // Written at once: nothing is lost when the process ends, and there is one line a change.
    logger: pino(
      { level: values['log-level'], base: null },
      pino.destination({ dest: 2, sync: true }),
    ),
  });
  const face = createHttpFace(distFolder(), () => broadcaster.count());
  stopOnSignals(httpServer, broadcaster);
  await listen(httpServer, values.port, values.host);
  const { address, port } = httpServer.address() as AddressInfo;
  console.log(
    `rtc-chat is listening on ${urlOf(values.host === undefined ? 'localhost' : address, port)}`,
  );
  if (!face.built) console.warn('There is no demo page and no /rtc-chat.js: run npm run build.');
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

function listen(httpServer: Server, port: number, host: string | undefined): Promise<void> {
  return new Promise((resolve, reject) => {
    httpServer.once('error', reject);
    httpServer.listen(port, host, () => {
      httpServer.off('error', reject);
      resolve();
    });
  });
}

function urlOf(address: string, port: number): string {
  return `http://${isIPv6(address) ? `[${address}]` : address}:${port}`;
}

/** The first signal stops by plan, a second one at once. */
function stopOnSignals(httpServer: Server, broadcaster: Broadcaster): void {
  let stopping = false;
  const stop = async (): Promise<void> => {
    if (stopping) process.exit(1);
    stopping = true;
    await broadcaster.close();
    httpServer.close();
    httpServer.closeAllConnections();
    process.exit(0);
  };
  for (const signal of ['SIGTERM', 'SIGINT'] as const) {
    process.on(signal, () => {
      stop().catch((error: unknown) => fail(error));
    });
  }
}

/** Ends with a sentence, or with the whole error where we have no sentence for it. */
function fail(error: unknown): never {
  if (error instanceof RtcChatError && error.code === 'invalid-options') {
    console.error(error.message);
    process.exit(2);
  }
  const code = error instanceof Error && 'code' in error ? error.code : undefined;
  const { address, port } = error as { address?: string; port?: number };
  if (code === 'EADDRINUSE')
    console.error(`Port ${port} is in use already. Choose another one with --port.`);
  else if (code === 'EACCES')
    console.error(`Port ${port} may not be used by this user. Choose one above 1023 with --port.`);
  else if (code === 'EADDRNOTAVAIL')
    console.error(
      `This machine does not have the address ${address}. Choose another one with --host.`,
    );
  else if (code === 'ENOTFOUND' || code === 'EAI_AGAIN')
    console.error('The host given with --host has no address.');
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
