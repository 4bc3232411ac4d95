import { expect } from 'chai';
import { deleteDB, openDB } from 'idb';
import type { RoomName } from '../../src/protocol/ids.ts';
import { deleteSeat, openDatabase, type Database } from '../../src/rtc/database.ts';
import { IdbStore } from '../../src/rtc/idb-store.ts';
import { createKeyPair } from '../../src/rtc/identity.ts';
import type { LogStore } from '../../src/rtc/store.ts';
import { codeOf } from './support/errors.ts';
import { contentsOf, describeStore, storedBatch, storedMark } from './support/store-contract.ts';

const name = 'rtc-chat test of the store';
const seatOf = new WeakMap<LogStore, string>();

async function openStore(seat: string, onAbandon?: () => void): Promise<IdbStore> {
  let store: IdbStore | null = null;
  const database = await openDatabase(() => store?.lost(), name);
  const reopen = (lost: () => void): Promise<Database> => openDatabase(lost, name);
  store = new IdbStore({ database, seat, reopen, ...(onAbandon && { onAbandon }) });
  seatOf.set(store, seat);
  return store;
}

async function createStore(onAbandon?: () => void): Promise<IdbStore> {
  const id = crypto.randomUUID();
  const database = await openDatabase(() => undefined, name);
  await database.put('seats', {
    id,
    broadcaster: 'https://chat.example',
    room: 'lobby' as RoomName,
    kind: 'session',
    keys: await createKeyPair(),
    createdAt: 1,
    usedAt: 1,
  });
  database.close();
  return openStore(id, onAbandon);
}

/** As long as `work` runs, each `put` of the browser throws. */
async function withFailingPut(error: Error, work: () => Promise<void>): Promise<void> {
  const { prototype } = IDBObjectStore;
  const real = Object.getOwnPropertyDescriptor(prototype, 'put') ?? {};
  const value = (): never => {
    throw error;
  };
  Object.defineProperty(prototype, 'put', { ...real, value });
  try {
    await work();
  } finally {
    Object.defineProperty(prototype, 'put', real);
  }
}

const quota = (): Error => new DOMException('no space', 'QuotaExceededError');

describeStore('IdbStore', {
  create: createStore,
  async reopen(store) {
    await store.close();
    return openStore(seatOf.get(store) ?? '');
  },
});

describe('IdbStore', () => {
  after(() => deleteDB(name));

  it('keeps two logs of one database apart', async () => {
    const [a, b] = [await createStore(), await createStore()];
    await a.commit({ batches: [storedBatch()], marks: [storedMark()] });
    await b.saveReceipts({ through: 1, runs: [], peers: [] });
    expect(await contentsOf(b)).to.deep.include({ marks: [], batches: [] });
    expect((await contentsOf(a)).receipts).to.equal(null);
    await deleteSeat(await openDatabase(() => undefined, name), seatOf.get(b) ?? '');
    expect((await contentsOf(a)).batches).to.have.length(1);
    await Promise.all([a.close(), b.close()]);
  });

  it('says store-full where there is no space, changes nothing, and works again later', async () => {
    const store = await createStore();
    await withFailingPut(quota(), async () => {
      const change = { batches: [storedBatch()], drop: [], marks: [storedMark()] };
      expect(await codeOf(store.commit(change))).to.equal('store-full');
    });
    expect(await contentsOf(store)).to.deep.include({ marks: [], batches: [] });
    await store.commit({ marks: [storedMark()] });
    expect((await contentsOf(store)).marks).to.have.length(1);
    await store.close();
  });

  it('undoes the whole change when one part of it fails', async () => {
    const store = await createStore();
    await store.commit({ batches: [storedBatch()] });
    const uncloneable = { ...storedMark(), head: (() => '') as unknown as string };
    const change = {
      drop: [{ author: storedBatch().author, through: 1 }],
      batches: [storedBatch(undefined, 2)],
      marks: [uncloneable],
    };
    expect(await codeOf(store.commit(change))).to.equal('store-unavailable');
    const { batches } = await contentsOf(store);
    expect(batches.map(({ first }) => first)).to.deep.equal([1]);
    await store.close();
  });

  it('does not stand in the way of a newer version, and cannot go on with it', async () => {
    const store = await createStore();
    const newer = await openDB(name, 3);
    newer.close();
    expect(await codeOf(store.commit({ marks: [storedMark()] }))).to.equal('store-unavailable');
    await store.close();
    await deleteDB(name);
  });

  it('says store-unavailable when somebody removes the database with the key in it', async () => {
    const store = await createStore();
    await store.commit({ marks: [storedMark()] });
    await deleteDB(name);
    expect(await codeOf(store.commit({ marks: [storedMark()] }))).to.equal('store-unavailable');
    await store.close();
  });

  it('commits what was under way when its connection is taken away', async () => {
    const id = seatOf.get(await createStore()) ?? '';
    const database = await openDatabase(() => undefined, name);
    const reopen = (lost: () => void): Promise<Database> => openDatabase(lost, name);
    const store = new IdbStore({ database, seat: id, reopen });
    database.close();
    store.lost();
    await store.commit({ marks: [storedMark()] });
    expect((await contentsOf(store)).marks).to.have.length(1);
    await store.close();
  });

  it('says store-unavailable after it was closed', async () => {
    const store = await createStore();
    await store.close();
    expect(await codeOf(contentsOf(store))).to.equal('store-unavailable');
  });

  it('takes the seat away when it is abandoned', async () => {
    let told = 0;
    const store = await createStore(() => told++);
    store.abandon();
    expect(told).to.equal(1);
    const database = await openDatabase(() => undefined, name);
    expect(await database.get('seats', seatOf.get(store) ?? '')).to.equal(undefined);
    database.close();
    await store.close();
  });
});
