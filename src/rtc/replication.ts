import type { SignedBatch } from '../protocol/batch.ts';
import type { FrameInput } from '../protocol/frames.ts';
import type { AuthorId } from '../protocol/ids.ts';
import { MAX_UNACKNOWLEDGED_BYTES } from '../protocol/limits.ts';

/** A batch as the log keeps it. */
export interface KeptBatch extends SignedBatch {
  readonly first: number;
  readonly last: number;
  readonly bytes: number;
}

export interface ReplicationSource {
  /** Whose log is pushed. */
  readonly self: AuthorId;
  /** The kept batch whose first seq is the smallest greater than `seq`. */
  batchAfter(author: AuthorId, seq: number): KeptBatch | null;
}

export interface ReplicationTarget {
  readonly writable: boolean;
  send(frame: FrameInput): boolean;
}

/**
 * Pushes our own batches over one connection, in order, beginning after what the other side holds, with at most 1 MiB
 * that it has not acknowledged; PROTOCOL.md section 8. A new connection has a new one.
 */
export class Replication {
  readonly #source: ReplicationSource;
  readonly #target: ReplicationTarget;
  /** Up to this seq they hold it; up to that one it has been handed over. */
  #acknowledged: number;
  #pushed: number;
  readonly #underWay: { readonly last: number; readonly bytes: number }[] = [];
  #underWayBytes = 0;

  /** `theirs`: up to this seq of our log they hold it. */
  constructor(source: ReplicationSource, target: ReplicationTarget, theirs: number) {
    this.#source = source;
    this.#target = target;
    this.#acknowledged = this.#pushed = theirs;
  }

  get acknowledged(): number {
    return this.#acknowledged;
  }

  /** Hands over as much as credit and channel allow. To be called after a commit, an acknowledgement, a drain. */
  pump(): void {
    while (this.#target.writable) {
      const batch = this.#source.batchAfter(this.#source.self, this.#pushed);
      if (!batch) return;
      const { key, body, sig, last, bytes } = batch;
      if (this.#underWayBytes + bytes > MAX_UNACKNOWLEDGED_BYTES) return;
      if (!this.#target.send({ type: 'batch', key, body, sig })) return;
      this.#pushed = last;
      this.#underWay.push({ last, bytes });
      this.#underWayBytes += bytes;
    }
  }

  /** Their mark of our log. Within a connection it never falls; what claims otherwise is not believed. */
  acknowledge(high: number): void {
    if (high <= this.#acknowledged) return;
    this.#acknowledged = Math.min(high, this.#pushed);
    let done = 0;
    for (const { last, bytes } of this.#underWay) {
      if (last > this.#acknowledged) break;
      this.#underWayBytes -= bytes;
      done++;
    }
    this.#underWay.splice(0, done);
    this.pump();
  }
}
