import { freshRoom, settle, type Scene } from '../meeting.ts';
import { type Findings, median } from '../series.ts';

const LIMIT_MS = 600_000;
/** As long as somebody who writes quickly takes for a letter. */
const LETTER_MS = 60;

/**
 * Somebody comes to a room in which much has been written, one text at a time, and writes at once: when all of it is there
 * in order, and how long each letter takes meanwhile. Once its author is there and brings it, once another one has it.
 */
export async function comeLate(
  scene: Scene,
  count: number,
  reps: number,
  findings: Findings,
): Promise<void> {
  const { first, second, servers } = scene;
  const place = (room: string, name: string) => ({ server: servers.broadcaster, room, name });
  for (const [who, isAuthorThere] of [
    ['author there', true],
    ['author gone', false],
  ] as const) {
    const room = freshRoom();
    await first.open('late');
    await first.patiently(LIMIT_MS, async () => {
      if (isAuthorThere) return first.late.write(place(room, 'the author'), count);
      await first.late.wait(place(room, 'the holder'));
      await second.open('late');
      await second.patiently(LIMIT_MS, () => second.late.write(place(room, 'the author'), count));
      await first.late.has(count);
      await second.late.leave();
    });
    for (let rep = 0; rep < reps; rep++) {
      await second.open('late');
      await settle();
      const add = (measure: string, unit: string, value: number): void =>
        findings.add(
          {
            metric: 'late',
            adapter: 'rtc-chat-element',
            pair: scene.pair,
            measure: `${who}: ${measure}`,
            unit,
          },
          value,
        );
      const cpuMs = second.cpuMs();
      await second.late.come(place(room, `late ${rep}`), count);
      const typing = new AbortController();
      const arriving = second.late.arrived().finally(() => typing.abort());
      await second.focusComposer();
      while (!typing.signal.aborted) {
        await second.type('x');
        await new Promise((resolve) => setTimeout(resolve, LETTER_MS));
      }
      const { firstMs, allMs, inOrder, keysMs, longestGapMs } = await arriving;
      if (!inOrder) throw new Error('What came was not in order.');
      add('the first of it', 'ms', firstMs);
      add('all in order', 'ms', allMs);
      add('CPU until then', 'ms', second.cpuMs() - cpuMs);
      add('longest time without a frame', 'ms', longestGapMs);
      if (keysMs.length === 0) continue;
      add('a letter in a frame', 'ms', median(keysMs));
      add('the slowest letter', 'ms', Math.max(...keysMs));
    }
    await first.late.leave();
  }
}
