import { freshRoom, settle } from '../meeting.ts';
import type { Servers } from '../adapters/adapter.ts';
import type { Person } from '../run/person.ts';
import { type Findings, quantile } from '../series.ts';

const LISTEN_MS = 20_000;
const LIMIT_MS = 120_000;
const ROUND_TRIPS = 100;
/** The browsers find out in this time what the path and the processors carry. */
const SETTLED_MS = 5_000;

/** Four people in one call, each before a browser process of its own; the first one shares a screen. */
export async function companyInCall(
  people: readonly Person[],
  servers: Servers,
  pair: string,
  findings: Findings,
): Promise<void> {
  const add = (measure: string, unit: string, sample: number): void =>
    findings.add({ metric: 'company', adapter: 'rtc-chat-room', pair, measure, unit }, sample);
  const room = freshRoom();
  const others = people.length - 1;
  const [first, second] = people;
  if (!first || !second) return;
  const patiently = <T>(person: Person, work: () => Promise<T>): Promise<T> =>
    person.patiently(LIMIT_MS, work);
  await Promise.all(people.map((person) => person.open('company')));
  await Promise.all(
    people.map((person, at) =>
      patiently(person, () =>
        person.company.enter(servers.broadcaster, room, `person ${at}`, others),
      ),
    ),
  );
  await settle();
  await second.company.echo();
  const trips = (): Promise<number[]> =>
    patiently(first, () => first.company.roundTrips(ROUND_TRIPS));
  const quiet = await trips();
  await first.company.call();
  await Promise.all(people.map((each) => patiently(each, () => each.company.gathered(others))));
  await first.company.share();
  await Promise.all(
    people.slice(1).map((each) => patiently(each, () => each.company.gathered(others + 1))),
  );
  await new Promise((resolve) => setTimeout(resolve, SETTLED_MS));
  const cpuMs = (): number => people.reduce((sum, person) => sum + person.cpuMs(), 0);
  const cpuBefore = cpuMs();
  const listening = people.map((each) => patiently(each, () => each.company.listen(LISTEN_MS)));
  const during = trips();
  const heard = await Promise.all(listening);
  add('CPU', 'processors', (cpuMs() - cpuBefore) / LISTEN_MS);
  const numbers = (values: readonly (number | null)[]): number[] =>
    values.filter((value) => value !== null);
  add('voices heard', 'of each', Math.min(...heard.map(({ voices }) => voices)));
  add('sound made up, worst', '%', 100 * Math.max(...heard.map(({ concealed }) => concealed)));
  add('sound waits, longest', 'ms', Math.max(...heard.map(({ bufferedMs }) => bufferedMs)));
  add('slowest camera', 'frames/s', Math.min(...numbers(heard.map((each) => each.cameraFrames))));
  add('shared screen', 'frames/s', Math.min(...numbers(heard.map((each) => each.screenFrames))));
  add(
    'shared screen stands still, longest',
    'ms',
    Math.max(...numbers(heard.map((each) => each.screenStallMs))),
  );
  add('chat p95 without a call', 'ms', quantile(quiet, 0.95));
  add('chat p95 with a call', 'ms', quantile(await during, 0.95));
  await Promise.all(people.map((person) => person.company.leave()));
}
