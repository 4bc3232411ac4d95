import { expect } from 'chai';
import type { RoomName } from '../../src/protocol/ids.ts';
import { openDatabase } from '../../src/rtc/database.ts';
import type * as leases from '../../src/rtc/lease.ts';
import { leaseIdentity, type LeaseRequest } from '../../src/rtc/lease.ts';
import { MemoryStore } from '../../src/rtc/memory-store.ts';
import { SESSION_KEPT_MS } from '../../src/rtc/seats.ts';
import { OtherDocument } from './support/document.ts';
import { codeOf } from './support/errors.ts';
import { openLog, textsOf } from './support/open-log.ts';
import { withProperty } from './support/replaced-property.ts';
import { storedMark } from './support/store-contract.ts';

const never = new AbortController().signal;

/** A place that no other test knows. */
function place(history: LeaseRequest['history'] = 'session'): LeaseRequest {
  const broadcaster = `https://${crypto.randomUUID()}.example`;
  return { broadcaster, room: 'lobby' as RoomName, history, signal: never };
}

for (const history of ['session', 'device'] as const) {
  describe(`leaseIdentity, history ${history}`, () => {
    it('gives the same key and the same log after it was released', async () => {
      const request = place(history);
      const first = await leaseIdentity(request);
      const { log } = await openLog(first);
      await log.append('a');
      await log.close();
      await first.release();
      const again = await leaseIdentity(request);
      expect(again.identity.key).to.equal(first.identity.key);
      expect(again).to.include({ history, historyError: null });
      const opened = await openLog(again);
      expect(textsOf(opened.entries)).to.deep.equal(['a']);
      await opened.log.close();
      await again.release();
    });

    it('gives each element of a page its own key, and after a reload the same ones in the same order', async () => {
      const request = place(history);
      const first = await Promise.all([leaseIdentity(request), leaseIdentity(request)]);
      const keys = first.map(({ identity }) => identity.key);
      expect(new Set(keys).size).to.equal(2);
      await Promise.all(first.map((lease) => lease.release()));
      const again = await Promise.all([leaseIdentity(request), leaseIdentity(request)]);
      expect(again.map(({ identity }) => identity.key)).to.deep.equal(keys);
      await Promise.all(again.map((lease) => lease.release()));
    });

    it('gives another key in another room and at another broadcaster', async () => {
      const request = place(history);
      const all = await Promise.all([
        leaseIdentity(request),
        leaseIdentity({ ...request, room: 'kitchen' as RoomName }),
        leaseIdentity({ ...request, broadcaster: 'https://other.example' }),
      ]);
      expect(new Set(all.map(({ identity }) => identity.key)).size).to.equal(3);
      await Promise.all(all.map((lease) => lease.release()));
    });

    it('waits for the document that it replaces, and gets its key', async () => {
      const request = place(history);
      const before = await OtherDocument.open();
      const other = await before.import<typeof leases>(
        new URL('../../src/rtc/lease.ts', import.meta.url),
      );
      const first = await other.leaseIdentity(request);
      await first.noted;
      const leasing = leaseIdentity(request);
      before.close();
      const lease = await leasing;
      expect(lease.identity.key).to.equal(first.identity.key);
      await lease.release();
    });

    it('gives a duplicated tab a key of its own, which it then keeps', async () => {
      const request = place(history);
      const original = await OtherDocument.open();
      const other = await original.import<typeof leases>(
        new URL('../../src/rtc/lease.ts', import.meta.url),
      );
      const first = await other.leaseIdentity(request);
      const lease = await leaseIdentity(request);
      expect(lease.identity.key).not.to.equal(first.identity.key);
      await lease.release();
      const again = await leaseIdentity(request);
      expect(again.identity.key).to.equal(lease.identity.key);
      await again.release();
      original.close();
    });

    it('says what is wrong and keeps nothing where the browser has no IndexedDB', async () => {
      const lease = await withProperty(globalThis, 'indexedDB', undefined, () =>
        leaseIdentity(place(history)),
      );
      expect(lease.history).to.equal('none');
      expect(lease.historyError?.code).to.equal('store-unavailable');
      expect(lease.historyError?.message).to.match(/gone/);
      expect(lease.store).to.be.instanceOf(MemoryStore);
      await lease.release();
    });

    it('keeps nothing where the browser has no Web Locks', async () => {
      const lease = await withProperty(navigator, 'locks', undefined, () =>
        leaseIdentity(place(history)),
      );
      expect(lease.history).to.equal('none');
      expect(lease.historyError?.code).to.equal('store-unavailable');
    });

    it('says that nothing is kept where the browser refuses to store the key, and frees the lock', async () => {
      const request = place(history);
      const value = (): never => {
        throw new DOMException('no keys in private windows', 'DataCloneError');
      };
      const refused = await withProperty(IDBObjectStore.prototype, 'put', value, () =>
        leaseIdentity(request),
      );
      expect(await codeOf(refused.noted ?? Promise.resolve())).to.contain('DataCloneError');
      refused.store.abandon();
      await refused.release();
      const lease = await leaseIdentity(request);
      await lease.noted;
      expect(lease.identity.key).not.to.equal(refused.identity.key);
      await lease.release();
    });

    it('goes on with a key that is stored, where there is no space to note when it was used', async () => {
      const request = place(history);
      const before = await leaseIdentity(request);
      await before.noted;
      await before.release();
      const value = (): never => {
        throw new DOMException('no space', 'QuotaExceededError');
      };
      const lease = await withProperty(IDBObjectStore.prototype, 'put', value, () =>
        leaseIdentity(request),
      );
      expect(lease.identity.key).to.equal(before.identity.key);
      expect([lease.history, lease.noted]).to.deep.equal([history, undefined]);
      await lease.release();
    });

    it('goes without memory of this tab where sessionStorage is refused', async () => {
      const lease = await withProperty(globalThis, 'sessionStorage', undefined, () =>
        leaseIdentity(place(history)),
      );
      expect(lease.history).to.equal(history);
      await lease.release();
    });

    it('never leases again a log that went on without its store', async () => {
      const request = place(history);
      const first = await leaseIdentity(request);
      first.store.abandon();
      await first.release();
      const second = await leaseIdentity(request);
      expect(second.identity.key).not.to.equal(first.identity.key);
      await second.release();
    });

    it('ends when the signal aborts, and holds nothing', async () => {
      const request = place(history);
      const abort = new AbortController();
      const leasing = leaseIdentity({ ...request, signal: abort.signal });
      const reason = new Error('left');
      abort.abort(reason);
      expect(await leasing.catch((error: unknown) => error)).to.equal(reason);
      const again = await codeOf(leaseIdentity({ ...request, signal: AbortSignal.abort(reason) }));
      expect(again).to.contain('left');
      const lease = await leaseIdentity(request);
      expect(lease.history).to.equal(history);
      await lease.release();
      const { held = [] } = await navigator.locks.query();
      expect(held.filter(({ name = '' }) => name.startsWith('rtc-chat seat'))).to.deep.equal([]);
    });
  });
}

describe('leaseIdentity', () => {
  it('gives a new key each time under history none, and stores nothing', async () => {
    const request = place('none');
    const [a, b] = [await leaseIdentity(request), await leaseIdentity(request)];
    expect(a.identity.key).not.to.equal(b.identity.key);
    expect(a).to.include({ history: 'none', historyError: null });
    expect(
      sessionStorage.getItem(`rtc-chat none\n${request.broadcaster}\n${request.room}`),
    ).to.equal(null);
    await a.release();
  });

  it('gives another tab the device key that no tab uses, the oldest first', async () => {
    const request = place('device');
    const first = await leaseIdentity(request);
    const second = await leaseIdentity(request);
    await Promise.all([first.release(), second.release()]);
    // A new browser session remembers nothing of its tabs.
    sessionStorage.clear();
    const lease = await leaseIdentity(request);
    expect(lease.identity.key).to.equal(first.identity.key);
    await lease.release();
  });

  it('gives another tab no session key', async () => {
    const request = place('session');
    const first = await leaseIdentity(request);
    await first.release();
    sessionStorage.clear();
    const lease = await leaseIdentity(request);
    expect(lease.identity.key).not.to.equal(first.identity.key);
    await lease.release();
  });

  it('frees the lock when its page is gone', async () => {
    const request = place('device');
    const tab = await OtherDocument.open();
    const other = await tab.import<typeof leases>(
      new URL('../../src/rtc/lease.ts', import.meta.url),
    );
    const first = await other.leaseIdentity(request);
    await first.noted;
    sessionStorage.clear();
    tab.close();
    let lease = await leaseIdentity(request);
    // The browser needs a moment; until then another seat is the right answer.
    while (lease.identity.key !== first.identity.key) {
      await lease.release();
      sessionStorage.clear();
      lease = await leaseIdentity(request);
    }
    await lease.release();
  });

  it('removes sessions that nobody has used for a day, and no others', async () => {
    const requests = [place('session'), place('session'), place('session'), place('device')];
    const old = Date.now() - SESSION_KEPT_MS - 1;
    const database = await openDatabase(() => undefined);
    const keys: string[] = [];
    for (const request of requests) {
      const lease = await leaseIdentity(request);
      keys.push(lease.identity.key);
      await lease.store.commit({ marks: [storedMark()] });
      await lease.release();
    }
    const seats = await database.getAll('seats');
    const idOf = (request?: LeaseRequest) =>
      seats.find(({ broadcaster }) => broadcaster === request?.broadcaster)?.id ?? '';
    const [unused, inUse, written, device] = requests.map(idOf);
    for (const seat of seats) {
      if (requests.some(({ broadcaster }) => broadcaster === seat.broadcaster)) {
        await database.put('seats', { ...seat, usedAt: old });
      }
    }
    for (const seat of [unused, inUse, device]) {
      await database.put('marks', { ...storedMark(), seat: seat ?? '', savedAt: old });
    }
    await navigator.locks.request(`rtc-chat seat ${inUse}`, async () => {
      const lease = await leaseIdentity(place('session'));
      await lease.release();
    });
    const left = await database.getAllKeys('seats');
    expect(left).not.to.include(unused);
    expect(left).to.include.members([inUse, written, device]);
    const marks = await database.getAllKeys('marks');
    expect(marks.map(([seat]) => seat)).not.to.include(unused);
    database.close();
  });

  it('says crypto-unavailable where the browser has no Ed25519', async () => {
    const value = (): Promise<never> => Promise.reject(new DOMException('no', 'NotSupportedError'));
    const leasing = withProperty(crypto.subtle, 'generateKey', value, () =>
      codeOf(leaseIdentity(place('none'))),
    );
    expect(await leasing).to.equal('crypto-unavailable');
    const stored = withProperty(crypto.subtle, 'generateKey', value, () =>
      codeOf(leaseIdentity(place('session'))),
    );
    expect(await stored).to.equal('crypto-unavailable');
  });

  it('says insecure-context where the page has no WebCrypto', async () => {
    for (const history of ['none', 'session', 'device'] as const) {
      const leasing = withProperty(crypto, 'subtle', undefined, () =>
        codeOf(leaseIdentity(place(history))),
      );
      expect(await leasing).to.equal('insecure-context');
    }
  });

  it('makes keys that cannot be read out of the browser', async () => {
    const request = place('session');
    const lease = await leaseIdentity(request);
    const database = await openDatabase(() => undefined);
    const seat = (await database.getAll('seats')).find(
      ({ broadcaster }) => broadcaster === request.broadcaster,
    );
    expect(seat?.keys.privateKey.extractable).to.equal(false);
    database.close();
    await lease.release();
  });
});
