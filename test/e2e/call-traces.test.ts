import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { CallStage } from './support/call-stage.ts';
import type { Caller } from './support/caller.ts';
import { Cast, pairName, pairs } from './support/pairs.ts';
import { spyOnConnections, spyOnTraces } from './support/spies.ts';
import { TEST_TIMEOUT_MS, tidyUp } from './support/stage.ts';

const soak = process.env['RTC_CHAT_SOAK'] === '1';
const CALLS = soak ? 100 : 10;
/** Each of the two has called and been called. */
const FIRST = 2;

const cast = new Cast();
let stage: CallStage;
before(async () => (stage = await CallStage.set()));
after(tidyUp);

/** Rings, is answered, is seen, shows a screen, ends; each of the two begins and ends in turn. */
async function makeCalls(both: readonly [Caller, Caller], times: number): Promise<void> {
  for (let round = 0; round < times; round++) {
    const [caller, called] = round % 2 === 0 ? both : [both[1], both[0]];
    await caller.click('Start video call');
    await called.click('Accept');
    await Promise.all(both.map((person) => person.seesPicture()));
    await called.click('Share screen');
    await caller.seesPicture('screen');
    await both[(round >> 1) % 2]!.click('Hang up');
    await Promise.all(both.map((person) => person.inState('idle')));
  }
}

/** What a page holds when nobody is in a call. */
const tracesOf = ({ page }: Caller) =>
  page.evaluate(async () => {
    const { held = [], pending = [] } = await navigator.locks.query();
    const root = document.querySelector('rtc-chat')?.shadowRoot;
    const playing = Array.from(root?.querySelectorAll<HTMLMediaElement>('video, audio') ?? []);
    return {
      connections: connectionSpy.live(),
      negotiations: callSpy.negotiations,
      sockets: traceSpy.sockets(),
      locks: [...held, ...pending].map(({ name }) => name ?? '').toSorted(),
      listeners: traceSpy.listeners(),
      mediaListeners: traceSpy.mediaListeners(),
      contexts: callSpy.openContexts(),
      tracks: callSpy.taken.filter(({ readyState }) => readyState === 'live').length,
      sent: callSpy.connections.flatMap((pc) => pc.getSenders()).filter(({ track }) => track)
        .length,
      shown: playing.filter(({ srcObject }) => srcObject).length,
      // A call leaves words among the messages; they are meant to stay.
      elements: root?.querySelectorAll(':not([role=log] *)').length ?? 0,
    };
  });

for (const pair of soak ? pairs : pairs.slice(2)) {
  describe(
    `${CALLS} calls of people with ${pairName(pair)}`,
    { timeout: TEST_TIMEOUT_MS * (soak ? 10 : 1) },
    () => {
      it('leave no track, connection, listener, lock or element behind', async (t) => {
        const both = await stage.pair(await cast.of(pair), [spyOnConnections, spyOnTraces]);
        // What a page allocates once comes with the first of each kind.
        await makeCalls(both, FIRST);
        const once = await Promise.all(both.map(tracesOf));
        for (const { tracks, sent, shown } of once)
          assert.deepEqual([tracks, sent, shown], [0, 0, 0]);
        const startMs = performance.now();
        await makeCalls(both, CALLS - FIRST);
        const msPerCall = (performance.now() - startMs) / (CALLS - FIRST);
        assert.deepEqual(await Promise.all(both.map(tracesOf)), once);
        t.diagnostic(`${pairName(pair)}: ${Math.round(msPerCall)} ms a call`);
        await stage.clear();
      });
    },
  );
}
