import { expect } from 'chai';
import type {
  JoinAnswer,
  JoinRequest,
  ListedPeer,
  SignalDelivery,
  SignalRequest,
} from '../../src/protocol/broadcaster-messages.ts';
import type { SignalBody, SignedSignal } from '../../src/protocol/signal.ts';
import { MemoryBroadcaster } from '../../src/rtc/memory-signaling.ts';
import type { Room } from '../../src/rtc/room.ts';
import type { Signaling, SignalingHandlers } from '../../src/rtc/signaling.ts';
import { hurry } from './support/fake-time.ts';
import { freshRoomName, isConnected, makeRoom, next, until } from './support/rooms.ts';

/** A way to a broadcaster in memory that lies, or forgets, as the test says; and all that went by it. */
class Crooked implements Signaling {
  readonly origin: string;
  readonly host: string;
  readonly sent: SignalRequest[] = [];
  readonly delivered: SignalDelivery[] = [];
  readonly joins: JoinRequest[] = [];
  handlers: SignalingHandlers | null = null;
  /** Whether a signal is delivered. */
  passes: (delivery: SignalDelivery) => boolean = () => true;
  answers: (answer: JoinAnswer) => JoinAnswer = (answer) => answer;
  readonly #way: Signaling;

  constructor(broadcaster: MemoryBroadcaster) {
    this.#way = broadcaster.signaling();
    ({ origin: this.origin, host: this.host } = this.#way);
  }

  get sessionId(): string | null {
    return this.#way.sessionId;
  }

  open(handlers: SignalingHandlers): void {
    this.handlers = handlers;
    this.#way.open({
      connected: () => handlers.connected(),
      disconnected: (retryInMs) => handlers.disconnected(retryInMs),
      peerJoined: (peer) => handlers.peerJoined(peer),
      peerLeft: (peer) => handlers.peerLeft(peer),
      replaced: () => handlers.replaced(),
      signal: (delivery) => {
        this.delivered.push(delivery);
        if (this.passes(delivery)) handlers.signal(delivery);
      },
    });
  }

  async join(request: JoinRequest): Promise<JoinAnswer> {
    this.joins.push(request);
    return this.answers(await this.#way.join(request));
  }

  signal(request: SignalRequest): Promise<void> {
    this.sent.push(request);
    return this.#way.signal(request);
  }

  ice = () => this.#way.ice();
  leave = () => this.#way.leave();
  retry = () => this.#way.retry();
  close = () => this.#way.close();
}

const isOpen = ({ signal }: { readonly signal: string }): boolean =>
  (JSON.parse(signal) as SignedSignal).open === true;
const bodyOf = ({ signal }: { readonly signal: string }): SignalBody =>
  JSON.parse((JSON.parse(signal) as SignedSignal).body) as SignalBody;
const offersOf = ({ sent }: Crooked): SignalBody[] =>
  sent.map(bodyOf).filter(({ description }) => description?.type === 'offer');

describe('Room, offering to whoever is there', () => {
  let broadcaster: MemoryBroadcaster;
  let room: string;

  /** Somebody, and the way that it takes. */
  const person = (name: string): readonly [Room, Crooked] => {
    const way = new Crooked(broadcaster);
    return [makeRoom({ room, name, signaling: () => way }), way];
  };
  const linked = (one: Room, count: number): Promise<void> =>
    until(one, ({ peers }) => peers.filter(({ link }) => link === 'connected').length === count);

  beforeEach(() => {
    broadcaster = new MemoryBroadcaster();
    room = freshRoomName();
  });

  it('has offered with its join, and says the offer no second time', async () => {
    const [ada, adas] = person('Ada');
    const [bo, bos] = person('Bo');
    await ada.join();
    await bo.join();
    await Promise.all([until(ada, isConnected), until(bo, isConnected)]);
    expect(offersOf(bos)).to.deep.equal([]);
    expect(adas.delivered.filter(isOpen).length).to.equal(1);
    expect(bodyOf(adas.delivered[0] ?? { signal: '' })).to.include({ epoch: 1, n: 1, toEpoch: 0 });
    await bo.send('At once');
    await until(ada, ({ messages }) => messages.length === 1);
  });

  it('says it again, to the one who is there, when it was lost', async () => {
    const [ada, adas] = person('Ada');
    const [bo, bos] = person('Bo');
    adas.passes = (delivery) => !isOpen(delivery);
    await ada.join();
    const slow = hurry(10);
    try {
      await bo.join();
      await Promise.all([until(ada, isConnected), until(bo, isConnected)]);
    } finally {
      slow();
    }
    expect(offersOf(bos)[0]).to.include({ epoch: 1, n: 1, toEpoch: 0 });
  });

  it('takes a fresh connection where servers are given', async () => {
    const [ada] = person('Ada');
    const [bo, bos] = person('Bo');
    await ada.join();
    const iceServers = [{ urls: 'stun:127.0.0.1:3478' }];
    bos.answers = (answer) => ({ ...answer, iceServers });
    await bo.join();
    await Promise.all([linked(ada, 1), linked(bo, 1)]);
    expect(offersOf(bos)[0]).to.include({ epoch: 2, n: 1 });
  });

  it('ends no link when its offer comes again, however late and however often', async () => {
    const [ada, adas] = person('Ada');
    const [bo] = person('Bo');
    await ada.join();
    await bo.join();
    await Promise.all([linked(ada, 1), linked(bo, 1)]);
    const [offer] = adas.delivered.filter(isOpen);
    if (!offer) throw new Error('no offer');
    const replay = (): void => adas.handlers?.signal(offer);
    for (let times = 0; times < 50; times++) replay();
    await bo.send('Still here');
    await until(ada, ({ messages }) => messages.length === 1);
    expect(ada.peers.map(({ link }) => link)).to.deep.equal(['connected']);

    const left = next(ada, 'peer-leave');
    await bo.leave();
    await left;
    replay();
    // Bo comes as somebody else does, and the offer of its former life is tried on the new link.
    await bo.join();
    await Promise.all([linked(ada, 1), linked(bo, 1)]);
    for (let times = 0; times < 50; times++) replay();
    await bo.send('Still here again');
    await until(ada, ({ messages }) => messages.length === 2);
    expect(ada.peers.map(({ link }) => link)).to.deep.equal(['connected']);
  });

  it('makes nobody appear by an offer that was kept', async () => {
    const [ada, adas] = person('Ada');
    const [bo] = person('Bo');
    await ada.join();
    await bo.join();
    await Promise.all([linked(ada, 1), linked(bo, 1)]);
    const [offer] = adas.delivered.filter(isOpen);
    await Promise.all([ada.leave(), bo.leave()]);
    // Another life, which has never seen Bo.
    const [again, way] = person('Ada');
    await again.join();
    if (offer) way.handlers?.signal(offer);
    const [cy] = person('Cy');
    await cy.join();
    await linked(again, 1);
    expect(again.peers.map(({ name }) => name)).to.deep.equal(['Cy']);
  });

  it('is heard by both, and linked to both, when it was handed to two', async () => {
    const [ada, adas] = person('Ada');
    const [cy, cys] = person('Cy');
    await Promise.all([ada.join(), cy.join()]);
    await Promise.all([linked(ada, 1), linked(cy, 1)]);
    const [bo, bos] = person('Bo');
    let listed: readonly ListedPeer[] = [];
    bos.answers = (answer) => {
      // To Bo it looks as if only the first were there; both get what it has offered.
      const [first] = (listed = answer.peers);
      const { key, instance, offer } = bos.joins[0] ?? {};
      if (!first || !key || !instance || !offer) throw new Error('no offer');
      for (const { handlers } of [adas, cys])
        queueMicrotask(() => handlers?.signal({ from: answer.self.id, instance, signal: offer }));
      return { ...answer, peers: [first], offered: true };
    };
    await bo.join();
    await linked(bo, 1);
    for (const peer of listed) bos.handlers?.peerJoined(peer);
    const slow = hurry(10);
    try {
      await Promise.all([linked(bo, 2), linked(ada, 2), linked(cy, 2)]);
    } finally {
      slow();
    }
    await bo.send('To both');
    await Promise.all([ada, cy].map((one) => until(one, ({ messages }) => messages.length === 1)));
  });
});
