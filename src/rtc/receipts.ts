import type { PeerId } from '../protocol/ids.ts';
import { countBefore } from './bisect.ts';
import { entryId, type Entry } from './entry.ts';
import type { Log } from './log.ts';
import type { MessageState, Receipt } from './message.ts';
import { Moments } from './moments.ts';
import type { Written } from './store.ts';

/** How far an entry has come. */
export interface Progress {
  readonly state: MessageState;
  readonly delivered: number;
  readonly of: number;
  readonly seen: number;
}

/** Own entries that were meant for the same peers. */
interface Run {
  readonly first: number;
  readonly last: number;
  readonly of: readonly PeerId[];
}

/** All that the progress of an entry follows from. */
interface Standing {
  readonly runs: readonly Run[];
  readonly peers: ReadonlyMap<PeerId, Reach>;
  readonly live: ReadonlySet<PeerId>;
}

interface Reach {
  readonly high: number;
  readonly seen: number;
}

/** Ticks are saved together; what a crash takes of them comes back with the next `have`. */
const SAVE_DELAY_MS = 1_000;

/** More than leave while something is being committed. */
const MAX_GONE = 64;

const OF_OTHERS: Progress = { state: 'delivered', delivered: 0, of: 0, seen: 0 };
const NOTHING: Reach = { high: 0, seen: 0 };

/**
 * Whom own entries were meant for, who holds them and who has seen them; PROTOCOL.md section 8, "Receipts". What a peer
 * has acknowledged once counts for ever. Told of by the room; `close()` saves what is not yet saved.
 */
export class Receipts {
  /** Own entries whose progress has changed. Set once. */
  onChange: (ids: readonly string[]) => void = () => {};
  readonly #log: Pick<Log, 'self' | 'saveReceipts'>;
  /** Ascending and without holes. */
  #runs: Run[] = [];
  readonly #peers = new Map<PeerId, Reach>();
  readonly #live = new Set<PeerId>();
  /** The last who left. */
  readonly #gone = new Set<PeerId>();
  readonly #moments: Moments;
  #saving: ReturnType<typeof setTimeout> | undefined;

  constructor(log: Pick<Log, 'self' | 'marks' | 'saveReceipts' | 'savedReceipts' | 'written'>) {
    this.#log = log;
    const saved = log.savedReceipts;
    this.#moments = new Moments(saved?.moments);
    const low = log.marks.get(log.self)?.[0] ?? Infinity;
    for (const [first, last, of] of saved?.runs ?? []) {
      if (last >= low) this.#runs.push({ first: Math.max(first, low), last, of });
    }
    for (const [peer, high, seen] of saved?.peers ?? []) this.#peers.set(peer, { high, seen });
    const from = Math.max(low, (saved?.through ?? 0) + 1);
    for (const { first, last, audience } of log.written) {
      if (last >= from) this.#add({ first: Math.max(first, from), last, audience });
    }
  }

  /** Own batches were committed; before anybody asks how far they have come. */
  committed(written: readonly Written[]): void {
    for (const batch of written) this.#add(batch);
    this.#save();
  }

  /** Own entries up to and including this seq are no longer kept. */
  drop(through: number): void {
    this.#runs = this.#runs
      .filter(({ last }) => last > through)
      .map((run) => (run.first > through ? run : { ...run, first: through + 1 }));
    this.#save();
  }

  /** This peer holds our entries up to and including `high`. */
  acknowledged(peer: PeerId, high: number): void {
    const { high: before, seen } = this.#reach(peer);
    // A peer that claims more than there is must not have what is still to be written.
    const reached = Math.min(high, this.#last);
    if (reached <= before) return;
    this.#moments.note('held', peer, reached);
    this.#change(before + 1, reached, () => this.#peers.set(peer, { high: reached, seen }));
  }

  /** Our entries up to and including `seq` have been on this peer's screen. */
  seen(peer: PeerId, seq: number): void {
    const { high, seen: before } = this.#reach(peer);
    const reached = Math.min(seq, this.#last);
    if (reached <= before) return;
    this.#moments.note('seen', peer, reached);
    this.#change(before + 1, reached, () => this.#peers.set(peer, { high, seen: reached }));
  }

  linkUp(peer: PeerId): void {
    this.#gone.delete(peer);
    this.#change(1, this.#last, () => {
      this.#live.add(peer);
      this.#replace((run) => (run.of.length === 0 ? [{ ...run, of: [peer] }] : [run]));
    });
  }

  linkDown(peer: PeerId): void {
    this.#change(this.#reach(peer).high + 1, this.#last, () => this.#live.delete(peer));
  }

  /** It is no longer here: what it does not hold is not meant for it any more. */
  peerLeft(peer: PeerId): void {
    this.#gone.delete(peer);
    for (const oldest of this.#gone.add(peer)) {
      if (this.#gone.size <= MAX_GONE) break;
      this.#gone.delete(oldest);
    }
    const { high } = this.#reach(peer);
    this.#change(high + 1, this.#last, () => {
      this.#live.delete(peer);
      this.#replace((run) => {
        if (run.last <= high || !run.of.includes(peer)) return [run];
        const rest = {
          ...run,
          first: Math.max(run.first, high + 1),
          of: this.#orFirst(run.of.filter((each) => each !== peer)),
        };
        return run.first <= high ? [{ ...run, last: high }, rest] : [rest];
      });
    });
  }

  /** These are listed or linked to, after we were away: nobody else is waited for any more. */
  present(peers: readonly PeerId[]): void {
    for (const peer of new Set(this.#runs.flatMap(({ of }) => of)))
      if (!peers.includes(peer)) this.peerLeft(peer);
  }

  stateOf({ own, seq }: Pick<Entry, 'own' | 'seq'>): Progress {
    return own ? progressOf(this.#standing, seq) : OF_OTHERS;
  }

  /** With each of those it was meant for. */
  each(seq: number): readonly Omit<Receipt, 'name'>[] {
    return audienceOf(this.#runs, seq).map((id) => {
      const { high, seen } = this.#reach(id);
      const state = high < seq ? 'waiting' : seen < seq ? 'delivered' : 'seen';
      const [deliveredAt, seenAt] = (['held', 'seen'] as const).map((kind) =>
        this.#moments.at(kind, id, seq),
      );
      return { id, state, deliveredAt: deliveredAt ?? null, seenAt: seenAt ?? null };
    });
  }

  close(): void {
    if (this.#saving === undefined) return;
    clearTimeout(this.#saving);
    this.#saving = undefined;
    this.#write();
  }

  /** Up to this seq everybody for whom it was written holds it. */
  get settled(): number {
    for (const { first, last, of } of this.#runs) {
      const least = Math.min(...of.map((peer) => this.#reach(peer).high));
      if (of.length === 0 || least < first) return first - 1;
      if (least < last) return least;
    }
    return this.#last;
  }

  get #last(): number {
    return this.#runs.at(-1)?.last ?? 0;
  }

  #reach(peer: PeerId): Reach {
    return this.#peers.get(peer) ?? NOTHING;
  }

  get #standing(): Standing {
    return { runs: this.#runs, peers: this.#peers, live: this.#live };
  }

  #add({ first, last, audience }: Written): void {
    // Somebody may have come, or left, between the writing and the commit.
    const of = this.#orFirst(audience.filter((peer) => !this.#gone.has(peer)));
    const before = this.#runs.at(-1);
    if (before?.last === first - 1 && before.of.join() === of.join()) {
      this.#runs[this.#runs.length - 1] = { ...before, last };
    } else this.#runs.push({ first, last, of });
  }

  /** What is meant for nobody is meant for the first link's peer. */
  #orFirst(of: readonly PeerId[]): readonly PeerId[] {
    return of.length > 0 ? of : [...this.#live].slice(0, 1);
  }

  #replace(each: (run: Run) => readonly Run[]): void {
    this.#runs = this.#runs.flatMap(each);
  }

  /**
   * Makes a change that concerns own entries from `from` to `to`, and tells which of them look different now. All
   * entries between two places at which anything begins or ends look the same, so a long log costs no more than a short
   * one.
   */
  #change(from: number, to: number, make: () => void): void {
    const first = Math.max(from, this.#runs[0]?.first ?? Infinity);
    const before: Standing = {
      runs: this.#runs,
      peers: new Map(this.#peers),
      live: new Set(this.#live),
    };
    make();
    this.#save();
    const now = this.#standing;
    const places = [before, now].flatMap(({ runs, peers }) => [
      ...runs.flatMap((run) => [run.first, run.last + 1]),
      ...[...peers.values()].flatMap(({ high, seen }) => [high + 1, seen + 1]),
    ]);
    const starts = [...new Set([first, ...places])]
      .filter((seq) => seq >= first && seq <= to)
      .toSorted((a, b) => a - b);
    const ids: string[] = [];
    starts.forEach((start, at) => {
      if (isSame(progressOf(before, start), progressOf(now, start))) return;
      const end = starts[at + 1] ?? to + 1;
      for (let seq = start; seq < end; seq++) ids.push(entryId(this.#log.self, seq));
    });
    if (ids.length > 0) this.onChange(ids);
  }

  #save(): void {
    this.#saving ??= setTimeout(() => {
      this.#saving = undefined;
      this.#write();
    }, SAVE_DELAY_MS);
  }

  #write(): void {
    const meant = new Set(this.#runs.flatMap(({ of }) => of));
    this.#log.saveReceipts({
      through: this.#last,
      runs: this.#runs.map(({ first, last, of }) => [first, last, of]),
      peers: [...this.#peers].flatMap(([peer, { high, seen }]) =>
        meant.has(peer) ? [[peer, high, seen]] : [],
      ),
      moments: this.#moments.stored(meant),
    });
  }
}

function audienceOf(runs: readonly Run[], seq: number): readonly PeerId[] {
  return runs[countBefore(runs, ({ first }) => first <= seq) - 1]?.of ?? [];
}

function progressOf({ runs, peers, live }: Standing, seq: number): Progress {
  const of = audienceOf(runs, seq);
  let [delivered, seen, waiting] = [0, 0, of.length === 0];
  for (const peer of of) {
    const reach = peers.get(peer) ?? NOTHING;
    if (reach.high >= seq) {
      delivered++;
      if (reach.seen >= seq) seen++;
    } else if (!live.has(peer)) waiting = true;
  }
  const done = delivered === of.length ? (seen === of.length ? 'seen' : 'delivered') : 'sending';
  return { state: waiting ? 'waiting' : done, delivered, of: of.length, seen };
}

function isSame(a: Progress, b: Progress): boolean {
  return a.state === b.state && a.delivered === b.delivered && a.of === b.of && a.seen === b.seen;
}
