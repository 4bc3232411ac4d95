import { expect } from 'chai';
import { MemoryBroadcaster } from '../../src/rtc/memory-signaling.ts';
import type { Room, RoomOptions } from '../../src/rtc/room.ts';
import { freshRoomName, makeRoom, next, textsOf, until } from './support/rooms.ts';

/** So many rooms of one page that have all found each other. */
async function crowd(size: number, options: Partial<RoomOptions> = {}): Promise<Room[]> {
  const room = freshRoomName();
  const rooms = Array.from({ length: size }, (_, at) =>
    makeRoom({ room, name: `Person ${at}`, ...options }),
  );
  await Promise.all(rooms.map((each) => each.join()));
  await linked(rooms);
  return rooms;
}

const linked = (rooms: readonly Room[]): Promise<unknown> =>
  Promise.all(
    rooms.map((each) =>
      until(
        each,
        ({ peers }) => peers.filter(({ link }) => link === 'connected').length === rooms.length - 1,
      ),
    ),
  );

/** Everyone says something, and everyone hears everyone. */
async function everyoneTalks(rooms: readonly Room[], word: string): Promise<void> {
  const texts = rooms.map((_, at) => `${word} ${at}`);
  await Promise.all(rooms.map((each, at) => each.send(texts[at] ?? '')));
  await Promise.all(
    rooms.map((each) => until(each, (room) => texts.every((text) => textsOf(room).includes(text)))),
  );
}

describe('Mesh', () => {
  it('links eight who come at the same moment, each with each', async () => {
    const rooms = await crowd(8);
    await everyoneTalks(rooms, 'hello');
    await until(rooms[0] as Room, ({ messages }) =>
      messages.some(({ own, state, delivered }) => own && state === 'delivered' && delivered === 7),
    );
  });

  it('links sixteen', async function () {
    this.timeout(60_000);
    await everyoneTalks(await crowd(16), 'hello');
  });

  it('notices one leaving, and the others talk on', async () => {
    const [leaver, ...rest] = await crowd(4);
    const gone = rest.map((each) => next(each, 'peer-leave'));
    await leaver?.leave();
    for (const event of await Promise.all(gone)) expect(event.reason).to.equal('left');
    await linked(rest);
    await everyoneTalks(rest, 'without one');
  });

  it('talks on without the broadcaster, and lets somebody in when it is back', async () => {
    const broadcaster = new MemoryBroadcaster();
    const options = { signaling: () => broadcaster.signaling() };
    const rooms = await crowd(3, options);
    broadcaster.stop();
    await everyoneTalks(rooms, 'without');
    expect(rooms.map(({ status }) => status)).to.deep.equal(Array(3).fill('connected'));
    broadcaster.start();
    await Promise.all(rooms.map((each) => until(each, (room) => room.broadcaster === 'online')));
    const late = makeRoom({ ...options, room: rooms[0]?.roomName ?? '', name: 'Late' });
    await late.join();
    await linked([...rooms, late]);
    await everyoneTalks([...rooms, late], 'with');
  });

  it('mends a broken link through a common neighbour when the broadcaster is gone', async () => {
    const connections: RTCPeerConnection[] = [];
    const real = globalThis.RTCPeerConnection;
    globalThis.RTCPeerConnection = class extends real {
      constructor(configuration?: RTCConfiguration) {
        super(configuration);
        connections.push(this);
      }
    };
    try {
      const broadcaster = new MemoryBroadcaster();
      const options = { signaling: () => broadcaster.signaling(), history: 'session' as const };
      const rooms = await crowd(3, options);
      broadcaster.stop();
      const [first] = rooms as [Room, Room, Room];
      const broken = until(first, ({ peers }) => peers.some(({ link }) => link === 'reconnecting'));
      connections.find(({ connectionState }) => connectionState === 'connected')?.close();
      for (const each of rooms) each.retry();
      await Promise.race([broken, linked(rooms)]);
      await linked(rooms);
      await everyoneTalks(rooms, 'mended');
    } finally {
      globalThis.RTCPeerConnection = real;
    }
  });
});
