import { SimBroadcaster } from './broadcaster.ts';
import { installGlobals } from './globals.ts';
import { Inhabitant, type Place } from './inhabitant.ts';
import { Judge, type Verdict } from '../support/judge.ts';
import { BROADCASTER, Network } from './network.ts';
import type { Air } from './peer-connection.ts';
import { settled, World } from './world.ts';

export interface Outcome extends Verdict {
  readonly seed: number;
  /** How long after everything had been mended every text was there; Infinity where one never was. */
  readonly calmMs: number;
  readonly faults: readonly string[];
  readonly errors: readonly unknown[];
}

/** Everything must be there so long after the last thing was mended. */
const CALM_WITHIN_MS = 60_000;

/** Nothing is wrong with it. */
export function isSound({ lost, twice, outOfOrder, other, errors, calmMs }: Outcome): boolean {
  return lost + twice + outOfOrder + other + errors.length === 0 && calmMs <= CALM_WITHIN_MS;
}

/** How many texts are written in one room. */
const MESSAGES = 110;

/** In one room of so many the texts are so long: what somebody lacks comes in many answers there, from several at once. */
const LONG_EVERY = 4;
const LONG_UNITS = 3_000;

/** Ticks are waited for so long: whoever was killed is waited for until it counts as gone. */
const TICKED_WITHIN_MS = 75_000;
/** What comes twice may come later. */
const LATECOMER_MS = 5_000;

/** One room, some people, faults as the seed wills; and the verdict when it has been calm. */
export async function play(seed: number): Promise<Outcome> {
  const world = new World(seed);
  const network = new Network(world);
  const air: Air = { network, connections: new Map(), made: 0 };
  // The engine is loaded before anything is simulated.
  await import('../../../src/rtc/stay.ts');
  const restore = installGlobals(air);
  try {
    const broadcaster = new SimBroadcaster(network);
    const textUnits = seed % LONG_EVERY === 0 ? LONG_UNITS : 0;
    return await new Scenario({ world, air, broadcaster, judge: new Judge(), textUnits }).run(seed);
  } finally {
    restore();
    await settled();
  }
}

class Scenario {
  readonly #place: Place;
  readonly #people: readonly Inhabitant[];
  readonly #faults: string[] = [];

  constructor(place: Place) {
    const { dice } = place.world;
    this.#place = place;
    const count = dice.whole(2, 4);
    this.#people = Array.from({ length: count }, (_, at) => new Inhabitant(place, at + 1));
    // Two of three or four who never reach each other: they talk through the others.
    if (count > 2 && dice.chance(0.25)) place.air.network.separate(1, 2);
  }

  async run(seed: number): Promise<Outcome> {
    const { world, judge, air } = this.#place;
    const { dice } = world;
    const endMs = dice.between(30_000, 150_000);
    for (const person of this.#people) this.#at(dice.between(0, 4_000), () => person.open());
    for (let left = MESSAGES; left > 0;) {
      const count = Math.min(left, dice.chance(0.7) ? 1 : dice.whole(2, 8));
      left -= count;
      this.#at(dice.between(1_000, endMs), () => dice.pick(this.#people).write(count));
    }
    const faults = dice.whole(2, 12);
    for (let at = 0; at < faults; at++)
      this.#at(dice.between(500, endMs), () => this.#break(endMs));
    await world.run(endMs);
    this.#mend();
    const calmMs = await this.#calm(endMs);
    const verdict = judge.judge(this.#witnesses);
    const states = verdict.complaints.length > 0 ? this.#people.map((each) => each.describe()) : [];
    return {
      ...verdict,
      seed,
      calmMs,
      faults: [...this.#faults, ...states, `${air.connections.size} connections`],
      errors: world.errors,
    };
  }

  /** How long it took until every text was there; and a while longer, because what comes twice may come later. */
  async #calm(fromMs: number): Promise<number> {
    const { world, judge } = this.#place;
    const isEverybodyHere = (): boolean => this.#witnesses.length === this.#people.length;
    let readMs = Infinity;
    while (world.nowMs < fromMs + TICKED_WITHIN_MS) {
      await world.run(world.nowMs + 500);
      const { texts, ticks } = judge.missing(this.#witnesses);
      if (texts > 0 || !isEverybodyHere()) {
        readMs = Infinity;
        continue;
      }
      readMs = Math.min(readMs, world.nowMs - fromMs);
      if (ticks === 0 && world.nowMs >= fromMs + readMs + LATECOMER_MS) break;
    }
    return readMs;
  }

  get #witnesses() {
    return this.#people.flatMap(({ witness }) => witness ?? []);
  }

  #at(ms: number, run: () => void): void {
    this.#place.world.after(ms, null, run);
  }

  #mend(): void {
    const { broadcaster, air } = this.#place;
    broadcaster.start();
    broadcaster.lossy = 0;
    for (const person of this.#people) {
      person.doom(Infinity);
      person.disk.weather = 'sound';
      person.open();
      person.wake();
    }
    air.network.healAll();
  }

  #break(endMs: number): void {
    const { world, air, broadcaster } = this.#place;
    const { network } = air;
    const { dice } = world;
    const person = dice.pick(this.#people);
    const { node } = person;
    const other = dice.pick(this.#people.filter((each) => each !== person)).node;
    const forMs = Math.min(dice.pick([1_000, 5_000, 15_000, 40_000, 120_000]), endMs - world.nowMs);
    const cut = (from: number, to: number): void => {
      network.set(from, to, false);
      world.after(forMs, null, () => network.set(from, to, true));
    };
    const faults: Readonly<Record<string, () => void>> = {
      'cut between two': () => {
        cut(node, other);
        cut(other, node);
      },
      'cut one way': () => cut(node, other),
      'cut from all': () => {
        for (const { node: each } of this.#people) {
          cut(node, each);
          cut(each, node);
        }
        cut(node, BROADCASTER);
        cut(BROADCASTER, node);
      },
      'cut from the broadcaster': () => cut(node, BROADCASTER),
      'broadcaster killed': () => {
        broadcaster.kill();
        world.after(forMs, null, () => broadcaster.start());
      },
      'signals lost': () => {
        broadcaster.lossy = 0.4;
        world.after(forMs, null, () => (broadcaster.lossy = 0));
      },
      'address changed': () => network.moved(node),
      reload: () => person.crash(dice.between(50, 2_000), dice.chance(0.5)),
      killed: () => person.kill(dice.between(200, 20_000)),
      'crash at an effect': () => person.doom(dice.whole(0, 40)),
      left: () => person.leave(dice.between(0, 10_000)),
      'channel closed': () => person.loseChannel(),
      frozen: () => {
        person.freeze(forMs);
        world.after(forMs, null, () => person.wake());
      },
      'disk full': () => {
        person.disk.weather = 'full';
        world.after(forMs, null, () => (person.disk.weather = 'sound'));
      },
      'disk broken': () => {
        if (!dice.chance(0.3)) return;
        person.disk.weather = 'broken';
        world.after(forMs, null, () => (person.disk.weather = 'sound'));
      },
    };
    const name = dice.pick(Object.keys(faults));
    this.#faults.push(`${Math.round(world.nowMs)} ${name} ${person.name} ${other} ${forMs}`);
    faults[name]?.();
  }
}
