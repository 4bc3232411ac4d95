import { RtcChatError } from '../../../src/protocol/errors.ts';
import { createKeyPair, identityOf } from '../../../src/rtc/identity.ts';
import { MemoryStore } from '../../../src/rtc/memory-store.ts';
import type { History, Lease, LogStore } from '../../../src/rtc/room.ts';
import type {
  Fits,
  Place,
  StoreChange,
  StoredBatch,
  StoredMark,
  StoredReceipts,
  StoredStart,
} from '../../../src/rtc/store.ts';
import type { Actor, World } from './world.ts';

/** A key and what is kept with it. */
export interface Seat {
  readonly keys: CryptoKeyPair;
  readonly kept: MemoryStore;
  /** More was written than was kept: never to be used again. */
  abandoned: boolean;
}

/** What happens to those who write: the same for all until it is changed. */
export type Weather = 'sound' | 'full' | 'broken';

interface Operation {
  readonly apply: () => void;
  done: boolean;
}

/** What one person's browser keeps, over reloads and crashes. */
export class Disk {
  readonly world: World;
  weather: Weather = 'sound';
  /** Something that this person's pages hold is not kept. */
  flawed = false;
  /** What is kept, as soon as it is. */
  onKept: (mark: StoredMark) => void = () => {};
  #seat: Seat | null = null;
  #pending: Operation[] = [];

  constructor(world: World) {
    this.world = world;
  }

  /** Another tab, or a browser that kept nothing: a new key next time. */
  forget(): void {
    this.#seat = null;
  }

  async lease(actor: Actor, history: History): Promise<Lease> {
    const fresh = async (): Promise<Seat> => ({
      keys: await createKeyPair(),
      kept: new MemoryStore(),
      abandoned: false,
    });
    const seat =
      history !== 'none' && this.#seat && !this.#seat.abandoned ? this.#seat : await fresh();
    if (history !== 'none') this.#seat = seat;
    return {
      identity: await identityOf(seat.keys),
      store: history === 'none' ? seat.kept : new SimStore(this, actor, seat),
      history,
      historyError: null,
      release: () => Promise.resolve(),
    };
  }

  /** The page is gone: of what was under way the first part is kept, and the rest is not. */
  crash(): void {
    const pending = this.#pending.splice(0).filter(({ done }) => !done);
    const kept = this.world.dice.whole(0, pending.length);
    for (const operation of pending.slice(0, kept)) operation.apply();
    for (const operation of pending) operation.done = true;
  }

  /** Does this when everything before it is done. */
  enqueue<T>(actor: Actor, work: () => Promise<T>, writes: boolean): Promise<T> {
    const { world } = this;
    // Else nothing after it would ever be done.
    if (actor.dead) return new Promise<T>(() => {});
    return new Promise<T>((resolve, reject) => {
      const applied = (): void => {
        const result = work();
        const answer = (): void => void result.then(resolve, reject);
        // It is kept a moment before anybody knows.
        world.after(world.dice.between(0, 2), actor, answer);
      };
      const operation: Operation = { apply: () => void (writes && work()), done: false };
      const before = this.#pending.at(-1);
      this.#pending.push(operation);
      const start = (): void => {
        world.after(world.dice.between(0.2, 12), actor, () => {
          if (operation.done) return;
          if (before && !before.done) return start();
          operation.done = true;
          const at = this.#pending.indexOf(operation);
          if (at >= 0) this.#pending.splice(at, 1);
          applied();
        });
      };
      start();
    });
  }
}

/** The store of one page on the disk. */
class SimStore implements LogStore {
  readonly #disk: Disk;
  readonly #actor: Actor;
  readonly #seat: Seat;
  #closed = false;

  constructor(disk: Disk, actor: Actor, seat: Seat) {
    this.#disk = disk;
    this.#actor = actor;
    this.#seat = seat;
  }

  load(): Promise<StoredStart> {
    return this.#read(() => this.#seat.kept.load());
  }

  before(place: Place | null, fits: Fits | null): Promise<readonly StoredBatch[]> {
    return this.#read(() => this.#seat.kept.before(place, fits));
  }

  after(
    author: StoredBatch['author'],
    seq: number,
    count: number,
  ): Promise<readonly StoredBatch[]> {
    return this.#read(() => this.#seat.kept.after(author, seq, count));
  }

  commit(change: StoreChange): Promise<void> {
    const grows = (change.batches?.length ?? 0) > 0;
    return this.#write(() => {
      for (const mark of change.marks ?? []) this.#disk.onKept(mark);
      return this.#seat.kept.commit(change);
    }, grows);
  }

  saveReceipts(receipts: StoredReceipts): Promise<void> {
    return this.#write(() => this.#seat.kept.saveReceipts(receipts), false);
  }

  abandon(): void {
    if (this.#actor.acts()) this.#seat.abandoned = true;
  }

  close(): Promise<void> {
    this.#closed = true;
    return Promise.resolve();
  }

  #read<T>(work: () => Promise<T>): Promise<T> {
    if (this.#closed) return Promise.reject(brokenError());
    return this.#disk.enqueue(this.#actor, work, false);
  }

  #write(work: () => Promise<void>, grows: boolean): Promise<void> {
    if (!this.#actor.acts()) return new Promise(() => {});
    const { weather } = this.#disk;
    this.#disk.flawed ||= weather !== 'sound';
    if (this.#closed || weather === 'broken') return Promise.reject(brokenError());
    if (weather === 'full' && grows)
      return Promise.reject(new RtcChatError('store-full', 'There is no space left.'));
    return this.#disk.enqueue(this.#actor, work, true);
  }
}

function brokenError(): RtcChatError {
  return new RtcChatError('store-unavailable', 'The store is gone.');
}
