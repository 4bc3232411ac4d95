import { expect } from 'chai';
import { MemoryBroadcaster } from '../../src/rtc/memory-signaling.ts';
import { Room } from '../../src/rtc/room.ts';
import { freshRoomName, isConnected, makeRoom, until } from './support/rooms.ts';

/** Everything that a room could leave behind in a page, counted while it is made. */
class Census {
  readonly connections: RTCPeerConnection[] = [];
  readonly collected: number[] = [];
  listeners = 0;
  readonly #RTCPeerConnection = globalThis.RTCPeerConnection;
  readonly #add = globalThis.addEventListener.bind(globalThis);
  readonly #remove = globalThis.removeEventListener.bind(globalThis);
  #empty: (() => void) | null = null;

  constructor() {
    const { connections } = this;
    const look = (): void => this.#look();
    globalThis.RTCPeerConnection = class extends this.#RTCPeerConnection {
      constructor(configuration?: RTCConfiguration) {
        super(configuration);
        connections.push(this);
      }

      override close(): void {
        super.close();
        look();
      }
    };
    const count = (change: number): void => {
      this.listeners += change;
      look();
    };
    const [add, remove] = [this.#add, this.#remove];
    globalThis.addEventListener = ((
      type: string,
      listener: EventListener,
      options?: AddEventListenerOptions,
    ) => {
      count(1);
      options?.signal?.addEventListener('abort', () => count(-1));
      add(type, listener, options);
    }) as typeof globalThis.addEventListener;
    globalThis.removeEventListener = ((type: string, listener: EventListener) => {
      count(-1);
      remove(type, listener);
    }) as typeof globalThis.removeEventListener;
  }

  get live(): number {
    return this.connections.filter(({ connectionState }) => connectionState !== 'closed').length;
  }

  /** Handlers that would keep a closed connection from being collected. */
  get handlers(): string[] {
    return this.connections.flatMap((pc) =>
      (
        [
          'onicecandidate',
          'oniceconnectionstatechange',
          'onconnectionstatechange',
          'onnegotiationneeded',
        ] as const
      ).filter((name) => pc[name] !== null),
    );
  }

  /** Fulfils when there is no connection and no listener: at the `close` or the removal that makes it so. */
  drained(): Promise<void> {
    return new Promise((resolve) => {
      this.#empty = resolve;
      this.#look();
    });
  }

  #look(): void {
    if (this.live === 0 && this.listeners === 0) this.#empty?.();
  }

  restore(): void {
    globalThis.RTCPeerConnection = this.#RTCPeerConnection;
    globalThis.addEventListener = this.#add;
    globalThis.removeEventListener = this.#remove;
  }
}

const locks = async (): Promise<string[]> => {
  const { held = [], pending = [] } = await navigator.locks.query();
  return [...held, ...pending]
    .map(({ name }) => name ?? '')
    .filter((name) => name.includes('rtc-chat'));
};

describe('Room, in a page that stays', () => {
  let census: Census;
  before(async () => {
    // What is loaded with the first join stays, and is not ours.
    const first = makeRoom({ room: freshRoomName() });
    await first.join();
    await first.leave();
  });
  beforeEach(() => (census = new Census()));
  afterEach(() => census.restore());

  it('leaves nothing behind after a hundred joins and leaves', async function () {
    this.timeout(60_000);
    const before = await locks();
    const room = freshRoomName();
    const host = new Room({ server: location.origin, room, name: 'Host', history: 'none' });
    await host.join();
    for (let times = 0; times < 30; times++) {
      const guest = new Room({ server: location.origin, room, name: 'Guest', history: 'session' });
      await guest.join();
      await until(guest, isConnected);
      await guest.leave();
    }
    await host.leave();
    for (let times = 0; times < 69; times++) {
      const alone = new Room({ server: location.origin, room, name: 'Alone', history: 'none' });
      // Some are left before they are in.
      const joining = alone.join().catch(() => undefined);
      if (times % 2 === 0) await joining;
      await alone.leave();
    }
    await census.drained();
    expect(census.connections.length).to.be.at.least(90);
    expect([census.live, census.listeners, census.handlers]).to.deep.equal([0, 0, []]);
    expect(await locks()).to.deep.equal(before);
  });

  it('lets nobody in while it is being left', async () => {
    const broadcaster = new MemoryBroadcaster();
    const options = { room: freshRoomName(), signaling: () => broadcaster.signaling() };
    const ada = makeRoom(options);
    await ada.join();
    const guests = ['Bo', 'Cy', 'Di'].map((name) => makeRoom({ ...options, name }));
    const joining = guests.map((guest) => guest.join());
    await ada.leave();
    await Promise.all(joining);
    await Promise.all(
      guests.map((guest) =>
        until(guest, ({ peers }) => peers.filter(({ link }) => link === 'connected').length === 2),
      ),
    );
    await Promise.all(guests.map((guest) => guest.leave()));
    await census.drained();
    expect(census.listeners).to.equal(0);
  });

  it('is one room when a framework mounts twice', async () => {
    const room = freshRoomName();
    const options = { server: location.origin, room, name: 'Ada', history: 'session' as const };
    const first = new Room(options);
    first.join().catch(() => undefined);
    void first.leave();
    const second = new Room(options);
    await second.join();
    expect(second.self?.name).to.equal('Ada');
    expect(second.peers).to.deep.equal([]);
    await second.leave();
    expect([first.status, second.status]).to.deep.equal(['closed', 'closed']);
    await census.drained();
    expect([census.live, census.listeners]).to.deep.equal([0, 0]);
  });

  it('can leave twice, and before it has joined', async () => {
    const room = makeRoom({ room: freshRoomName() });
    await room.leave();
    await room.join();
    await Promise.all([room.leave(), room.leave()]);
    await room.leave();
    await census.drained();
    expect(room.status).to.equal('closed');
  });
});

describe('Room, sending more than the path takes', () => {
  it('keeps the channel’s buffer bounded while 50,000 messages are sent', async function () {
    this.timeout(120_000);
    let most = 0;
    const real = globalThis.RTCPeerConnection;
    globalThis.RTCPeerConnection = class extends real {
      override createDataChannel(label: string, options?: RTCDataChannelInit): RTCDataChannel {
        const channel = super.createDataChannel(label, options);
        const send = channel.send.bind(channel);
        channel.send = (data: never) => {
          send(data);
          most = Math.max(most, channel.bufferedAmount);
        };
        return channel;
      }
    };
    try {
      const room = freshRoomName();
      const ada = makeRoom({ room });
      const bo = makeRoom({ room, name: 'Bo' });
      await ada.join();
      await bo.join();
      await Promise.all([until(ada, isConnected), until(bo, isConnected)]);
      let heard = 0;
      let inOrder = true;
      const all = new Promise<void>((resolve) =>
        bo.addEventListener('message', ({ message }) => {
          inOrder &&= message.text === `message ${heard}`;
          if (++heard === 50_000) resolve();
        }),
      );
      for (let at = 0; at < 50_000; at++) void ada.send(`message ${at}`);
      await all;
      expect(inOrder).to.equal(true);
      // The high-water mark, a batch above it, and small frames.
      expect(most).to.be.lessThan(600_000);
    } finally {
      globalThis.RTCPeerConnection = real;
    }
  });
});
