import type { AuthorId, PeerId } from '../protocol/ids.ts';
import { judge, type AuthorLog, type Source, type Verdict } from './author-log.ts';
import type { CheckedBatch } from './batch-verifier.ts';
import { laterTimestamp, type Clock } from './clock.ts';
import { entriesOf, logOf, type Entry } from './entry.ts';
import type { StoredBatch, StoredMark, Written } from './store.ts';

export type Outcome = Verdict | 'invalid';

/** A batch that waits for the next transaction. */
export interface Job {
  /** Null where key, signature or body did not hold. */
  readonly checked: CheckedBatch | null;
  /** Null for what we write ourselves. */
  readonly from: Source | null;
  readonly settle: (outcome: Outcome, entries: readonly Entry[]) => void;
  readonly fail: (error: unknown) => void;
}

/** What one transaction makes of some jobs; nothing has happened yet. */
export interface Stage {
  readonly outcomes: readonly Outcome[];
  readonly taken: readonly Taken[];
  readonly marks: ReadonlyMap<AuthorId, Pick<AuthorLog, 'mark' | 'saved'>>;
  /** For the store; without what is held in memory only. */
  readonly change: {
    readonly batches: readonly StoredBatch[];
    readonly marks: readonly StoredMark[];
  };
}

export interface Taken {
  readonly job: Job;
  readonly batch: StoredBatch;
  readonly entries: readonly Entry[];
  /** Of our own: who was present. */
  readonly written: Written | null;
  /** Something before it is missing, because its author keeps nothing older. */
  readonly gap: boolean;
}

export interface StagingContext {
  readonly self: AuthorId;
  readonly authors: ReadonlyMap<AuthorId, AuthorLog>;
  readonly clock: Clock;
  readonly audience: () => readonly PeerId[];
  /** Up to this seq of our own log the saved receipts know who was present. */
  readonly known: number;
}

/**
 * Judges jobs one after the other, each as if those before it had been committed. With `inMemory` nothing of it is for
 * the store.
 */
export function stageJobs(jobs: readonly Job[], context: StagingContext, inMemory: boolean): Stage {
  const marks = new Map<AuthorId, Pick<AuthorLog, 'mark' | 'saved'>>();
  const savedMarks = new Map<AuthorId, StoredMark>();
  const savedBatches: StoredBatch[] = [];
  const taken: Taken[] = [];
  const outcomes = jobs.map((job): Outcome => {
    const { checked, from } = job;
    if (!checked) return 'invalid';
    const { batch: signed, body, last, head, bytes } = checked;
    const author = logOf(checked.author);
    const own = author === context.self;
    const before = marks.get(author) ?? context.authors.get(author);
    const verdict = from ? judge(before?.mark, checked, from) : 'taken';
    if (verdict !== 'taken') return verdict;
    // More of our own log than we hold; it is not continued while we write it ourselves.
    if (from && own) return 'early';

    const observed = context.clock.observe(body.at);
    const at = before ? laterTimestamp(before.mark.at, observed) : observed;
    const gap = before !== undefined && body.first > before.mark.high + 1;
    const low = before && !gap ? before.mark.low : body.first;
    const written = own ? { first: body.first, last, audience: context.audience() } : null;
    const mark: StoredMark = {
      ...before?.mark,
      author,
      low,
      high: last,
      head,
      at,
      ...(written && { written: withWritten(before?.mark.written ?? [], written, context.known) }),
    };
    const batch: StoredBatch = {
      key: signed.key,
      body: signed.body,
      sig: signed.sig,
      author,
      first: body.first,
      last,
      bytes,
      sortAt: at,
    };
    taken.push({ job, batch, entries: entriesOf(author, body, at, own), written, gap });
    if (inMemory || (!own && !body.keep) || before?.mark !== before?.saved) {
      marks.set(author, { mark, saved: before?.saved ?? null });
    } else {
      marks.set(author, { mark, saved: mark });
      savedMarks.set(author, mark);
      savedBatches.push(batch);
    }
    return 'taken';
  });
  return {
    outcomes,
    taken,
    marks,
    change: { batches: savedBatches, marks: [...savedMarks.values()] },
  };
}

/** What the receipts do not know of yet, with this; what was written for the same people one after the other is one. */
function withWritten(list: readonly Written[], next: Written, known: number): readonly Written[] {
  const unknown = list.filter(({ last }) => last > known);
  const before = unknown.at(-1);
  if (before?.last !== next.first - 1 || before.audience.join() !== next.audience.join())
    return [...unknown, next];
  return [...unknown.slice(0, -1), { ...before, last: next.last }];
}
