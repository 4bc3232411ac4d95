import { freshRoom, settle, type Scene } from '../meeting.ts';
import { type Findings, median } from '../series.ts';

const LIMIT_MS = 300_000;
const COMMITS = 30;
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

/** A log that grows: what joining again, writing and memory cost with so many entries in it. */
export async function growLog(
  scene: Scene,
  sizes: readonly number[],
  reps: number,
  findings: Findings,
): Promise<void> {
  const { second, servers } = scene;
  const of = { metric: 'log', adapter: 'rtc-chat-room', pair: scene.pair };
  const entry = { server: servers.broadcaster, room: freshRoom(), name: 'the writer' };
  const join = async (name: string): Promise<void> => {
    await second.reload();
    await settle();
    const ms = await second.growth.open(entry);
    findings.add({ ...of, measure: `join with ${name} entries`, unit: 'ms' }, ms);
    const whole = await second.growth.whole(entry.name);
    findings.add({ ...of, measure: `after it, all ${name} read`, unit: 'ms' }, whole.ms);
    const longest = `longest task over 50 ms, ${name} entries`;
    findings.add({ ...of, measure: longest, unit: 'ms' }, whole.longestMs);
  };
  await second.patiently(LIMIT_MS, async () => {
    await second.open('growth');
    await second.growth.open(entry);
    for (const size of sizes) {
      const name = size.toLocaleString('en');
      await second.growth.fill(entry.name, size - (await second.growth.count(entry.name)), BYTES);
      for (let rep = 0; rep < reps; rep++) await join(name);
      const samples = await second.growth.commits(entry.name, COMMITS);
      findings.add({ ...of, measure: `commit with ${name} entries`, unit: 'ms' }, median(samples));
      const heap = await second.heapBytes();
      if (heap !== null) {
        findings.add({ ...of, measure: `heap with ${name} entries`, unit: 'MB' }, heap / 1e6);
      }
    }
    await second.growth.leave();
  });
}
