import type { Actor, World } from './world.ts';

/** The node of the broadcaster; people follow. */
export const BROADCASTER = 0;

/** Which nodes reach which, and how fast; everything is told of each change. */
export class Network {
  readonly world: World;
  readonly #down = new Set<string>();
  readonly #never = new Set<string>();
  readonly #addresses = new Map<number, number>();
  readonly #watchers = new Set<() => void>();
  /** Milliseconds one way. */
  readonly #latencyMs: number;

  constructor(world: World) {
    this.world = world;
    this.#latencyMs = world.dice.between(1, 120);
  }

  isUp(from: number, to: number): boolean {
    const way = `${from}>${to}`;
    return !this.#down.has(way) && !this.#never.has(way);
  }

  isUpBothWays(a: number, b: number): boolean {
    return this.isUp(a, b) && this.isUp(b, a);
  }

  /** One way, from now on. */
  set(from: number, to: number, up: boolean): void {
    if (up) this.#down.delete(`${from}>${to}`);
    else this.#down.add(`${from}>${to}`);
    this.changed();
  }

  /** These two never reach each other, whatever is healed. */
  separate(a: number, b: number): void {
    this.#never.add(`${a}>${b}`).add(`${b}>${a}`);
  }

  healAll(): void {
    this.#down.clear();
    this.changed();
  }

  /** Counts up when a node gets another address: what went to the old one goes nowhere. */
  addressOf(node: number): number {
    return this.#addresses.get(node) ?? 0;
  }

  moved(node: number): void {
    this.#addresses.set(node, this.addressOf(node) + 1);
    this.changed();
  }

  latencyMs(): number {
    return this.#latencyMs * this.world.dice.between(0.8, 1.6);
  }

  /** Calls this after each change; gives the end of that. */
  watch(look: () => void): () => void {
    this.#watchers.add(look);
    return () => this.#watchers.delete(look);
  }

  changed(): void {
    for (const look of this.#watchers) look();
  }
}

interface Parcel {
  readonly number: number;
  readonly to: Actor | null;
  readonly bytes: number;
  readonly arrive: () => void;
}

/**
 * One way between two nodes that loses nothing and keeps the order, like TCP and SCTP: what cannot get through waits until
 * it can, or until it is closed.
 */
export class Pipe {
  readonly #network: Network;
  readonly #from: number;
  readonly #to: number;
  readonly #passes: () => boolean;
  readonly #unwatch: () => void;
  #stalled: Parcel[] = [];
  #lastMs = 0;
  #resuming = false;
  #closed = false;
  #sent = 0;
  /** Handed over and not arrived. */
  bytes = 0;
  onArrival: () => void = () => {};

  constructor(network: Network, from: number, to: number, passes: () => boolean = () => true) {
    this.#network = network;
    this.#from = from;
    this.#to = to;
    this.#passes = passes;
    this.#unwatch = network.watch(() => this.#resume());
  }

  /** `to`: as whose doing it arrives. */
  send(to: Actor | null, arrive: () => void, bytes = 0): void {
    if (this.#closed) return;
    this.bytes += bytes;
    const parcel = { number: this.#sent++, to, bytes, arrive };
    if (this.#stalled.length > 0 || !this.#open) this.#stall(parcel);
    else this.#dispatch(parcel);
  }

  /** What is under way is lost; the nearer it is, the rather it still comes. */
  close(): void {
    if (this.#closed) return;
    const { world } = this.#network;
    const graceMs = world.dice.chance(0.5) ? world.dice.between(0, 30) : 0;
    world.after(graceMs, null, () => {
      this.#closed = true;
      this.#unwatch();
    });
    this.#stalled = [];
  }

  get #open(): boolean {
    return this.#network.isUp(this.#from, this.#to) && this.#passes();
  }

  /** What was under way when the path went may have been sent before what already waits. */
  #stall(parcel: Parcel): void {
    this.#stalled.push(parcel);
    this.#stalled.sort((a, b) => a.number - b.number);
  }

  #dispatch(parcel: Parcel): void {
    const { world } = this.#network;
    this.#lastMs = Math.max(this.#lastMs + 0.001, world.nowMs + this.#network.latencyMs());
    world.after(this.#lastMs - world.nowMs, parcel.to, () => {
      if (this.#closed) return;
      if (!this.#open || this.#stalled.length > 0) {
        this.#stall(parcel);
        this.#resume();
        return;
      }
      this.bytes -= parcel.bytes;
      parcel.arrive();
      this.onArrival();
    });
  }

  /** What waited is sent again, after as long as it takes to notice. */
  #resume(): void {
    if (this.#resuming || this.#stalled.length === 0 || !this.#open || this.#closed) return;
    this.#resuming = true;
    const { world } = this.#network;
    world.after(world.dice.between(10, 1_500), null, () => {
      this.#resuming = false;
      if (this.#closed || !this.#open) return;
      for (const parcel of this.#stalled.splice(0)) this.#dispatch(parcel);
    });
  }
}
