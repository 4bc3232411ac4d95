import type { InstanceId } from '../protocol/ids.ts';
import type { SignalBody } from '../protocol/signal.ts';

/** Former lives of a peer that are remembered: nobody reloads so often that an older signal is still on its way. */
const MAX_LIVES = 16;
/**
 * Connections that a peer can make us begin at once, and how often from then on: engines stop at 500 in a page, and
 * somebody who works on a page loads it again and again.
 */
const MAX_BEGINNINGS = 32;
const BEGINNING_MS = 500;

/**
 * The epoch of an offer for whoever is there. Where one was made it is no other connection's, to whichever peer: of all
 * who might answer, only the one whom it was passed on to is heard.
 */
export const OPEN_EPOCH = 1;

/** What must outlive a link, so that a later one to the same peer goes on counting and takes no old signal for new. */
export class PeerMemory {
  /** How many connections of ours there have been, or might be. */
  epochs: number;
  /** Of each of its lives: up to this epoch all has been given up. Infinity where the life is over. */
  readonly #floors = new Map<InstanceId, number>();
  #beginnings = MAX_BEGINNINGS;
  #countedAt = performance.now();

  constructor(offeredOpenly = false) {
    this.epochs = offeredOpenly ? OPEN_EPOCH : 0;
  }

  isOver(instance: InstanceId): boolean {
    return this.floorOf(instance) === Infinity;
  }

  /** Signals of this epoch and of those before it come too late. */
  floorOf(instance: InstanceId): number {
    return this.#floors.get(instance) ?? 0;
  }

  giveUp(instance: InstanceId, epoch: number): void {
    const floor = Math.max(epoch, this.floorOf(instance));
    // Deleted first, so that the order is that of the last news.
    this.#floors.delete(instance);
    this.#floors.set(instance, floor);
    for (const oldest of this.#floors.keys()) {
      if (this.#floors.size <= MAX_LIVES) break;
      this.#floors.delete(oldest);
    }
  }

  bury(instance: InstanceId): void {
    this.giveUp(instance, Infinity);
  }

  /** This life is proven: what was known of others is of the past. */
  outlived(by: InstanceId): void {
    for (const instance of this.#floors.keys()) {
      if (instance !== by) this.#floors.set(instance, Infinity);
    }
  }

  /** Whether this offer may begin something: it is not of the past, and `mayBegin`. */
  welcomes({ instance, epoch }: Pick<SignalBody, 'instance' | 'epoch'>): boolean {
    return epoch > this.floorOf(instance) && this.mayBegin;
  }

  /** Whether an offer of the peer may make us begin another connection now. */
  get mayBegin(): boolean {
    const now = performance.now();
    const earned = (now - this.#countedAt) / BEGINNING_MS;
    this.#beginnings = Math.min(MAX_BEGINNINGS, this.#beginnings + earned);
    this.#countedAt = now;
    return this.#beginnings >= 1;
  }

  begins(): void {
    this.#beginnings--;
  }
}
