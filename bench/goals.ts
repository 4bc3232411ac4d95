import { type Findings, median, type Series } from './series.ts';

/** What rtc-chat wants to reach, said as a bound that the same run gives. */
export interface Verdict {
  readonly goal: string;
  readonly pair: string;
  readonly measured: number;
  readonly bound: number;
  readonly reached: boolean;
}

const PEERS = ['peerjs', 'simple-peer', 'thaunknown-simple-peer', 'trystero'] as const;
const OURS = ['rtc-chat-memory', 'rtc-chat-room'] as const;
const FRAME_MS = 1_000 / 60;
/** Firefox's offer to Chromium took 20 or 75 ms, at random. */
const LOTTERY_MS = 40;
const DECADES = ['100', '100,000'] as const;

class Reader {
  readonly #series: readonly Series[];
  readonly #pair: string;

  constructor({ series }: Findings, pair: string) {
    this.#series = series;
    this.#pair = pair;
  }

  samples(metric: string, measure: string, adapter: string): readonly number[] {
    const wanted = { metric, measure, adapter, pair: this.#pair };
    const keys = ['metric', 'measure', 'adapter', 'pair'] as const;
    const found = this.#series.find((each) => keys.every((key) => each[key] === wanted[key]));
    return found?.samples ?? [];
  }

  /** NaN where it was not measured. */
  median(metric: string, measure: string, adapter: string): number {
    return median(this.samples(metric, measure, adapter));
  }
}

/** Everything that this run can say about the goals; what was not measured is left out. */
export function verdictsOf(findings: Findings): readonly Verdict[] {
  const pairs = [...new Set(findings.series.map(({ pair }) => pair))];
  return pairs.flatMap((pair) => verdictsOfPair(new Reader(findings, pair), pair));
}

function verdictsOfPair(of: Reader, pair: string): readonly Verdict[] {
  const verdicts: Verdict[] = [];
  const judge = (goal: string, measured: number, bound: number, sense: 'most' | 'least'): void => {
    if (Number.isNaN(measured) || Number.isNaN(bound)) return;
    const reached = sense === 'most' ? measured <= bound : measured >= bound;
    verdicts.push({ goal, pair, measured, bound, reached });
  };
  const most = (goal: string, measured: number, bound: number) =>
    judge(goal, measured, bound, 'most');
  const least = (goal: string, measured: number, bound: number) =>
    judge(goal, measured, bound, 'least');

  for (const measure of ['fresh page', 'again in it']) {
    for (const ours of OURS) {
      const joined = of.median('join', measure, ours);
      most(
        `${ours} joins, ${measure}: ms, at most bare's`,
        joined,
        of.median('join', measure, 'bare'),
      );
      const peers = PEERS.map((peer) => of.median('join', measure, peer));
      const known = peers.filter((ms) => !Number.isNaN(ms));
      if (known.length > 0)
        most(`${ours} joins, ${measure}: ms, under the fastest peer's`, joined, Math.min(...known));
      for (const distance of ['join-40', 'join-150'])
        most(
          `${ours}, ${distance}, ${measure}: ms, at most 0.95 × bare's`,
          of.median(distance, measure, ours),
          0.95 * of.median(distance, measure, 'bare'),
        );
    }
  }
  if (pair === 'chromium→firefox') {
    for (const ours of OURS) {
      const samples = of.samples('join', 'again in it', ours);
      if (samples.length > 4)
        most(
          `${ours}, Firefox offers: the slowest join is no lottery, ms`,
          Math.max(...samples),
          Math.min(...samples) + LOTTERY_MS,
        );
    }
  }
  most(
    'round trip in memory, p50: ms, at most 1.3 × bare’s',
    of.median('rtt', 'p50', 'rtc-chat-memory'),
    1.3 * of.median('rtt', 'p50', 'bare'),
  );
  for (const [measure, overMs] of [
    ['p50', 15],
    ['p95', 40],
  ] as const)
    most(
      `round trip, durable, ${measure}: ms, at most ${overMs} over bare’s`,
      of.median('rtt', measure, 'rtc-chat-room'),
      of.median('rtt', measure, 'bare') + overMs,
    );
  for (const ours of OURS)
    least('300,000 messages all arrive: %', of.median('bulk-300000', 'arrived', ours), 100);
  least(
    '300,000 in memory: messages/s, at least simple-peer’s',
    of.median('bulk-300000', 'rate', 'rtc-chat-memory'),
    of.median('bulk-300000', 'rate', 'simple-peer'),
  );
  most(
    '300,000 in memory: µs of CPU a message, at most 1.7 × bare’s',
    of.median('bulk-300000', 'CPU', 'rtc-chat-memory'),
    1.7 * of.median('bulk-300000', 'CPU', 'bare'),
  );
  least(
    '300,000 durable: messages/s, at least 5 × single commits',
    of.median('bulk-300000', 'rate', 'rtc-chat-room'),
    5 * of.median('commits', 'rate', 'bare'),
  );
  most(
    'Enter → in a frame there: ms, at most two frames over half a round trip and two commits',
    of.median('keypress', 'in a frame', 'rtc-chat-element'),
    2 * FRAME_MS + of.median('rtt', 'p50', 'bare') / 2 + 2 * of.median('commits', 'p50', 'bare'),
  );
  for (const ours of OURS) {
    const seenAfter = of.median('upgrade', 'first frame there', ours);
    most(
      `${ours}, click → first frame there: ms, at most 0.6 × bare’s`,
      seenAfter,
      0.6 * of.median('upgrade', 'first frame there', 'bare'),
    );
    most(
      `${ours}, from the first frame to full size: ms, at most a second`,
      of.median('upgrade', 'full size there', ours) - seenAfter,
      1_000,
    );
    most(
      `${ours}, thin path, longest stall: ms, at most bare’s`,
      of.median('upgrade-thin', 'longest stall', ours),
      of.median('upgrade-thin', 'longest stall', 'bare'),
    );
    most(
      `${ours}, chat during a call, p95: ms, at most 2 × without`,
      of.median('upgrade', 'chat p95 with a call', ours),
      2 * of.median('upgrade', 'chat p95 without a call', ours),
    );
  }
  for (const ours of OURS)
    for (const roundTripMs of [40, 150])
      for (const cut of ['recovery', 'recovery-all'])
        for (const written of ['during', 'after'])
          most(
            `${ours}, ${cut}-${roundTripMs}, written ${written}: ms, 6 round trips and a second`,
            of.median(`${cut}-${roundTripMs}`, `written ${written}`, ours),
            6 * roundTripMs + 1_000,
          );
  most(
    'four people in a call, sound made up: %, at most 1',
    of.median('company', 'sound made up, worst', 'rtc-chat-room'),
    1,
  );
  most(
    'four people in a call, chat p95: ms, at most a tenth of a second',
    of.median('company', 'chat p95 with a call', 'rtc-chat-room'),
    100,
  );
  most(
    'number 16 joins: ms, at most 8 × number 2',
    of.median('people', 'number 16 joins, all linked', 'rtc-chat-memory'),
    8 * of.median('people', 'number 2 joins, all linked', 'rtc-chat-memory'),
  );
  for (const author of ['author there', 'author gone']) {
    const late = (measure: string): number =>
      of.median('late', `${author}: ${measure}`, 'rtc-chat-element');
    most(`late, ${author}, 10,000 in order: ms, at most 3 s`, late('all in order'), 3_000);
    most(
      `late, ${author}, the slowest letter: ms, at most a tenth of a second`,
      late('the slowest letter'),
      100,
    );
  }
  const [few, many] = DECADES;
  for (const what of ['join', 'commit'])
    most(
      `${what} with ${many} entries: ms, at most 1.5 × with ${few}`,
      of.median('log', `${what} with ${many} entries`, 'rtc-chat-room'),
      1.5 * of.median('log', `${what} with ${few} entries`, 'rtc-chat-room'),
    );
  return verdicts;
}
