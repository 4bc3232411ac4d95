import { expect } from 'chai';
import type { PeerId, PublicKeyText } from '../../../src/protocol/ids.ts';
import type { LogStore, StoredBatch, StoredMark, StoredStart } from '../../../src/rtc/store.ts';
import { authorOf } from './author.ts';

const ada = authorOf('ada-ada-ada-ada-ada-ad');
const ben = authorOf('ben-ben-ben-ben-ben-be');

export const storedBatch = (author = ada, first = 1, last = first): StoredBatch => ({
  key: 'key' as PublicKeyText,
  body: `body ${first}`,
  sig: 'sig',
  author,
  first,
  last,
  bytes: 6,
  sortAt: [first, 0],
});

export const storedMark = (author = ada, high = 1, low = 1): StoredMark => ({
  author,
  low,
  high,
  head: `head ${high}`,
  at: [high, 0],
});

/** All that a store holds, in the order of the conversation. */
export async function contentsOf(
  store: LogStore,
): Promise<StoredStart & { readonly batches: readonly StoredBatch[] }> {
  return { ...(await store.load()), batches: (await store.before(null, null)).toReversed() };
}

/** What every store does. `reopen` is what a reload makes of it, where it outlives one. */
export function describeStore(
  name: string,
  {
    create,
    reopen = (store) => Promise.resolve(store),
  }: { create: () => Promise<LogStore>; reopen?: (store: LogStore) => Promise<LogStore> },
): void {
  const contents = async (store: LogStore) => {
    const { marks, batches } = await contentsOf(await reopen(store));
    return {
      marks: marks.map(({ author, low, high }) => [author, low, high]),
      batches: batches.map(({ author, first, last }) => [author, first, last]),
    };
  };

  describe(`${name} as a LogStore`, () => {
    it('is empty at first', async () => {
      const store = await create();
      expect(await contentsOf(store)).to.deep.equal({ marks: [], batches: [], receipts: null });
      expect(await store.after(ada, 0, 9)).to.deep.equal([]);
    });

    it('gives back what was committed, field by field', async () => {
      const store = await create();
      const batch = storedBatch();
      const written = [{ first: 1, last: 1, audience: ['p' as PeerId] }];
      const mark: StoredMark = { ...storedMark(), trimmed: true, written };
      await store.commit({ batches: [batch], marks: [mark] });
      const loaded = await contentsOf(await reopen(store));
      expect(loaded.batches[0]).to.deep.include(batch);
      expect(loaded.marks[0]).to.deep.include(mark);
    });

    it('gives the batches of an author in the order of their seqs', async () => {
      const store = await create();
      for (const first of [1, 2, 10, 100]) {
        await store.commit({ batches: [storedBatch(ada, first), storedBatch(ben, first)] });
      }
      const { batches } = await contents(store);
      for (const author of [ada, ben]) {
        const firsts = batches.filter(([each]) => each === author).map(([, first]) => first);
        expect(firsts).to.deep.equal([1, 2, 10, 100]);
      }
    });

    it('gives what stands before a place, the newest first, in the order of the conversation', async () => {
      const store = await create();
      const batches = [3, 1, 2, 10].flatMap((first) => [
        storedBatch(ben, first),
        { ...storedBatch(ada, first), sortAt: [first, first % 2] as const },
      ]);
      await store.commit({ batches });
      const names = (list: readonly StoredBatch[]) =>
        list.map(({ author, first }) => `${author.slice(0, 3)} ${first}`);
      const all = ['ben 10', 'ada 10', 'ada 3', 'ben 3', 'ben 2', 'ada 2', 'ada 1', 'ben 1'];
      const read: string[] = [];
      let place: StoredBatch | null = null;
      for (;;) {
        const asked: string[] = [];
        const page: readonly StoredBatch[] = await store.before(place, (author, first) => {
          asked.push(`${author.slice(0, 3)} ${first}`);
          return false;
        });
        if (page.length === 0) break;
        expect(page, 'one, where nothing fits').to.have.length(1);
        expect(all).to.include.members(asked);
        read.push(...names(page));
        place = page.at(-1) ?? null;
      }
      expect(read).to.deep.equal(all);
      const fits = await store.before(null, (_, first) => first > 2);
      expect(names(fits)).to.deep.equal(all.slice(0, 4));
      expect(names(await store.before(null, () => true))).to.deep.equal(all);
      expect(names(await store.before(storedBatch(ben, 2), null))).to.deep.equal(all.slice(5));
    });

    it('gives what an author wrote after a seq', async () => {
      const store = await create();
      const batches = [1, 4, 9].flatMap((first) => [
        storedBatch(ada, first),
        storedBatch(ben, first),
      ]);
      await store.commit({ batches });
      const firsts = async (seq: number, count: number) =>
        (await store.after(ada, seq, count)).map(({ first }) => first);
      expect(await firsts(0, 2)).to.deep.equal([1, 4]);
      expect(await firsts(1, Infinity)).to.deep.equal([4, 9]);
      expect(await firsts(9, 2)).to.deep.equal([]);
    });

    it('replaces a mark, and a batch that is committed again', async () => {
      const store = await create();
      const change = { batches: [storedBatch()], marks: [storedMark()] };
      await store.commit(change);
      await store.commit(change);
      await store.commit({ marks: [storedMark(ada, 7, 3)] });
      expect(await contents(store)).to.deep.equal({ marks: [[ada, 3, 7]], batches: [[ada, 1, 1]] });
    });

    it('drops the batches of one author up to a seq, and of nobody else', async () => {
      const store = await create();
      const firsts = [1, 2, 3];
      const batches = firsts.flatMap((first) => [storedBatch(ada, first), storedBatch(ben, first)]);
      await store.commit({ batches });
      await store.commit({ drop: [{ author: ada, through: 2 }] });
      const kept = (await contents(store)).batches;
      expect(kept).to.have.deep.members([
        [ada, 3, 3],
        [ben, 1, 1],
        [ben, 2, 2],
        [ben, 3, 3],
      ]);
    });

    it('forgets the mark of an author', async () => {
      const store = await create();
      await store.commit({ marks: [storedMark(ada), storedMark(ben)] });
      await store.commit({ forget: [ada] });
      expect((await contents(store)).marks).to.deep.equal([[ben, 1, 1]]);
    });

    it('keeps the last receipts', async () => {
      const store = await create();
      const receipts = { through: 3, runs: [[1, 3, ['p' as PeerId]]], peers: [] } as const;
      await store.saveReceipts({ ...receipts, through: 2 });
      await store.saveReceipts(receipts);
      expect((await (await reopen(store)).load()).receipts).to.deep.include(receipts);
    });

    it('may be closed twice', async () => {
      const store = await create();
      await store.close();
      await store.close();
    });
  });
}
