import type { TestContext } from 'node:test';
import { setTimeout } from 'node:timers/promises';

import type { JoinAnswer } from '../../../src/protocol/broadcaster-messages.ts';
import { BroadcasterProcess } from '../../e2e/support/broadcaster-process.ts';
import { emptied, type RedisServer } from '../../support/redis.ts';
import { connectPeer } from './peer.ts';
import type { JoinFields, RawPeer } from './peer.ts';

/** Several real processes that share one Redis. */
export interface Fleet {
  readonly processes: readonly BroadcasterProcess[];
  readonly urls: readonly string[];
  /** Fulfils when nothing is left in Redis; rejects by the time limit of the test. */
  empty(): Promise<void>;
}

/** Windows of the limits that end soon, because their entries are waited for. */
const SHORT_LIMITS = [
  '--connections-per-address=100000/1s',
  '--joins-per-address=100000/1s',
  '--signals-per-address=100000/1s',
];

export async function fleetFor(
  t: TestContext,
  redis: RedisServer,
  size: number,
  flags: readonly string[] = [],
): Promise<Fleet> {
  const url = redis.freshUrl();
  const all = [`--redis=${url}`, '--log-level=error', ...SHORT_LIMITS, ...flags];
  const processes = await Promise.all(
    Array.from({ length: size }, () => BroadcasterProcess.start('127.0.0.1', all)),
  );
  t.after(() => Promise.all(processes.map((process) => process.kill())));
  await Promise.all(processes.map((process) => takesJoins(process.url)));
  return {
    processes,
    urls: processes.map((process) => process.url),
    empty: () => emptied(url),
  };
}

/** Joins as our own client does: while the broadcaster says "later" it comes back then. */
export async function joinPatiently(peer: RawPeer, fields: JoinFields): Promise<JoinAnswer> {
  for (;;) {
    const answer = await peer.tryJoin(fields);
    if (answer.ok) return answer;
    const { code, retryAfterMs } = answer.error;
    if (retryAfterMs === undefined) throw new Error(`refused: ${code}`);
    await setTimeout(retryAfterMs);
  }
}

/** Fulfils when somebody has been let in, and has left again. */
async function takesJoins(url: string): Promise<void> {
  const peer = await connectPeer(url);
  await joinPatiently(peer, { room: `waiting for ${peer.id}` });
  await peer.leave();
  peer.close();
}
