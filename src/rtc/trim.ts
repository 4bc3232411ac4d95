import type { AuthorId } from '../protocol/ids.ts';
import { DEFAULT_MAX_ENTRIES, DEFAULT_MAX_LOG_BYTES, MAX_AUTHORS } from '../protocol/limits.ts';
import type { AuthorLog, Extent } from './author-log.ts';
import { countBefore } from './bisect.ts';
import { compareTimestamps } from './clock.ts';

/** Entries of an author, up to and including this seq, that are no longer kept. */
export interface Dropped {
  readonly author: AuthorId;
  readonly through: number;
}

export interface LogSize {
  readonly entries: number;
  readonly bytes: number;
}

/** How far a bound is passed before anything is done, so that the work is shared by many messages. */
const SLACK = 1.05;
/** What has become too old goes at the latest after this, or a twentieth of the time that it is kept for. */
export const MAX_LATE_MS = 60_000;
/** Below what a `have` can name by more than one transaction can add: a `hello` may be sent at any moment. */
export const MAX_KEPT_AUTHORS = MAX_AUTHORS - 64;

export interface Bounds {
  readonly maxEntries: number;
  readonly maxBytes: number;
  readonly maxAuthors: number;
  readonly maxAgeMs: number;
}

/** Those that are given, and the defaults. */
export function boundsOf({
  maxEntries = DEFAULT_MAX_ENTRIES,
  maxBytes = DEFAULT_MAX_LOG_BYTES,
  maxAuthors = MAX_KEPT_AUTHORS,
  maxAgeMs = Infinity,
}: { readonly [K in keyof Bounds]?: number | undefined }): Bounds {
  return { maxEntries, maxBytes, maxAuthors: Math.min(maxAuthors, MAX_KEPT_AUTHORS), maxAgeMs };
}

/**
 * What must go so that the bounds hold: whole batches, the oldest first, each from the front of its author's log.
 * `forget` are authors beyond those that a `have` can name: the longest silent of whom nobody is present. What is from
 * before `startMs` is too old.
 */
export function planTrim(
  authors: ReadonlyMap<AuthorId, AuthorLog>,
  size: LogSize,
  bounds: Bounds,
  present: ReadonlySet<AuthorId>,
  startMs: number,
): { readonly dropped: readonly Dropped[]; readonly forget: readonly AuthorId[] } {
  const through = new Map<AuthorId, number>();
  const forget: AuthorId[] = [];
  for (const { author, batches } of authors.values()) {
    const old = batches[countBefore(batches, ({ sortAt }) => sortAt[0] < startMs) - 1];
    if (old) through.set(author, old.last);
  }
  if (authors.size > bounds.maxAuthors) {
    const silent = [...authors.values()].filter(({ author }) => !present.has(author));
    silent.sort((a, b) => compareTimestamps(a.mark.at, b.mark.at));
    for (const { author, mark } of silent.slice(0, authors.size - bounds.maxAuthors)) {
      forget.push(author);
      through.set(author, mark.high);
    }
  }
  if (size.entries > bounds.maxEntries * SLACK || size.bytes > bounds.maxBytes * SLACK) {
    let { entries, bytes } = size;
    const fronts = new Map<AuthorLog, number>();
    for (const log of authors.values()) fronts.set(log, 0);
    while (entries > bounds.maxEntries || bytes > bounds.maxBytes) {
      let oldest: Extent | undefined;
      let from: AuthorLog | undefined;
      for (const [log, front] of fronts) {
        const batch = log.batches[front];
        if (!batch) fronts.delete(log);
        else if (!oldest || compareTimestamps(batch.sortAt, oldest.sortAt) < 0)
          [oldest, from] = [batch, log];
      }
      if (!oldest || !from) break;
      fronts.set(from, (fronts.get(from) ?? 0) + 1);
      entries -= oldest.last - oldest.first + 1;
      bytes -= oldest.bytes;
      through.set(from.author, Math.max(oldest.last, through.get(from.author) ?? 0));
    }
  }
  return { dropped: [...through].map(([author, last]) => ({ author, through: last })), forget };
}
