import { countBefore } from './bisect.ts';

/**
 * `kept`, which is sorted and is used up, with `added` in its place. Nearly always everything comes at the end, and what
 * is restored at the front: neither sorts what is there.
 */
export function merged<T>(kept: T[], added: readonly T[], compare: (a: T, b: T) => number): T[] {
  const sorted = added.toSorted(compare);
  const first = sorted[0] as T;
  const after = kept.splice(countBefore(kept, (each) => compare(each, first) <= 0));
  for (const each of sorted) kept.push(each);
  if (after.length === 0) return kept;
  const last = sorted.at(-1) as T;
  const isBefore = compare(last, after[0] as T) < 0;
  const all = kept.concat(after);
  return isBefore ? all : all.toSorted(compare);
}

/** The same items by what they have in common, in the same order. */
export function grouped<T, K>(items: Iterable<T>, keyOf: (item: T) => K): Map<K, T[]> {
  const groups = new Map<K, T[]>();
  for (const item of items) {
    const group = groups.get(keyOf(item));
    if (group) group.push(item);
    else groups.set(keyOf(item), [item]);
  }
  return groups;
}
