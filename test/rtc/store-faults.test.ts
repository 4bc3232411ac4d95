import { expect } from 'chai';
import { deleteDB, openDB } from 'idb';
import { DATABASE_NAME } from '../../src/rtc/database.ts';
import type * as rooms from '../../src/rtc/room.ts';
import type { Room } from '../../src/rtc/room.ts';
import { OtherDocument } from './support/document.ts';
import { codeOf } from './support/errors.ts';
import { withProperty } from './support/replaced-property.ts';
import { freshRoomName, isConnected, makeRoom, textsOf, twoRooms, until } from './support/rooms.ts';

/** As long as `work` runs, this origin has no space left. */
const withoutSpace = (work: () => Promise<void>): Promise<void> =>
  withProperty(
    IDBObjectStore.prototype,
    'put',
    () => {
      throw new DOMException('no space', 'QuotaExceededError');
    },
    work,
  );

/** The codes of the errors that a room has told its page. */
function errorsOf(room: Room): string[] {
  const codes: string[] = [];
  room.addEventListener('error', ({ error }) => codes.push(error.code));
  return codes;
}

/** Both have the same texts, each under one id, and no id stands twice. */
async function expectSame(
  [ada, bo]: readonly [Room, Room],
  texts: readonly string[],
): Promise<void> {
  for (const room of [ada, bo]) await until(room, () => room.messages.length === texts.length);
  for (const room of [ada, bo]) {
    expect(textsOf(room).toSorted()).to.deep.equal(texts.toSorted());
    expect(new Set(room.messages.map(({ id }) => id)).size).to.equal(texts.length);
  }
  const idsOf = (room: Room) => room.messages.map(({ id }) => id).toSorted();
  expect(idsOf(ada)).to.deep.equal(idsOf(bo));
}

/** A room in another tab of this browser, with its own engine. */
async function elsewhere(
  options: Omit<rooms.RoomOptions, 'server'>,
): Promise<{ readonly tab: OtherDocument; readonly room: Room }> {
  const tab = await OtherDocument.open();
  const url = new URL('../../src/rtc/room.ts', import.meta.url);
  const engine = await tab.import<typeof rooms>(url);
  return { tab, room: new engine.Room({ server: location.origin, ...options }) };
}

const seqOf = ({ id }: { readonly id: string }): number => Number(id.split(':').at(-1));

for (const history of ['session', 'device'] as const) {
  describe(`a conversation with history="${history}"`, () => {
    it('refuses to send without space, says so, still reads, and goes on when there is some', async () => {
      const ada = makeRoom({ room: freshRoomName(), history });
      // With a store of its own to write to, which does not fail.
      const { tab, room: bo } = await elsewhere({ room: ada.roomName, name: 'Bo', history });
      await ada.join();
      await bo.join();
      await Promise.all([until(ada, isConnected), until(bo, isConnected)]);
      const errors = errorsOf(ada);
      await ada.send('One');
      await withoutSpace(async () => {
        expect(await codeOf(ada.send('No room'))).to.equal('store-full');
        await bo.send('Two');
        await bo.send('Three');
        await until(ada, () => ada.messages.length === 3);
        expect(errors, 'said once').to.deep.equal(['store-full']);
        expect(ada.historyError?.code, 'and for as long as it is so').to.equal('store-full');
        expect(ada.history).to.equal(history);
      });
      const four = await ada.send('Four');
      expect(seqOf(four)).to.equal(2);
      expect(ada.historyError).to.equal(null);
      await expectSame([ada, bo], ['One', 'Two', 'Three', 'Four']);
      await bo.leave();
      tab.close();
    });

    it('goes on in memory when the store is wiped in the middle, says so, and never continues that log', async () => {
      const [ada, bo] = await twoRooms({ history }, { history: 'none' });
      const errors = errorsOf(ada);
      const { id } = ada.self!;
      await ada.send('One');
      await deleteDB(DATABASE_NAME);
      sessionStorage.clear();
      localStorage.clear();
      expect(seqOf(await ada.send('Two'))).to.equal(2);
      await bo.send('Three');
      expect(seqOf(await ada.send('Four'))).to.equal(3);
      expect(errors).to.deep.equal(['store-unavailable']);
      expect([ada.history, ada.historyError?.code]).to.deep.equal(['none', 'store-unavailable']);
      await expectSame([ada, bo], ['One', 'Two', 'Three', 'Four']);
      await ada.leave();
      const again = makeRoom({ room: ada.roomName, history });
      await again.join();
      expect(again.self?.id).not.to.equal(id);
      expect([again.history, again.historyError]).to.deep.equal([history, null]);
      await until(again, isConnected);
      await again.send('Five');
      await expectSame([again, bo], ['One', 'Two', 'Three', 'Four', 'Five']);
    });

    it('comes back to its key and its messages without space, and refuses to send until there is some', async () => {
      const ada = makeRoom({ room: freshRoomName(), history });
      await ada.join();
      const { id } = ada.self!;
      await ada.send('One');
      await ada.leave();
      const again = makeRoom({ room: ada.roomName, history });
      await withoutSpace(async () => {
        await again.join();
        await until(again, () => again.messages.length === 1);
        expect([again.self?.id, again.history]).to.deep.equal([id, history]);
        expect(await codeOf(again.send('No room'))).to.equal('store-full');
      });
      expect(seqOf(await again.send('Two'))).to.equal(2);
      expect(textsOf(again)).to.deep.equal(['One', 'Two']);
    });

    it('talks from memory where the browser refuses to store the key, and says so', async () => {
      const refuse = (): never => {
        throw new DOMException('no keys in private windows', 'DataCloneError');
      };
      const ada = makeRoom({ room: freshRoomName(), history });
      await withProperty(IDBObjectStore.prototype, 'put', refuse, () => ada.join());
      const bo = makeRoom({ room: ada.roomName, history: 'none' });
      await bo.join();
      await Promise.all([until(ada, isConnected), until(bo, isConnected)]);
      expect([ada.history, ada.historyError?.code]).to.deep.equal(['none', 'store-unavailable']);
      await ada.send('One');
      await expectSame([ada, bo], ['One']);
      const { id } = ada.self!;
      await ada.leave();
      const again = makeRoom({ room: ada.roomName, history });
      await again.join();
      expect(again.self?.id).not.to.equal(id);
      expect(again.history).to.equal(history);
    });

    it('begins in memory where another tab blocks the store, and says so', async () => {
      await deleteDB(DATABASE_NAME);
      const older = await openDB(DATABASE_NAME, 1, {
        upgrade: (database) => void database.createObjectStore('batches'),
      });
      try {
        const [ada, bo] = await twoRooms({ history }, { history: 'none' });
        expect([ada.history, ada.historyError?.code]).to.deep.equal(['none', 'store-unavailable']);
        await ada.send('One');
        await bo.send('Two');
        await expectSame([ada, bo], ['One', 'Two']);
      } finally {
        older.close();
        await deleteDB(DATABASE_NAME);
      }
    });

    for (const [missing, target, key] of [
      ['IndexedDB', globalThis, 'indexedDB'],
      ['Web Locks', navigator, 'locks'],
    ] as const) {
      it(`begins in memory where the browser has no ${missing}, and says so`, () =>
        withProperty(target, key, undefined, async () => {
          const [ada, bo] = await twoRooms({ history }, { history: 'none' });
          expect([ada.history, ada.historyError?.code]).to.deep.equal([
            'none',
            'store-unavailable',
          ]);
          await ada.send('One');
          await bo.send('Two');
          await expectSame([ada, bo], ['One', 'Two']);
        }));
    }

    it('is two people in two tabs of one browser, and a third reads each of their messages once', async () => {
      const room = freshRoomName();
      const ada = makeRoom({ room, history });
      await ada.join();
      const { tab, room: twin } = await elsewhere({ room, name: 'Ada', history });
      await twin.join();
      const bo = makeRoom({ room, name: 'Bo' });
      await bo.join();
      await until(bo, ({ peers }) => peers.filter(({ link }) => link === 'connected').length === 2);
      const texts = Array.from({ length: 20 }, (_, at) => `${at}`);
      await Promise.all(texts.map((text, at) => (at % 2 ? twin : ada).send(text)));
      await expectSame([ada, bo], texts);
      expect(ada.self?.id).not.to.equal(twin.self?.id);
      await twin.leave();
      tab.close();
    });
  });
}
