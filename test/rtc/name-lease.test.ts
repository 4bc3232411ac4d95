import { expect } from 'chai';
import type { RoomName } from '../../src/protocol/ids.ts';
import { MAX_NAME_UNITS } from '../../src/protocol/limits.ts';
import { normalizePersonName } from '../../src/protocol/names.ts';
import type * as leases from '../../src/rtc/name-lease.ts';
import { leaseName } from '../../src/rtc/name-lease.ts';
import { person } from './support/author.ts';
import { OtherDocument } from './support/document.ts';

const never = new AbortController().signal;

function request(name = 'Ada') {
  const broadcaster = `https://${crypto.randomUUID()}.example`;
  return { broadcaster, room: 'lobby' as RoomName, name: person(name), signal: never };
}

describe('leaseName', () => {
  it('gives the name itself, then numbered ones', async () => {
    const place = request();
    const taken = [await leaseName(place), await leaseName(place), await leaseName(place)];
    expect(taken.map(({ name }) => name)).to.deep.equal(['Ada', 'Ada 2', 'Ada 3']);
    for (const lease of taken) lease.release();
  });

  it('gives elements that ask at once their names in their order', async () => {
    const place = request();
    const taken = await Promise.all([leaseName(place), leaseName(place)]);
    expect(taken.map(({ name }) => name)).to.deep.equal(['Ada', 'Ada 2']);
    for (const lease of taken) lease.release();
  });

  it('takes names for the same that the broadcaster takes for the same', async () => {
    const place = request('STRASSE');
    const first = await leaseName(place);
    const second = await leaseName({ ...place, name: person('straße') });
    expect(second.name).to.equal('straße 2');
    first.release();
    second.release();
  });

  it('counts each room and each broadcaster by itself', async () => {
    const place = request();
    const taken = [
      await leaseName(place),
      await leaseName({ ...place, room: 'kitchen' as RoomName }),
      await leaseName(request()),
    ];
    expect(taken.map(({ name }) => name)).to.deep.equal(['Ada', 'Ada', 'Ada']);
    for (const lease of taken) lease.release();
  });

  it('gives a released name again at once', async () => {
    const place = request();
    (await leaseName(place)).release();
    const again = await leaseName(place);
    expect(again.name).to.equal('Ada');
    again.release();
  });

  it('keeps numbered names within their bound and valid', async () => {
    for (const long of [
      'a'.repeat(MAX_NAME_UNITS),
      '😀'.repeat(MAX_NAME_UNITS / 2),
      `${'a'.repeat(61)}😀b`,
    ]) {
      const place = request(long);
      const first = await leaseName(place);
      const second = await leaseName(place);
      expect(second.name).to.match(/ 2$/);
      expect(second.name.length).to.be.at.most(MAX_NAME_UNITS);
      expect(normalizePersonName(second.name)).to.equal(second.name);
      first.release();
      second.release();
    }
  });

  it('waits for the document that it replaces, and keeps its name', async () => {
    const place = request();
    const before = await OtherDocument.open();
    const url = new URL('../../src/rtc/name-lease.ts', import.meta.url);
    const first = await (await before.import<typeof leases>(url)).leaseName(place);
    expect(first.name).to.equal('Ada');
    const leasing = leaseName(place);
    before.close();
    const lease = await leasing;
    expect(lease.name).to.equal('Ada');
    lease.release();
  });

  it('gives another tab the next number', async () => {
    const place = request();
    const tab = await OtherDocument.open();
    const url = new URL('../../src/rtc/name-lease.ts', import.meta.url);
    await (await tab.import<typeof leases>(url)).leaseName(place);
    sessionStorage.clear();
    const lease = await leaseName(place);
    expect(lease.name).to.equal('Ada 2');
    lease.release();
    tab.close();
  });

  it('ends when the signal aborts', async () => {
    const reason = new Error('left');
    const leasing = leaseName({ ...request(), signal: AbortSignal.abort(reason) });
    expect(await leasing.catch((error: unknown) => error)).to.equal(reason);
  });

  it('gives the name itself where the browser has no Web Locks', async () => {
    Object.defineProperty(navigator, 'locks', { configurable: true, value: undefined });
    try {
      const lease = await leaseName(request());
      expect(lease.name).to.equal('Ada');
      lease.release();
    } finally {
      Reflect.deleteProperty(navigator, 'locks');
    }
  });
});
