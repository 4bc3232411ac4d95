import { expect } from 'chai';
import type { AuthorId } from '../../src/protocol/ids.ts';
import { Clock } from '../../src/rtc/clock.ts';
import { MemoryStore } from '../../src/rtc/memory-store.ts';
import type { Log } from '../../src/rtc/log.ts';
import { MAX_KEPT_AUTHORS } from '../../src/rtc/trim.ts';
import { Author, authorOf } from './support/author.ts';
import { codeOf } from './support/errors.ts';
import { FailingStore } from './support/failing-store.ts';
import { openLog, shownIn, textsOf } from './support/open-log.ts';
import { contentsOf, storedBatch, storedMark } from './support/store-contract.ts';

/** Entries that a log holds, by author. */
async function kept(store: MemoryStore | FailingStore): Promise<Map<AuthorId, number[]>> {
  const seqs = new Map<AuthorId, number[]>();
  for (const { author, first, last } of (await contentsOf(store)).batches) {
    const list = seqs.get(author) ?? [];
    for (let seq = first; seq <= last; seq++) list.push(seq);
    seqs.set(author, list);
  }
  return seqs;
}

describe('Log, bounds', () => {
  it('drops the oldest batches when there are too many entries, and moves low', async () => {
    const store = new MemoryStore();
    const { log, dropped, changes } = await openLog({ store, maxEntries: 10 });
    for (let at = 1; at <= 10; at++) await log.append(`${at}`);
    expect(log.trimmed).to.equal(false);
    await log.append('11');
    await log.append('12');
    await log.close();
    const [low = 0, high] = log.marks.get(log.self) ?? [];
    expect(high).to.equal(12);
    expect(low).to.be.within(2, 3);
    expect(log.trimmed).to.equal(true);
    expect(dropped.at(-1)).to.deep.equal({ author: log.self, through: low - 1 });
    expect(changes.at(-1)?.authors).to.deep.equal([log.self]);
    expect((await kept(store)).get(log.self)?.[0]).to.equal(low);
    expect(log.batchAfter(log.self, 0)?.first).to.equal(low);
  });

  it('drops by bytes as well', async () => {
    const { log } = await openLog({ maxBytes: 3_000 });
    for (let at = 1; at <= 6; at++) await log.append('a'.repeat(900));
    await log.close();
    const [low = 0, high = 0] = log.marks.get(log.self) ?? [];
    expect(high - low + 1).to.be.within(1, 3);
  });

  it('drops across authors by age, each from the front of its log', async () => {
    const store = new MemoryStore();
    const { log } = await openLog({ store, maxEntries: 4 });
    const [ada, ben] = [await Author.create(), await Author.create('Ben')];
    const start = Date.now() - 1_000;
    for (const [author, ms] of [
      [ada, 1],
      [ben, 2],
      [ada, 3],
      [ben, 4],
      [ben, 5],
      [ada, 6],
    ] as const) {
      const batch = await author.writeBody({ at: [start + ms, 0] });
      await log.receive(batch, { id: author.id, ownLow: 1 });
    }
    await log.close();
    expect(Object.fromEntries(await kept(store))).to.deep.equal({
      [ada.id]: [2, 3],
      [ben.id]: [2, 3],
    });
    expect(log.marks.get(ada.author)?.[0]).to.equal(2);
  });

  it('does not take again what it has dropped', async () => {
    const { log, entries } = await openLog({ maxEntries: 2 });
    const ada = await Author.create();
    const batches = [];
    for (let at = 0; at < 6; at++) batches.push(await ada.write(`${at}`));
    for (const batch of batches) await log.receive(batch, { id: ada.id, ownLow: 1 });
    const [first] = batches;
    expect(first && (await log.receive(first, { id: ada.id, ownLow: 1 }))).to.equal('repeated');
    expect(entries).to.have.length(6);
  });

  it('remembers after a reload that something was dropped', async () => {
    const { log, identity, store } = await openLog({ maxEntries: 2 });
    for (let at = 0; at < 6; at++) await log.append(`${at}`);
    await log.close();
    expect((await openLog({ identity, store })).log.trimmed).to.equal(true);
  });

  it('drops when it is opened with smaller bounds', async () => {
    const { log, identity, store } = await openLog();
    for (let at = 0; at < 6; at++) await log.append(`${at}`);
    await log.close();
    const again = await openLog({ identity, store, maxEntries: 2 });
    expect(shownIn(again)).to.deep.equal(['4', '5']);
  });

  it('forgets the longest silent author beyond those that a have can name, and nobody who is here', async () => {
    const store = new MemoryStore();
    const here = authorOf('author 1');
    for (let at = 0; at < MAX_KEPT_AUTHORS; at++) {
      const author = authorOf(`author ${at}`);
      const batch = { ...storedBatch(author), sortAt: [1_000 + at, 0] as const };
      await store.commit({
        batches: [batch],
        marks: [{ ...storedMark(author), at: batch.sortAt }],
      });
    }
    const { log } = await openLog({ store, audience: () => [here as string as never] });
    expect(log.marks.size).to.equal(MAX_KEPT_AUTHORS);
    const [ada, ben] = [await Author.create(), await Author.create('Ben')];
    for (const author of [ada, ben]) {
      await log.receive(await author.write('a'), { id: author.id, ownLow: 1 });
    }
    await log.close();
    expect(log.marks.size).to.equal(MAX_KEPT_AUTHORS);
    expect(log.marks.has(here)).to.equal(true);
    for (const gone of [0, 2]) expect(log.marks.has(authorOf(`author ${gone}`))).to.equal(false);
    const { marks, batches } = await contentsOf(store);
    expect(marks).to.have.length(MAX_KEPT_AUTHORS);
    expect(batches.some(({ author }) => author === authorOf('author 0'))).to.equal(false);
  });
});

const DAY_MS = 86_400_000;
const START_MS = Date.UTC(2026, 5, 1);

describe('Log, bound by age', () => {
  /** What our clock says, and the broadcaster's. */
  const times = { own: START_MS, broadcaster: START_MS };
  const pass = (ms: number): void => {
    times.own += ms;
    times.broadcaster += ms;
  };
  const clockOf = ({ corrected = true } = {}): Clock => {
    const clock = new Clock(() => times.own);
    if (corrected) clock.correct(times.broadcaster, times.own);
    return clock;
  };
  /** Ada says something now, whatever her clock shows. */
  async function hear(log: Log, ada: Author, at = times.broadcaster): Promise<void> {
    const batch = await ada.writeBody({ at: [at, 0] });
    expect(await log.receive(batch, { id: ada.id, ownLow: 1 })).to.equal('taken');
  }
  beforeEach(() => {
    times.own = times.broadcaster = START_MS;
  });

  it('drops what is older, whoever wrote it, and says so', async () => {
    const store = new MemoryStore();
    const opened = await openLog({ store, clock: clockOf(), maxAgeMs: DAY_MS });
    const { log } = opened;
    const ada = await Author.create();
    await log.append('a');
    await hear(log, ada);
    pass(DAY_MS);
    await log.append('b');
    expect(log.trimmed, 'a day is not more than a day').to.equal(false);
    pass(1);
    await log.append('c');
    await log.close();
    expect(shownIn(opened)).to.deep.equal(['b', 'c']);
    expect(log.trimmed).to.equal(true);
    expect(Object.fromEntries(await kept(store))).to.deep.equal({ [log.self]: [2, 3] });
    expect(log.marks.get(ada.author)?.slice(0, 2)).to.deep.equal([2, 1]);
    expect(log.lacksOlder(ada.author), 'it is not asked for again').to.equal(false);
  });

  it('drops it when its time has come, while nobody says anything', async () => {
    const opened = await openLog({ clock: clockOf(), maxAgeMs: 20 });
    await opened.log.append('a');
    const gone = new Promise((resolve) => (opened.log.onTrim = resolve));
    pass(21);
    expect(await gone).to.deep.equal([{ author: opened.log.self, through: 1 }]);
    await opened.log.close();
  });

  it('drops it when it is opened later', async () => {
    const { log, identity, store } = await openLog({ clock: clockOf() });
    await log.append('a');
    pass(DAY_MS);
    await log.append('b');
    await log.close();
    pass(1);
    const again = await openLog({ identity, store, clock: clockOf(), maxAgeMs: DAY_MS });
    expect(shownIn(again)).to.deep.equal(['b']);
    await again.log.close();
  });

  it('is not moved by an author whose clock shows 2099, nor by one that shows 1970', async () => {
    const opened = await openLog({ clock: clockOf(), maxAgeMs: DAY_MS });
    const { log } = opened;
    const [ada, mallory] = [await Author.create(), await Author.create('Mallory')];
    await log.append('ours');
    await hear(log, ada);
    await hear(log, mallory, Date.UTC(2099, 0, 1));
    const old = await Author.create('Mallory');
    await hear(log, old, 0);
    await log.append('ours as well');
    expect(shownIn(opened), 'who says that it is old is old').to.have.length(4);
    expect(log.marks.get(old.author)?.slice(0, 2)).to.deep.equal([2, 1]);
    pass(DAY_MS + 1);
    await log.append('new');
    await log.close();
    expect(shownIn(opened), 'what claims 2099 came a day ago').to.deep.equal(['new']);
  });

  it('is not moved by our clock alone, nor by the broadcaster alone, nor before both are known', async () => {
    const { log, identity, store } = await openLog({ clock: clockOf() });
    await log.append('a');
    await log.close();
    const year = 365 * DAY_MS;
    for (const [own, broadcaster, corrected] of [
      [year, 0, true],
      [0, year, true],
      [year, year, false],
    ] as const) {
      times.own = START_MS + own;
      times.broadcaster = START_MS + broadcaster;
      const clock = clockOf({ corrected });
      const opened = await openLog({ identity, store, clock, maxAgeMs: DAY_MS });
      expect(shownIn(opened)).to.deep.equal(['a']);
      await opened.log.close();
    }
  });
});

describe('Log, clear', () => {
  it('drops every entry and keeps high and head, so that no seq is used or taken twice', async () => {
    const store = new MemoryStore();
    const { log, changes, identity } = await openLog({ store });
    const ada = await Author.create();
    const batch = await ada.write('a');
    await log.receive(batch, { id: ada.id, ownLow: 1 });
    await log.append('b');
    const [, , head = ''] = log.marks.get(log.self) ?? [];
    await log.clear();
    expect((await contentsOf(store)).batches).to.have.length(0);
    expect(log.marks.get(log.self)).to.deep.equal([2, 1, head]);
    expect(changes.at(-1)?.authors).to.have.members([log.self, ada.author]);
    expect(await log.receive(batch, { id: ada.id, ownLow: 1 })).to.equal('repeated');
    await log.close();
    const again = await openLog({ identity, store });
    expect((await again.log.append('c')).seq).to.equal(2);
    expect(again.log.batchAfter(log.self, 0)?.body).to.contain(`"prev":"${head}"`);
    expect(await again.log.receive(await ada.write('d'), { id: ada.id, ownLow: 1 })).to.equal(
      'taken',
    );
  });

  it('lets what is being committed go its way', async () => {
    const { log, identity, store } = await openLog();
    await log.append('a');
    const [cleared, entry] = await Promise.all([log.clear(), log.append('b')]);
    expect(cleared).to.equal(undefined);
    expect(entry.seq).to.equal(2);
    expect(textsOf((await openLog({ identity, store })).entries)).to.deep.equal(['b']);
  });
});

describe('Log, a store that fails', () => {
  it('refuses with store-full, changes nothing, and works when there is space', async () => {
    const store = new FailingStore();
    const { log, entries, identity, errors } = await openLog({ store });
    await log.append('a');
    store.failure = 'store-full';
    expect(await codeOf(log.append('b'))).to.equal('store-full');
    expect(log.marks.get(log.self)?.[1]).to.equal(1);
    store.failure = null;
    expect((await log.append('c')).seq).to.equal(2);
    expect(textsOf(entries)).to.deep.equal(['a', 'c']);
    expect(errors, 'the promise has told').to.deep.equal([]);
    await log.close();
    expect(textsOf((await openLog({ identity, store })).entries)).to.deep.equal(['a', 'c']);
  });

  it('tries what stands behind a text that did not fit', async () => {
    const store = new FailingStore();
    const { log } = await openLog({ store });
    store.failure = 'store-full';
    const commit = store.hold();
    const refused = codeOf(log.append('a'));
    await commit.begun;
    const next = log.append('b');
    store.failure = null;
    commit.finish();
    expect(await refused).to.equal('store-full');
    expect((await next).seq).to.equal(1);
  });

  it('goes on reading without space, in memory, and says so once', async () => {
    const store = new FailingStore();
    const { log, identity, entries, errors } = await openLog({ store });
    const ada = await Author.create();
    const from = { id: ada.id, ownLow: 1 };
    await log.receive(await ada.write('a'), from);
    store.failure = 'store-full';
    const lost = [await ada.write('b'), await ada.write('c')];
    for (const batch of lost) expect(await log.receive(batch, from)).to.equal('taken');
    expect(textsOf(entries)).to.deep.equal(['a', 'b', 'c']);
    expect(errors).to.deep.equal(['store-full']);
    await log.close();
    store.failure = null;
    const again = await openLog({ identity, store });
    expect(textsOf(again.entries)).to.deep.equal(['a']);
    for (const batch of lost) expect(await again.log.receive(batch, from)).to.equal('taken');
  });

  it('judges what shares a transaction one by one when it does not fit', async () => {
    const store = new FailingStore();
    const { log, entries } = await openLog({ store });
    const [ada, ben] = [await Author.create(), await Author.create('Ben')];
    const commit = store.hold();
    store.failure = 'store-full';
    const first = log.receive(await ada.write('a'), { id: ada.id, ownLow: 1 });
    const batches = [await ada.write('b'), await ben.write('c')];
    await commit.begun;
    const others = batches.map((batch, at) =>
      log.receive(batch, { id: at === 0 ? ada.id : ben.id, ownLow: 1 }),
    );
    commit.finish();
    expect(await Promise.all([first, ...others])).to.deep.equal(['taken', 'taken', 'taken']);
    expect(textsOf(entries)).to.deep.equal(['a', 'b', 'c']);
  });

  it('goes on in memory when the store breaks, says so once, and never uses a seq twice', async () => {
    const store = new FailingStore();
    const { log, entries, errors } = await openLog({ store });
    const ada = await Author.create();
    await log.append('a');
    store.failure = 'store-unavailable';
    expect((await log.append('b')).seq).to.equal(2);
    const commits = store.changes.length;
    expect((await log.append('c')).seq).to.equal(3);
    expect(await log.receive(await ada.write('d'), { id: ada.id, ownLow: 1 })).to.equal('taken');
    expect(textsOf(entries)).to.deep.equal(['a', 'b', 'c', 'd']);
    expect(errors).to.deep.equal(['store-unavailable']);
    expect(store.abandoned, 'nobody may continue from this store').to.equal(1);
    expect(store.changes.length, 'it is not asked again').to.equal(commits);
    await log.clear();
    expect(log.batchAfter(log.self, 0)).to.equal(null);
  });

  it('drops old entries later when the store has no space to note it down', async () => {
    const store = new FailingStore();
    const opened = await openLog({ store, maxEntries: 2 });
    const { log } = opened;
    const ada = await Author.create();
    const from = { id: ada.id, ownLow: 1 };
    for (const text of ['a', 'b']) await log.receive(await ada.write(text), from);
    store.failure = 'store-full';
    for (const text of ['c', 'd']) await log.receive(await ada.write(text), from);
    expect(log.marks.get(ada.author)?.[0]).to.equal(1);
    store.failure = null;
    await log.append('e');
    await log.close();
    expect(shownIn(opened).length).to.be.lessThan(4);
    const saved = (await contentsOf(store)).marks.find(({ author }) => author === ada.author);
    expect(saved?.high).to.equal(2);
  });
});
