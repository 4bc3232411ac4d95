import { prevOf, type SignedBatch } from '../protocol/batch.ts';
import type { FrameInput } from '../protocol/frames.ts';
import type { AuthorId } from '../protocol/ids.ts';
import { MAX_UNACKNOWLEDGED_BYTES } from '../protocol/limits.ts';
import type { Preview } from './previews.ts';

const MOST_BYTES_OF_A_UNIT = 3;

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
  /** The same of our own that are not signed yet; they follow what is kept. */
  unsignedAfter(seq: number): Pick<Preview, 'text' | 'first' | 'last'> | null;
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
  /** Whether the other side takes a batch ahead of its signature. */
  readonly #takesLate: boolean;
  /** Up to this seq they hold it; up to that one it has been handed over. */
  #acknowledged: number;
  #pushed: number;
  /** Up to this seq it has been handed over with its signature, or begun so. */
  #signed: number;
  readonly #underWay: { readonly last: number; readonly bytes: number }[] = [];
  #underWayBytes = 0;

  /** `theirs`: up to this seq of our log they hold it. */
  constructor(source: ReplicationSource, target: ReplicationTarget, theirs: number, late: boolean) {
    this.#source = source;
    this.#target = target;
    this.#takesLate = late;
    this.#acknowledged = this.#pushed = this.#signed = theirs;
  }

  get acknowledged(): number {
    return this.#acknowledged;
  }

  /** Whether the other side takes a batch ahead of its signature, and there is room for one. */
  get late(): boolean {
    return (
      this.#takesLate && this.#underWayBytes < MAX_UNACKNOWLEDGED_BYTES && this.#target.writable
    );
  }

  /** Hands over as much as credit and channel allow. To be called after a commit, an acknowledgement, a drain. */
  pump(): void {
    this.#sign();
    // What is signed together goes out together; where there is no room no more of it is written.
    while (this.#owes || this.#target.writable) {
      const batch = this.#owes ? null : this.#source.batchAfter(this.#source.self, this.#pushed);
      const ahead = batch || !this.#takesLate ? null : this.#source.unsignedAfter(this.#pushed);
      if (batch) {
        const { key, body, sig } = batch;
        if (!this.#push(batch, { type: 'batch', key, body, sig })) return;
        this.#signed = batch.last;
      } else {
        // It follows what is kept: that comes first, which may have to be read.
        if (ahead?.first !== this.#pushed + 1) return;
        const { text, last } = ahead;
        // Not counted exactly, which takes longer than all else here.
        const bytes = MOST_BYTES_OF_A_UNIT * text.length;
        if (!this.#push({ last, bytes }, { type: 'unsigned', text })) return;
      }
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

  /** Something was handed over whose signature was not. */
  get #owes(): boolean {
    return this.#signed < this.#pushed;
  }

  /** The signatures of what was handed over ahead of them, as far as they are there. */
  #sign(): void {
    const of: [prev: string, sig: string, last: number][] = [];
    while (this.#owes) {
      const batch = this.#source.batchAfter(this.#source.self, this.#signed);
      if (!batch || batch.last > this.#pushed) break;
      of.push([prevOf(batch.body), batch.sig, batch.last]);
      this.#signed = batch.last;
    }
    if (of.length > 0) this.#target.send({ type: 'signature', of });
  }

  #push({ last, bytes }: Pick<KeptBatch, 'last' | 'bytes'>, frame: FrameInput): boolean {
    const fits = this.#owes || this.#underWayBytes + bytes <= MAX_UNACKNOWLEDGED_BYTES;
    if (!fits || !this.#target.send(frame)) return false;
    this.#pushed = last;
    this.#underWay.push({ last, bytes });
    this.#underWayBytes += bytes;
    return true;
  }
}
