import type { PeerId } from '../protocol/ids.ts';

/** Everything up to this seq, at this time; milliseconds since 1970, 0 where it is no longer known. */
export type Step = readonly [seq: number, atMs: number];
export type StoredMoments = readonly (readonly [
  peer: PeerId,
  held: readonly Step[],
  seen: readonly Step[],
])[];

/** So many are remembered of each peer, of each kind: what is older has only happened. */
const MAX_STEPS = 128;

/** When own entries came to whom, and when they were seen. */
export class Moments {
  readonly #steps = { held: new Map<PeerId, Step[]>(), seen: new Map<PeerId, Step[]>() };

  constructor(stored: StoredMoments = []) {
    for (const [peer, held, seen] of stored) {
      this.#steps.held.set(peer, [...held]);
      this.#steps.seen.set(peer, [...seen]);
    }
  }

  /** Up to this seq it happened now, if not before. */
  note(kind: 'held' | 'seen', peer: PeerId, seq: number): void {
    const steps = this.#steps[kind].get(peer) ?? [];
    steps.push([seq, Date.now()]);
    if (steps.length > MAX_STEPS) steps.splice(0, 2, [steps[1]![0], 0]);
    this.#steps[kind].set(peer, steps);
  }

  at(kind: 'held' | 'seen', peer: PeerId, seq: number): Date | null {
    const step = this.#steps[kind].get(peer)?.find(([reached]) => reached >= seq);
    return step?.[1] ? new Date(step[1]) : null;
  }

  stored(peers: ReadonlySet<PeerId>): StoredMoments {
    const { held, seen } = this.#steps;
    return [...peers].map((peer) => [peer, held.get(peer) ?? [], seen.get(peer) ?? []]);
  }
}
