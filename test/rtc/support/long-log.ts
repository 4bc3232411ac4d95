import type { AuthorId, PublicKeyText } from '../../../src/protocol/ids.ts';
import type { LogStore, StoredBatch } from '../../../src/rtc/store.ts';

const KEY = 'A'.repeat(43) as PublicKeyText;
const HEAD = 'A'.repeat(22);

/** A batch as a store gives it, that nobody has signed: what is kept is not checked again. */
export function keptBatch(author: AuthorId, first: number, count: number, ms: number): StoredBatch {
  const items = Array.from({ length: count }, (_, at) => ({
    kind: 'text',
    text: `text ${first + at}`,
  }));
  const prev = first === 1 ? '' : HEAD;
  const body = JSON.stringify({ first, prev, at: [ms, 0], name: 'Ada', items });
  return {
    key: KEY,
    body,
    sig: 'A'.repeat(86),
    author,
    first,
    last: first + count - 1,
    bytes: body.length,
    sortAt: [ms, 0],
  };
}

/** Fills an empty store with what these authors wrote in turns, so many texts in all, so many in each batch. */
export async function fillStore(
  store: LogStore,
  { authors, entries, each }: { authors: readonly AuthorId[]; entries: number; each: number },
): Promise<void> {
  const [self] = authors;
  const highs = new Map<AuthorId, number>();
  const batches: StoredBatch[] = [];
  for (let at = 0; at * each < entries; at++) {
    const author = authors[at % authors.length]!;
    const first = (highs.get(author) ?? 0) + 1;
    batches.push(keptBatch(author, first, each, 1_000_000 + at));
    highs.set(author, first + each - 1);
  }
  const at: StoredBatch['sortAt'] = [1_000_000 + batches.length, 0];
  const marks = [...highs].map(([author, high]) => ({ author, low: 1, high, head: HEAD, at }));
  await store.commit({ batches, marks });
  const through = (self && highs.get(self)) ?? 0;
  await store.saveReceipts({ through, runs: [[1, through, []]], peers: [] });
}
