import assert from 'node:assert/strict';
import { fork } from 'node:child_process';
import { once } from 'node:events';
import { test } from 'node:test';
import { setTimeout as delay } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';

import { runCommand } from './support/command.ts';
import { connectPeer, createIdentity } from './support/peer.ts';

const FLOODER = fileURLToPath(new URL('./support/flooder.ts', import.meta.url));
const SOAK = process.env['RTC_CHAT_SOAK'] === '1';
/** Turns of flood and quiet, so that whatever else the machine does is in both. */
const TURNS = SOAK ? 6 : 2;
const TURN_MS = SOAK ? 5_000 : 1_500;
/** Between two joins: slower than any limit of an address. */
const PACE_MS = 30;

const median = (values: readonly number[]): number =>
  values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? NaN;

test('a flood of connections from one address leaves the joins of others as quick as they were', async (t) => {
  const command = runCommand(t, ['--port=0', '--host=127.0.0.1', '--log-level=warn']);
  const [, port = ''] = await command.said(/127\.0\.0\.1:(\d+)/);
  const url = `http://127.0.0.1:${port}`;
  const flooder = fork(FLOODER, [port, '127.0.0.2', '64'], { execArgv: ['--import', 'tsx'] });
  t.after(() => flooder.kill());
  const say = async (word: 'on' | 'off'): Promise<number> => {
    const heard = once(flooder, 'message') as Promise<[number]>;
    flooder.send(word);
    return (await heard)[0];
  };
  const identity = await createIdentity();
  const joinMs = async (): Promise<number> => {
    const begunMs = performance.now();
    const peer = await connectPeer(url, { identity });
    await peer.join();
    const tookMs = performance.now() - begunMs;
    await peer.leave();
    peer.close();
    await delay(PACE_MS);
    return tookMs;
  };
  const joinsFor = async (ms: number): Promise<number[]> => {
    const took: number[] = [];
    const endMs = performance.now() + ms;
    while (performance.now() < endMs) took.push(await joinMs());
    return took;
  };

  await say('off');
  await joinsFor(TURN_MS);
  const quiet: number[] = [];
  const flooded: number[] = [];
  for (let turn = 0; turn < TURNS; turn++) {
    quiet.push(...(await joinsFor(TURN_MS)));
    await say('on');
    flooded.push(...(await joinsFor(TURN_MS)));
    await say('off');
  }
  const opened = await say('off');
  const [quietMs, floodedMs] = [median(quiet), median(flooded)];
  t.diagnostic(
    `${opened} connections in ${(TURNS * TURN_MS) / 1_000} s; a join takes ` +
      `${quietMs.toFixed(1)} ms, in the flood ${floodedMs.toFixed(1)} ms`,
  );
  assert.ok(opened > 5 * flooded.length, `${opened} connections are no flood`);
  assert.ok(floodedMs <= 2 * quietMs, `${floodedMs} ms instead of ${quietMs} ms`);

  let left: { sockets: number };
  do left = (await (await fetch(`${url}/healthz`)).json()) as { sockets: number };
  while (left.sockets > 0);
  assert.equal(command.child.exitCode, null);
});
