/// The load, in a process of its own: clients in pairs, over raw sockets, that send what they are told to.
import type { AdapterName } from './adapters.ts';
import { type Speaker, keyOf, speakers } from './speakers.ts';

export interface Orders {
  /** So many clients, two by two, over all ports in turn; those that were there stay. */
  connect(name: AdapterName, ports: readonly number[], clients: number): Promise<null>;
  /** Signals at this rate, from every client in turn. Answers how long each took, in milliseconds. */
  pace(perSecond: number, seconds: number): Promise<readonly number[]>;
  /** Always so many signals of each pair under way. Answers how many arrived. */
  saturate(underWay: number, seconds: number): Promise<number>;
  /** Clients come at this rate, and go again. Answers how long each took to be let in, and how long from its dialling on. */
  arrive(
    name: AdapterName,
    ports: readonly number[],
    perSecond: number,
    seconds: number,
  ): Promise<Arrivals>;
  /** Keys, made before somebody waits for them. */
  prepare(count: number): null;
  closeAll(): null;
}

export interface Arrivals {
  readonly joinMs: readonly number[];
  readonly wholeMs: readonly number[];
}

/** So many handshakes at a time. */
const LANES = 50;
const pairs: (readonly [Speaker, Speaker])[] = [];
const pause = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

/** Calls `act` this often a second, for so long; late by a turn of the event loop, never fewer. */
async function paced(perSecond: number, seconds: number, act: (n: number) => void): Promise<void> {
  const startMs = performance.now();
  const count = perSecond * seconds;
  for (let done = 0; done < count;) {
    const due = Math.min(count, Math.floor(((performance.now() - startMs) / 1_000) * perSecond));
    while (done < due) act(done++);
    await pause(1);
  }
}

/** The two of a pair are neighbours, so at different processes where there are several. */
const portFor = (ports: readonly number[], number: number): number =>
  ports[number % ports.length] ?? 0;

const orders: Orders = {
  async connect(name, ports, clients) {
    let next = pairs.length * 2;
    const last = next + clients;
    const lane = async (): Promise<void> => {
      while (next < last) {
        const number = next;
        next += 2;
        const first = await speakers[name](portFor(ports, number), number);
        const second = await speakers[name](portFor(ports, number + 1), number + 1);
        pairs.push([first, second]);
      }
    };
    await Promise.all(Array.from({ length: LANES }, lane));
    return null;
  },

  async pace(perSecond, seconds) {
    const took: number[] = [];
    const directions = pairs.flatMap(([first, second]) =>
      [
        [first, second],
        [second, first],
      ].map(([from, to]) => {
        const frame = from!.signalTo(to!);
        // A server keeps the order between two, so the first that was sent is the one that arrives.
        const sentMs: number[] = [];
        to!.onSignal = () => took.push(performance.now() - (sentMs.shift() ?? NaN));
        return () => {
          sentMs.push(performance.now());
          from!.socket.send(frame);
        };
      }),
    );
    await paced(perSecond, seconds, (n) => directions[n % directions.length]?.());
    // What is still under way arrives now or never.
    for (let waits = 0; took.length < perSecond * seconds && waits < 50; waits++) await pause(20);
    return took;
  },

  async saturate(underWay, seconds) {
    let arrived = 0;
    let over = false;
    for (const [from, to] of pairs) {
      const frame = from.signalTo(to);
      to.onSignal = () => {
        arrived++;
        if (!over) from.socket.send(frame);
      };
      for (let sent = 0; sent < underWay; sent++) from.socket.send(frame);
    }
    await pause(seconds * 1_000);
    over = true;
    const counted = arrived;
    for (let before = -1; before !== arrived;) {
      before = arrived;
      await pause(200);
    }
    return counted;
  },

  async arrive(name, ports, perSecond, seconds) {
    const came: Promise<Speaker>[] = [];
    const wholeMs: number[] = [];
    await paced(perSecond, seconds, (number) => {
      const dialledMs = performance.now();
      const arrival = speakers[name](portFor(ports, number), number).then((speaker) => {
        wholeMs.push(performance.now() - dialledMs);
        return speaker;
      });
      // Told where it is awaited.
      arrival.catch(() => undefined);
      came.push(arrival);
    });
    const there = await Promise.all(came);
    for (const { socket } of there) socket.close();
    return { joinMs: there.map(({ joinMs }) => joinMs), wholeMs };
  },

  prepare(count) {
    for (let number = 0; number < count; number++) keyOf(number);
    return null;
  },

  closeAll() {
    for (const { socket } of pairs.splice(0).flat()) socket.close();
    return null;
  },
};

type Order = { readonly id: number; readonly method: keyof Orders; readonly args: never[] };

process.on('message', (message) => {
  const { id, method, args } = message as Order;
  const act = orders[method] as (...values: never[]) => unknown;
  Promise.resolve()
    .then(() => act(...args))
    .then(
      (result) => process.send?.({ id, result }),
      (error: unknown) => process.send?.({ id, error: String(error) }),
    );
});
process.once('disconnect', () => process.exit(0));
process.send?.({});
