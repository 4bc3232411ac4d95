import { expect } from 'chai';
import { MAX_TEXT_UNITS } from '../../src/protocol/limits.ts';
import { MemoryBroadcaster } from '../../src/rtc/memory-signaling.ts';
import type { RoomOptions } from '../../src/rtc/room.ts';
import { Room, RtcChatError } from '../../src/rtc/room.ts';
import {
  freshRoomName,
  isConnected,
  makeRoom,
  next,
  textsOf,
  twoRooms,
  until,
} from './support/rooms.ts';
import { hurry } from './support/fake-time.ts';

const codeOf = async (promise: Promise<unknown>): Promise<string> => {
  try {
    await promise;
    return 'fulfilled';
  } catch (error) {
    return error instanceof RtcChatError ? error.code : String(error);
  }
};

const memory = new MemoryBroadcaster();
const ways: readonly (readonly [string, Partial<RoomOptions>])[] = [
  ['a real broadcaster', {}],
  ['a broadcaster in memory', { signaling: () => memory.signaling() }],
];

for (const [way, options] of ways) {
  describe(`Room, introduced by ${way}`, () => {
    it('connects two people who talk both ways', async () => {
      const [ada, bo] = await twoRooms(options);
      await ada.send('Hello Bo');
      await until(bo, () => bo.messages.length === 1);
      await bo.send('Hello Ada');
      await until(ada, () => ada.messages.length === 2);
      expect(textsOf(ada)).to.deep.equal(['Hello Bo', 'Hello Ada']);
      expect(textsOf(bo)).to.deep.equal(['Hello Bo', 'Hello Ada']);
      expect(bo.messages[0]?.author).to.deep.equal(ada.self);
      expect(ada.peers.map((peer) => [peer.name, peer.link])).to.deep.equal([['Bo', 'connected']]);
    });

    it('says how far a message has come', async () => {
      const [ada, bo] = await twoRooms(options);
      const sent = await ada.send('Which shelf is ours?');
      expect(sent.own).to.equal(true);
      await until(ada, () => ada.messages[0]?.state === 'delivered');
      expect(ada.messages[0]).to.include({ delivered: 1, of: 1, seen: 0 });
      bo.markSeen(sent.id);
      await until(ada, () => ada.messages[0]?.state === 'seen');
      expect(ada.messages[0]).to.include({ delivered: 1, of: 1, seen: 1 });
    });

    it('delivers what was written alone to the one who comes', async () => {
      const room = freshRoomName();
      const ada = makeRoom({ ...options, room });
      await ada.join();
      expect(ada.status).to.equal('waiting');
      const message = await ada.send('Anybody?');
      expect(message.state).to.equal('waiting');
      const bo = makeRoom({ ...options, room, name: 'Bo' });
      await bo.join();
      await until(bo, () => bo.messages.length === 1);
      await until(ada, () => ada.messages[0]?.state === 'delivered');
      expect(ada.messages[0]?.of).to.equal(1);
    });

    it('is no longer waiting as soon as somebody is there, connected or not', async () => {
      const room = freshRoomName();
      const ada = makeRoom({ ...options, room });
      await ada.join();
      const seen: string[] = [];
      ada.addEventListener('status', ({ status }) => seen.push(status));
      const bo = makeRoom({ ...options, room, name: 'Bo' });
      await Promise.all([bo.join(), next(ada, 'peer-join')]);
      await until(ada, isConnected);
      expect(seen[0]).to.equal('joining');
      expect(seen).not.to.include('waiting');
    });

    it('keeps what is written while joining and delivers it', async () => {
      const room = freshRoomName();
      const ada = makeRoom({ ...options, room });
      const bo = makeRoom({ ...options, room, name: 'Bo' });
      void ada.join();
      void bo.join();
      await ada.send('Written before anything was there');
      await until(bo, () => bo.messages.length === 1);
    });

    it('connects two who join at the same moment, every time', async () => {
      for (let round = 0; round < 5; round++) {
        const room = freshRoomName();
        const ada = makeRoom({ ...options, room });
        const bo = makeRoom({ ...options, room, name: 'Bo' });
        await Promise.all([ada.join(), bo.join()]);
        await Promise.all([until(ada, isConnected), until(bo, isConnected)]);
        await Promise.all([ada.leave(), bo.leave()]);
      }
    });

    it('tells the others who leaves, and that it was on purpose', async () => {
      const [ada, bo] = await twoRooms(options);
      const left = next(ada, 'peer-leave');
      await bo.leave();
      expect((await left).reason).to.equal('left');
      expect((await left).peer.name).to.equal('Bo');
      expect(ada.status).to.equal('waiting');
      expect(bo.status).to.equal('closed');
    });

    it('delivers everything that was sent just before leaving', async () => {
      const [ada, bo] = await twoRooms(options);
      const texts = Array.from({ length: 50 }, (_, at) => `last words ${at}`);
      await Promise.all(texts.map((text) => bo.send(text)));
      await bo.leave();
      expect(textsOf(ada)).to.deep.equal(texts);
    });

    it('shows who is writing, until the message comes', async () => {
      const [ada, bo] = await twoRooms(options);
      bo.setTyping(true);
      await until(ada, () => ada.peers[0]?.typing === true);
      await bo.send('There');
      await until(ada, () => ada.messages.length === 1);
      expect(ada.peers[0]?.typing).to.equal(false);
    });

    it('renames in place', async () => {
      const [ada, bo] = await twoRooms(options);
      await bo.rename('Bob');
      await until(ada, () => ada.peers[0]?.name === 'Bob');
      expect(bo.self?.name).to.equal('Bob');
      expect(ada.status).to.equal('connected');
    });

    it('goes on talking when the same room object leaves and joins again', async () => {
      const [ada, bo] = await twoRooms(options);
      await bo.send('Before');
      await bo.leave();
      await bo.join();
      await Promise.all([until(ada, isConnected), until(bo, isConnected)]);
      await bo.send('After');
      await until(ada, () => ada.messages.length === 2);
      expect(textsOf(ada)).to.deep.equal(['Before', 'After']);
    });
  });
}

describe('Room', () => {
  it('refuses empty and over-long texts and keeps the rest as it is', async () => {
    const [ada, bo] = await twoRooms();
    expect(await codeOf(ada.send(' \n '))).to.equal('message-empty');
    expect(await codeOf(ada.send('a'.repeat(MAX_TEXT_UNITS + 1)))).to.equal('message-too-long');
    const strange = [
      '<b>&amp;</b>',
      'a\r\nb\tc',
      '\u0000\u001f',
      '\ud800',
      '"'.repeat(MAX_TEXT_UNITS),
      '\u0001'.repeat(MAX_TEXT_UNITS),
    ];
    for (const text of strange) await ada.send(text);
    await until(bo, () => bo.messages.length === strange.length);
    expect(textsOf(bo)).to.deep.equal(strange);
  });

  it('refuses wrong options in words that name them', () => {
    const good = { server: location.origin, room: 'r', name: 'n' };
    const wrong: readonly (readonly [Partial<RoomOptions>, RegExp])[] = [
      [{ room: '' }, /room's name/],
      [{ room: 'a\u0000b' }, /room's name/],
      [{ name: '\u202eevil' }, /name/],
      [{ name: '' }, /name/],
      [{ capacity: 1 }, /capacity/],
      [{ capacity: 2.5 }, /capacity/],
      [{ maxBytes: 0 }, /bytes/],
      [{ maxAuthors: 1.5 }, /authors/],
      [{ maxAgeMs: 0 }, /age/],
      [{ server: 'ftp://x' }, /http/],
      [{ server: 'http://' }, /URL/],
      [{ history: 'forever' as 'none' }, /History/],
    ];
    for (const [options, words] of wrong) {
      expect(() => new Room({ ...good, ...options }), JSON.stringify(options)).to.throw(
        RtcChatError,
        words,
      );
    }
  });

  it('rejects what needs a joined room before it is joined', async () => {
    const room = makeRoom({ room: freshRoomName() });
    expect(await codeOf(room.send('too early'))).to.equal('not-joined');
    await room.leave();
    expect(room.status).to.equal('idle');
  });

  it('refuses the third of a room of two, and lets it in when somebody has left', async () => {
    const [ada, bo] = await twoRooms({ capacity: 2 });
    const [message] = [await ada.send('Just us')];
    const cy = makeRoom({ room: ada.roomName, name: 'Cy' });
    expect(await codeOf(cy.join())).to.equal('room-full');
    expect(cy.status).to.equal('failed');
    expect(cy.error?.code).to.equal('room-full');
    await bo.leave();
    await cy.join();
    await until(cy, () => cy.messages.length === 1);
    expect(cy.messages[0]?.id).to.equal(message.id);
  });

  it('counts another tab of the same browser up: Ada, Ada 2', async () => {
    const room = freshRoomName();
    const ada = makeRoom({ room });
    const twin = makeRoom({ room });
    await ada.join();
    await twin.join();
    expect([ada.self?.name, twin.self?.name]).to.deep.equal(['Ada', 'Ada 2']);
  });

  it('keeps key, messages and ticks over a leave and a join with history="session"', async () => {
    const [ada, bo] = await twoRooms({ history: 'session' });
    await ada.send('Kept');
    await until(ada, () => ada.messages[0]?.state === 'delivered');
    const id = ada.self?.id;
    await ada.leave();
    const again = makeRoom({ room: ada.roomName, history: 'session' });
    await again.join();
    expect(again.self?.id).to.equal(id);
    expect(textsOf(again)).to.deep.equal(['Kept']);
    expect(again.messages[0]?.state).to.equal('delivered');
    await until(again, isConnected);
    await again.send('Second');
    await until(bo, () => bo.messages.length === 2);
  });

  it('shows a long conversation again from its newest page on, and gives all of it to who comes', async () => {
    const room = freshRoomName();
    const ada = makeRoom({ room, history: 'session' });
    await ada.join();
    const texts = Array.from({ length: 1_500 }, (_, at) => `message ${at}`);
    for (const text of texts) await Promise.race([ada.send(text), Promise.resolve()]);
    await until(ada, () => ada.messages.length === texts.length);
    await ada.leave();
    expect(textsOf(ada)).to.deep.equal(texts);
    const sizes: number[] = [];
    const told: string[] = [];
    for (const type of ['status', 'history'] as const)
      ada.addEventListener(type, () => {
        sizes.push(ada.messages.length);
        expect(textsOf(ada)).to.deep.equal(texts.slice(-ada.messages.length));
      });
    ada.addEventListener('message', ({ message }) => told.push(message.text));
    const bo = makeRoom({ room, name: 'Bo' });
    await Promise.all([ada.join(), bo.join()]);
    expect(Math.min(...sizes), 'never empty').to.be.greaterThan(200);
    await Promise.all([
      until(ada, () => !ada.restoring),
      until(bo, () => bo.messages.length === texts.length),
    ]);
    expect(textsOf(ada)).to.deep.equal(texts);
    expect(textsOf(bo)).to.deep.equal(texts);
    await until(ada, () => ada.messages.every(({ state }) => state === 'delivered'));
    expect(told, 'restored, not received').to.deep.equal([]);
  });

  it('waits for a room of the same page that is still leaving the same place', async () => {
    const room = freshRoomName();
    const first = makeRoom({ room, history: 'session' });
    await first.join();
    const id = first.self?.id;
    void first.leave();
    const second = makeRoom({ room, history: 'session' });
    await second.join();
    expect(second.self).to.deep.equal({ id, name: 'Ada' });
  });

  it('ends a join that is left before it is through', async () => {
    const room = makeRoom({ room: freshRoomName() });
    const joining = room.join();
    await room.leave();
    expect(await codeOf(joining)).to.equal('closed');
    expect(room.status).to.equal('closed');
  });

  it('goes on when the broadcaster stops: no error of ours, only its state says so', async () => {
    const broadcaster = new MemoryBroadcaster();
    const [ada, bo] = await twoRooms({ signaling: () => broadcaster.signaling() });
    const gone = until(ada, () => ada.broadcaster === 'offline');
    broadcaster.stop();
    await gone;
    expect([ada.status, ada.error]).to.deep.equal(['connected', null]);
    expect(ada.retryAt).to.be.a('number');
    await ada.send('Still here');
    await until(bo, () => bo.messages.length === 1);
    const back = until(ada, () => ada.broadcaster === 'online');
    broadcaster.start();
    await back;
    expect([ada.status, ada.error]).to.deep.equal(['connected', null]);
  });

  it('says so when there is no way between two browsers, and keeps what is written', async () => {
    const calm = hurry(20);
    try {
      const room = freshRoomName();
      // Only through a relay, and there is none.
      const nowhere = {
        room,
        iceTransportPolicy: 'relay',
        signaling: () => memory.signaling(),
      } as const;
      const ada = makeRoom(nowhere);
      const bo = makeRoom({ ...nowhere, name: 'Bo' });
      const told = next(ada, 'error');
      await Promise.all([ada.join(), bo.join()]);
      expect((await told).error.code).to.equal('peer-unreachable');
      expect([ada.status, ada.peers[0]?.link]).to.deep.equal(['reconnecting', 'unreachable']);
      expect((await ada.send('Can you hear me?')).state).to.equal('waiting');
    } finally {
      calm();
    }
  });

  it('clears what is kept here, and only here, and goes on where it was', async () => {
    const [ada, bo] = await twoRooms({ history: 'session' });
    await ada.send('One');
    await bo.send('Two');
    await until(ada, () => ada.messages.length === 2);
    await ada.clearHistory();
    expect(textsOf(ada)).to.deep.equal([]);
    expect(bo.messages).to.have.length(2);
    const three = await ada.send('Three');
    expect(three.id).to.match(/:2$/);
    await until(bo, () => bo.messages.length === 3);
    await ada.leave();
    const again = makeRoom({ room: ada.roomName, history: 'session' });
    await again.join();
    await until(again, isConnected);
    await bo.send('Four');
    await until(again, () => textsOf(again).includes('Four'));
    expect(textsOf(again)).to.deep.equal(['Three', 'Four']);
  });

  it('writes its own name otherwise without counting itself as another', async () => {
    const [ada, bo] = await twoRooms();
    await ada.rename('ADA');
    expect(ada.self?.name).to.equal('ADA');
    await until(bo, () => bo.peers[0]?.name === 'ADA');
    await ada.rename('Ada');
    expect(ada.self?.name).to.equal('Ada');
  });

  it('carries 10,000 messages sent in a loop, in order', async () => {
    const [ada, bo] = await twoRooms();
    const texts = Array.from({ length: 10_000 }, (_, at) => `message ${at}`);
    for (const text of texts) void ada.send(text);
    await until(bo, () => bo.messages.length === texts.length);
    expect(textsOf(bo)).to.deep.equal(texts);
    await until(ada, () => ada.messages.at(-1)?.state === 'delivered');
  });
});
