import { expect } from 'chai';
import { deleteDB } from 'idb';
import type { AuthorId, PeerId, RoomName } from '../../src/protocol/ids.ts';
import { openDatabase } from '../../src/rtc/database.ts';
import { compareEntries } from '../../src/rtc/entry.ts';
import { IdbStore } from '../../src/rtc/idb-store.ts';
import { createKeyPair, identityOf, type Identity } from '../../src/rtc/identity.ts';
import { MemoryStore } from '../../src/rtc/memory-store.ts';
import { Author, authorOf } from './support/author.ts';
import { FailingStore } from './support/failing-store.ts';
import { fillStore, keptBatch } from './support/long-log.ts';
import { openLog, readAfter, shownIn, type OpenLog } from './support/open-log.ts';
import { contentsOf } from './support/store-contract.ts';

const name = 'rtc-chat test of long logs';
const others = [authorOf('b'.repeat(22)), authorOf('c'.repeat(22))];

async function idbStore(): Promise<IdbStore> {
  const database = await openDatabase(() => undefined, name);
  const seat = crypto.randomUUID();
  await database.put('seats', {
    id: seat,
    broadcaster: 'https://chat.example',
    room: 'lobby' as RoomName,
    kind: 'session',
    keys: await createKeyPair(),
    createdAt: 1,
    usedAt: 1,
  });
  return new IdbStore({ database, seat });
}

const peerOf = (author: AuthorId): PeerId => author as string as PeerId;
const selfOf = ({ id }: Identity): AuthorId => authorOf(id);

interface Filled {
  readonly identity: Identity;
  readonly store: FailingStore;
}

/** A store in which three people have talked: so many texts, so many in each batch. */
async function filled(
  entries: number,
  each = 1,
  inner: IdbStore | MemoryStore = new MemoryStore(),
): Promise<Filled> {
  const identity = await identityOf(await createKeyPair());
  const store = new FailingStore(inner);
  await fillStore(store, { authors: [selfOf(identity), ...others], entries, each });
  return { identity, store };
}

/** What can be read stands in order, each once, and without a hole before its end. */
function expectOrder({ conversation }: OpenLog): void {
  const seen = new Set<string>();
  const before = new Map<string, number>();
  for (const { id, author } of conversation.messages) {
    expect(seen.has(id), `${id} twice`).to.equal(false);
    seen.add(id);
    const seq = Number(id.split(':')[1]);
    const last = before.get(author.id);
    if (last !== undefined) expect(seq, 'the next of its author').to.equal(last + 1);
    before.set(author.id, seq);
  }
}

describe('Log, what is kept', () => {
  after(() => deleteDB(name));

  it('is opened by its marks: 100,000 entries cost the same reading as 100, and the newest page comes first', async function () {
    this.timeout(60_000);
    const costs: unknown[] = [];
    for (const [entries, each] of [
      [768, 256],
      [99_840, 256],
      [100, 1],
      [3_000, 1],
    ] as const) {
      const { store, identity } = await filled(entries, each, await idbStore());
      const opened = await openLog({ store, identity, read: false, maxEntries: 200_000 });
      const { log } = opened;
      const marks = [...log.marks.values()].length;
      const atOpening = store.read;
      expect(shownIn(opened)).to.deep.equal([]);
      await log.readNewest();
      const shown = shownIn(opened);
      expect(shown.length).to.be.within(Math.min(entries, 200), 1_024);
      costs.push([marks, atOpening]);
      expect((await log.append('new')).seq, 'writing does not wait').to.equal(
        (store.changes[0]?.marks?.[0]?.high ?? 0) + 1,
      );
      if (shown.length < entries) expect(log.restoring).to.equal(true);
      let largest = 0;
      const { onRestore } = log;
      log.onRestore = (piece) => {
        largest = Math.max(largest, piece.length);
        onRestore(piece);
      };
      await log.readRest();
      expect(largest).to.be.lessThan(1_024);
      expect(opened.conversation.messages).to.have.length(entries + 1);
      expectOrder(opened);
      await log.close();
      await store.close();
    }
    for (const cost of costs) expect(cost).to.deep.equal([3, 0]);
  });

  it('is read in bounded pieces where short batches come after long ones', async () => {
    const identity = await identityOf(await createKeyPair());
    const inner = await idbStore();
    const self = selfOf(identity);
    await fillStore(inner, { authors: [self], entries: 25_600, each: 256 });
    const batches = Array.from({ length: 40 }, (_, at) =>
      keptBatch(self, 25_601 + at, 1, 2_000_000 + at),
    );
    const [mark] = (await inner.load()).marks;
    await inner.commit({ batches, marks: [{ ...mark!, high: 25_640 }] });
    const store = new FailingStore(inner);
    const opened = await openLog({ store, identity, read: false, maxEntries: 200_000 });
    await opened.log.readNewest();
    expect(shownIn(opened).length).to.be.within(256, 512);
    expect(store.read, 'no more than that is read').to.be.lessThan(43);
    await opened.log.readRest();
    expect(shownIn(opened)).to.have.length(25_640);
    expectOrder(opened);
    await opened.log.close();
    await inner.close();
  });

  it('comes in order at every moment, each entry once, while others and we go on writing', async () => {
    const { store, identity } = await filled(3_000);
    const opened = await openLog({ store, identity, read: false });
    const { log, conversation } = opened;
    const dora = await Author.create('Dora');
    // Dora's clock stands still between what is kept.
    dora.ms = 1_000_100;
    await log.readNewest();
    const told = opened.changes.length;
    let pieces = 0;
    const { onRestore } = log;
    const writing: Promise<unknown>[] = [];
    let hearing = Promise.resolve();
    log.onRestore = (entries) => {
      onRestore(entries);
      expectOrder(opened);
      expect(entries.toSorted(compareEntries)).to.deep.equal(entries);
      pieces++;
      writing.push(log.append(`live ${pieces}`));
      hearing = hearing.then(async () => {
        const batch = await dora.write('late');
        expect(await log.receive(batch, { id: dora.id, ownLow: 1 })).to.equal('taken');
      });
      writing.push(hearing);
    };
    await log.readRest();
    await Promise.all(writing);
    expect(pieces).to.be.greaterThan(3);
    expectOrder(opened);
    expect(conversation.messages.length).to.equal(3_000 + writing.length);
    const news = opened.changes.slice(told).flatMap(({ entries }) => entries);
    expect(news, 'only what is new is told of').to.have.length(writing.length);
    const again = await openLog({ store, identity });
    expect(again.conversation.messages.map(({ id }) => id)).to.deep.equal(
      conversation.messages.map(({ id }) => id),
    );
  });

  it('is given to those who lack it before it has been read', async () => {
    const { store, identity } = await filled(6_000);
    const { log } = await openLog({ store, identity, read: false });
    let seq = 0;
    for (; seq < 100; seq++) {
      const batch = await readAfter(log, log.self, seq);
      expect(batch?.first).to.equal(seq + 1);
    }
    expect(store.read, 'in pages').to.be.lessThan(200);
    expect(log.batchAfter(log.self, 2_000)).to.equal(null);
    expect(log.batchAfter(log.self, 9_999)).to.equal(null);
  });

  it('stays away when it is cleared while it is being read', async () => {
    const { store, identity } = await filled(3_000);
    const opened = await openLog({ store, identity, read: false });
    const { log } = opened;
    await log.readNewest();
    const [, , head] = log.marks.get(log.self) ?? [];
    const rest = log.readRest();
    await log.clear();
    expect(store.read, 'nobody waits for the rest').to.be.lessThan(2_000);
    opened.conversation.clear();
    await rest;
    expect(log.restoring).to.equal(false);
    expect(shownIn(opened)).to.deep.equal([]);
    expect(log.marks.get(log.self)).to.deep.equal([1_001, 1_000, head]);
    expect((await contentsOf(store)).batches).to.deep.equal([]);
    expect((await log.append('anew')).seq).to.equal(1_001);
  });

  it('ends at the bounds: what lies before them goes, read or not', async () => {
    const { store, identity } = await filled(3_000);
    const opened = await openLog({ store, identity, maxEntries: 600 });
    expect(shownIn(opened).length).to.be.within(600, 630);
    expectOrder(opened);
    expect(opened.log.trimmed).to.equal(true);
    const { batches } = await contentsOf(store);
    expect(batches).to.have.length(shownIn(opened).length);
    expect(batches[0]?.first).to.equal(opened.log.marks.get(batches[0]!.author)?.[0]);
  });

  it('is left in the middle without another word', async () => {
    const { store, identity } = await filled(3_000);
    const opened = await openLog({ store, identity, read: false });
    await opened.log.readNewest();
    const rest = opened.log.readRest();
    await opened.log.close();
    const shown = shownIn(opened).length;
    const { read } = store;
    await rest;
    expect(shownIn(opened).length).to.equal(shown);
    expect(store.read).to.equal(read);
  });

  it('that cannot be read is said in words, and the conversation goes on', async () => {
    const { store, identity } = await filled(3_000);
    const opened = await openLog({ store, identity, read: false });
    const { log } = opened;
    await log.readNewest();
    store.unreadable = true;
    await log.readRest();
    expect(opened.errors).to.deep.equal(['store-unreadable']);
    expect(log.restoring).to.equal(false);
    expect((await log.append('still here')).seq).to.equal(1_001);
    expect(store.changes.at(-1)?.batches, 'and is kept').to.have.length(1);
    expect(store.abandoned).to.equal(0);
  });

  it('and cannot be read is not waited for by those who lack it: our log begins later', async () => {
    const { store, identity } = await filled(300);
    const opened = await openLog({ store, identity });
    const { log } = opened;
    await log.append('new');
    store.unreadable = true;
    expect((await readAfter(log, log.self, 0))?.first).to.equal(101);
    expect(log.marks.get(log.self)?.[0], 'told to others').to.equal(101);
    expect(opened.dropped.map(({ author }) => author)).to.deep.equal([log.self]);
    expect(shownIn(opened), 'and shown to us').to.have.length(301);
  });

  it('is still there, and given to others, when the store breaks in the middle', async () => {
    const { store, identity } = await filled(3_000);
    const opened = await openLog({ store, identity, read: false });
    const { log } = opened;
    await log.readNewest();
    store.failure = 'store-unavailable';
    await log.append('in memory');
    expect(opened.errors).to.deep.equal(['store-unavailable']);
    await log.readRest();
    expect(shownIn(opened)).to.have.length(3_001);
    expectOrder(opened);
    const [ben, carl] = others as [AuthorId, AuthorId];
    const given = await log.answer({ author: ben, from: 1, to: 100 }, peerOf(carl));
    expect(given[0], 'what others wrote as well').to.include({ first: 1 });
    const { read } = store;
    const seqs: number[] = [];
    for (let batch = await readAfter(log, log.self, 0); batch;) {
      seqs.push(batch.first);
      batch = log.batchAfter(log.self, batch.last);
    }
    expect(seqs).to.deep.equal(Array.from({ length: 1_001 }, (_, at) => at + 1));
    expect(store.read, 'nothing is asked of what is gone').to.equal(read);
  });

  it('and written by others is not claimed any more where it cannot be read as the store breaks', async () => {
    const { store, identity } = await filled(300);
    const opened = await openLog({ store, identity });
    const { log } = opened;
    store.failure = 'store-unavailable';
    store.unreadable = true;
    await log.append('in memory');
    const [ben, carl] = others as [AuthorId, AuthorId];
    await log.answer({ author: ben, from: 1, to: 100 }, peerOf(carl));
    await log.append('later');
    expect(log.marks.get(ben)?.slice(0, 2)).to.deep.equal([101, 100]);
    expect(shownIn(opened), 'and shown to us').to.have.length(302);
  });
});
