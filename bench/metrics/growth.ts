import { freshRoom, settle, type Scene } from '../meeting.ts';
import { type Findings, median } from '../series.ts';

const LIMIT_MS = 300_000;
/** Few enough that the smallest log stays one. */
const COMMITS = 5;
const BYTES = 100;

/** Rooms of more and more people, all of them in two browsers: of rtc-chat only. */
export async function growPeople(
  scene: Scene,
  people: readonly number[],
  findings: Findings,
): Promise<void> {
  const { first, second, servers } = scene;
  const server = servers.broadcaster;
  for (const count of people) {
    await Promise.all([first.open('growth'), second.open('growth')]);
    const of = { metric: 'people', adapter: 'rtc-chat-memory', pair: scene.pair, unit: 'ms' };
    const room = freshRoom();
    const names = Array.from({ length: count - 1 }, (_, index) => `person ${index}`);
    const half = Math.ceil(names.length / 2);
    const entriesOf = (list: readonly string[]) => list.map((name) => ({ server, room, name }));
    await settle();
    const together = await Promise.all([
      first.growth.enter(entriesOf(names.slice(0, half)), count - 2),
      second.growth.enter(entriesOf(names.slice(half)), count - 2),
    ]);
    const began = Math.min(...together.map(({ from }) => from));
    const linked = Math.max(...together.map(({ to }) => to));
    if (count > 2) {
      findings.add({ ...of, measure: `${count - 1} at once, all linked` }, linked - began);
    }
    await settle();
    const { from, to } = await second.growth.enter(entriesOf(['the last']), count - 1);
    const others = await Promise.all([
      first.growth.linked(count - 1),
      second.growth.linked(count - 1),
    ]);
    findings.add(
      { ...of, measure: `number ${count} joins, all linked` },
      Math.max(to, ...others) - from,
    );
    await settle();
    const text = 'to all of you';
    const heard = Promise.all([first.growth.heard(text), second.growth.heard(text)]);
    const saidAt = await second.growth.say('the last', text);
    findings.add(
      { ...of, measure: `a message to all ${count}` },
      Math.max(...(await heard)) - saidAt,
    );
    await Promise.all([first.growth.leave(), second.growth.leave()]);
  }
}

/**
 * Logs of many sizes: what joining again, writing and memory cost. Each in a room of its own, by turns: what the machine
 * does meanwhile falls on every size.
 */
export async function growLog(
  scene: Scene,
  sizes: readonly number[],
  reps: number,
  findings: Findings,
): Promise<void> {
  const { second, servers } = scene;
  const { growth } = second;
  const of = { metric: 'log', adapter: 'rtc-chat-room', pair: scene.pair };
  const writer = 'the writer';
  const logs = sizes.map((size) => ({
    name: size.toLocaleString('en'),
    size,
    entry: { server: servers.broadcaster, room: freshRoom(), name: writer },
    commitsMs: [] as number[],
  }));
  await second.patiently(LIMIT_MS, async () => {
    await second.open('growth');
    for (const { entry, size } of logs) {
      await growth.open(entry);
      await growth.fill(writer, size, BYTES);
      await growth.leave();
    }
    for (let rep = 0; rep < reps; rep++) {
      for (const { name, entry, commitsMs } of logs) {
        const add = (measure: string, unit: string, value: number): void =>
          findings.add({ ...of, measure, unit }, value);
        await second.reload();
        await settle();
        add(`join with ${name} entries`, 'ms', await growth.open(entry));
        const { ms, longestMs } = await growth.whole(writer);
        add(`after it, all ${name} read`, 'ms', ms);
        add(`longest task over 50 ms, ${name} entries`, 'ms', longestMs);
        commitsMs.push(...(await growth.commits(writer, COMMITS)));
        const heap = await second.heapBytes();
        if (heap !== null) {
          add(`heap with ${name} entries`, 'MB', heap / 1e6);
          // A page that looks at `messages` has an object for each.
          await growth.count(writer);
          add(`heap, all ${name} looked at`, 'MB', ((await second.heapBytes()) ?? 0) / 1e6);
        }
        await growth.leave();
      }
    }
    for (const { name, commitsMs } of logs)
      findings.add(
        { ...of, measure: `commit with ${name} entries`, unit: 'ms' },
        median(commitsMs),
      );
  });
}
