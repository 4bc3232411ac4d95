import { partsOf, type BatchBody, type Timestamp } from '../protocol/batch.ts';
import type { AuthorId, PeerId } from '../protocol/ids.ts';
import { droppedThrough, judge, type AuthorLog, type Source, type Verdict } from './author-log.ts';
import type { CheckedBatch } from './batch-verifier.ts';
import { compareTimestamps, laterTimestamp, type Clock } from './clock.ts';
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

type Standing = Pick<AuthorLog, 'mark' | 'saved' | 'lowAt'>;

/** What one transaction makes of some jobs; nothing has happened yet. */
export interface Stage {
  readonly outcomes: readonly Outcome[];
  readonly taken: readonly Taken[];
  readonly marks: ReadonlyMap<AuthorId, Standing>;
  /** For the store; without what is held in memory only. */
  readonly change: {
    readonly batches: readonly StoredBatch[];
    readonly marks: readonly StoredMark[];
  };
}

export interface Taken {
  readonly job: Job;
  readonly batch: StoredBatch;
  readonly body: BatchBody;
  readonly entries: readonly Entry[];
  /** Of our own: who was present. */
  readonly written: Written | null;
  /** Something before it is missing, because its author keeps nothing older. */
  readonly gap: boolean;
  /** It stands under all that is held of its author. */
  readonly below: boolean;
}

export interface StagingContext {
  readonly self: AuthorId;
  readonly authors: ReadonlyMap<AuthorId, AuthorLog>;
  readonly clock: Clock;
  readonly audience: () => readonly PeerId[];
  /** Who is in the room, whether there is a connection or not. */
  readonly present: () => readonly PeerId[];
  /** Up to this seq of our own log the saved receipts know who was present. */
  readonly known: number;
}

/**
 * Judges jobs one after the other, each as if those before it had been committed. With `inMemory` nothing of it is for
 * the store.
 */
export function stageJobs(jobs: readonly Job[], context: StagingContext, inMemory: boolean): Stage {
  const marks = new Map<AuthorId, Standing>();
  const savedMarks = new Map<AuthorId, StoredMark>();
  const savedBatches: StoredBatch[] = [];
  const taken: Taken[] = [];
  const outcomes = jobs.map((job): Outcome => {
    const { checked, from } = job;
    if (!checked) return 'invalid';
    const { batch: signed, body, last, bytes } = checked;
    const author = logOf(checked.author);
    const own = author === context.self;
    const before = marks.get(author) ?? context.authors.get(author);
    const verdict = from ? judge(before?.mark, checked, from) : continues(before?.mark, checked);
    const below = verdict === 'below';
    if (verdict !== 'taken' && !below) return verdict;
    // Of our own log only what was asked for; what we keep nowhere nobody has more of.
    if (from && own && !(from.asked && body.keep)) return 'early';
    const forMemory = inMemory || (!own && !body.keep) || before?.mark !== before?.saved;
    // What is in the store has no place under it for what is not.
    if (below && forMemory && before?.saved) return 'early';

    let at: Timestamp | undefined;
    const parts = partsOf(body).map((part) => {
      const sorts = sortTime(before, context.clock.observe(part.at), below);
      at = at ? laterTimestamp(at, sorts) : sorts;
      return { part, at };
    });
    const sortAt = parts[0]?.at ?? body.at;
    const gap = before !== undefined && body.first > before.mark.high + 1;
    const audience = from ? [from.id] : context.audience();
    const written = own && !below ? { first: body.first, last, audience } : null;
    const mark = below
      ? { ...before!.mark, low: body.first, prev: body.prev }
      : markAfter(before?.mark, checked, at ?? sortAt, gap);
    const noted: StoredMark = {
      ...mark,
      ...(!before && from?.alone !== undefined && { passedOn: [from.id, from.alone] }),
      ...(written && { written: withWritten(mark.written ?? [], written, context.known) }),
    };
    const batch: StoredBatch = {
      key: signed.key,
      body: signed.body,
      sig: signed.sig,
      author,
      first: body.first,
      last,
      bytes,
      sortAt,
      ...(!own && !body.keep && { only: context.present() }),
    };
    const entries = parts.flatMap(({ part, at: sorts }) => entriesOf(author, part, sorts, own));
    taken.push({ job, batch, body, entries, written, gap, below });
    const lowAt = below || !before || gap ? sortAt : before.lowAt;
    if (forMemory) {
      marks.set(author, { mark: noted, saved: before?.saved ?? null, lowAt });
    } else {
      marks.set(author, { mark: noted, saved: noted, lowAt });
      savedMarks.set(author, noted);
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

/** Whether what we have written stands at the end of our log: it may have grown meanwhile by what others held of it. */
function continues(mark: StoredMark | undefined, { body }: CheckedBatch): Verdict {
  return body.first === (mark?.high ?? 0) + 1 && body.prev === (mark?.head ?? '')
    ? 'taken'
    : 'early';
}

/** Within an author it never falls. */
function sortTime(before: Standing | undefined, at: Timestamp, below: boolean): Timestamp {
  if (!before) return at;
  if (!below) return laterTimestamp(before.mark.at, at);
  return compareTimestamps(before.lowAt, at) < 0 ? before.lowAt : at;
}

function markAfter(
  before: StoredMark | undefined,
  { author, body, last, head }: CheckedBatch,
  at: Timestamp,
  gap: boolean,
): StoredMark {
  const place = { author: logOf(author), high: last, head, at };
  if (before && !gap) return { ...before, ...place };
  // What is missing before a gap is not filled up from here.
  if (before) return { ...droppedThrough(before, before.high, false), ...place, low: body.first };
  return { ...place, low: body.first, ...(body.first > 1 && { prev: body.prev }) };
}

/** What the receipts do not know of yet, with this; what was written for the same people one after the other is one. */
function withWritten(list: readonly Written[], next: Written, known: number): readonly Written[] {
  const unknown = list.filter(({ last }) => last > known);
  const before = unknown.at(-1);
  if (before?.last !== next.first - 1 || before.audience.join() !== next.audience.join())
    return [...unknown, next];
  return [...unknown.slice(0, -1), { ...before, last: next.last }];
}
