import { expect } from 'chai';
import {
  JOIN_ON_CONNECT,
  OPEN_OFFER,
  type JoinAnswer,
  type JoinRequest,
  type ListedPeer,
} from '../../src/protocol/broadcaster-messages.ts';
import type { InstanceId, PeerId, PersonName, RoomName } from '../../src/protocol/ids.ts';
import { joinProofText } from '../../src/protocol/signing.ts';
import { createKeyPair, identityOf, type Identity } from '../../src/rtc/identity.ts';
import { MemoryBroadcaster } from '../../src/rtc/memory-signaling.ts';
import { SocketIoSignaling, type Signaling } from '../../src/rtc/signaling.ts';
import { codeOf } from './support/errors.ts';
import { freshInstance } from './support/link-pair.ts';
import { freshRoomName } from './support/rooms.ts';

type Heard =
  | { readonly type: 'connected' | 'replaced' }
  | { readonly type: 'disconnected'; readonly retryInMs: number }
  | ({ readonly type: 'joined' } & ListedPeer)
  | { readonly type: 'left'; readonly id: PeerId; readonly reason: string }
  | {
      readonly type: 'signal';
      readonly from: PeerId;
      readonly instance: InstanceId;
      readonly signal: string;
    };

const made: Visitor[] = [];

/** Somebody with a key and a way to the broadcaster, and all that comes by it. */
class Visitor {
  readonly identity: Identity;
  readonly signaling: Signaling;
  readonly heard: Heard[] = [];
  instance = freshInstance();
  readonly #waiting = new Set<() => void>();

  static async create(signaling: Signaling, identity?: Identity): Promise<Visitor> {
    const visitor = new Visitor(signaling, identity ?? (await identityOf(await createKeyPair())));
    await visitor.next('connected');
    return visitor;
  }

  private constructor(signaling: Signaling, identity: Identity) {
    this.signaling = signaling;
    this.identity = identity;
    made.push(this);
    const note = (heard: Heard): void => {
      this.heard.push(heard);
      for (const look of this.#waiting) look();
    };
    signaling.open({
      connected: () => note({ type: 'connected' }),
      disconnected: (retryInMs) => note({ type: 'disconnected', retryInMs }),
      peerJoined: (peer) => note({ type: 'joined', ...peer }),
      peerLeft: ({ id, reason }) => note({ type: 'left', id, reason }),
      signal: (delivery) => note({ type: 'signal', ...delivery }),
      replaced: () => note({ type: 'replaced' }),
    });
  }

  get id(): PeerId {
    return this.identity.id;
  }

  async request(room: string, name: string, more: Partial<JoinRequest> = {}): Promise<JoinRequest> {
    const { host, sessionId } = this.signaling;
    const proof = await this.identity.sign(joinProofText(host, sessionId ?? '', room));
    const { key } = this.identity;
    const names = { room: room as RoomName, name: name as PersonName };
    return { v: 1, ...names, key, instance: this.instance, proof, ...more };
  }

  async join(room: string, name: string, more: Partial<JoinRequest> = {}): Promise<JoinAnswer> {
    return this.signaling.join(await this.request(room, name, more));
  }

  /** The first of this type, heard already or still to come; it is taken out. */
  next<T extends Heard['type']>(type: T): Promise<Extract<Heard, { type: T }>> {
    return new Promise((resolve) => {
      const look = (): void => {
        const at = this.heard.findIndex((heard) => heard.type === type);
        if (at < 0) return;
        this.#waiting.delete(look);
        resolve(this.heard.splice(at, 1)[0] as Extract<Heard, { type: T }>);
      };
      this.#waiting.add(look);
      look();
    });
  }
}

afterEach(() => {
  for (const { signaling } of made.splice(0)) signaling.close();
});

const memory = new MemoryBroadcaster();
const ways: readonly (readonly [string, () => Signaling])[] = [
  ['Socket.IO', () => new SocketIoSignaling(new URL(location.origin))],
  ['memory', () => memory.signaling()],
];

for (const [way, signaling] of ways) {
  describe(`Signaling over ${way}`, () => {
    let room: string;
    const visitor = (identity?: Identity): Promise<Visitor> =>
      Visitor.create(signaling(), identity);

    beforeEach(() => (room = freshRoomName()));

    it('has a session with an id of its own', async () => {
      const [ada, bo] = [await visitor(), await visitor()];
      expect(ada.signaling.sessionId).to.be.a('string');
      expect(ada.signaling.sessionId).not.to.equal(bo.signaling.sessionId);
      expect(ada.signaling.origin).to.equal(bo.signaling.origin);
    });

    it('answers a join with who we are, who is there and what holds here', async () => {
      const [ada, bo] = [await visitor(), await visitor()];
      const alone = await ada.join(room, 'Ada');
      expect(alone.self).to.deep.equal({ id: ada.id, name: 'Ada' });
      expect(alone.peers).to.deep.equal([]);
      expect(alone.limits.capacity).to.equal(16);
      expect(Math.abs(alone.now - Date.now())).to.be.lessThan(60_000);
      const second = await bo.join(room, 'Bo');
      expect(second.peers).to.deep.equal([{ id: ada.id, name: 'Ada', instance: ada.instance }]);
    });

    it('announces who comes, to those who are in the same room only', async () => {
      const [ada, bo, cy] = [await visitor(), await visitor(), await visitor()];
      await ada.join(room, 'Ada');
      await cy.join(freshRoomName(), 'Cy');
      await bo.join(room, 'Bo');
      expect(await ada.next('joined')).to.deep.equal({
        type: 'joined',
        id: bo.id,
        name: 'Bo',
        instance: bo.instance,
      });
      await cy.signaling.leave();
      expect(cy.heard).to.deep.equal([]);
    });

    it('stamps a signal with who sent it and in which life', async () => {
      const [ada, bo] = [await visitor(), await visitor()];
      await ada.join(room, 'Ada');
      await bo.join(room, 'Bo');
      await bo.signaling.signal({ to: ada.id, signal: 'anything "at all"' });
      expect(await ada.next('signal')).to.deep.equal({
        type: 'signal',
        from: bo.id,
        instance: bo.instance,
        signal: 'anything "at all"',
      });
    });

    it('delivers signals in their order', async () => {
      const [ada, bo] = [await visitor(), await visitor()];
      await ada.join(room, 'Ada');
      await bo.join(room, 'Bo');
      const texts = Array.from({ length: 50 }, (_, at) => `signal ${at}`);
      await Promise.all(texts.map((signal) => bo.signaling.signal({ to: ada.id, signal })));
      const heard: string[] = [];
      while (heard.length < texts.length) heard.push((await ada.next('signal')).signal);
      expect(heard).to.deep.equal(texts);
    });

    it('refuses a signal to nobody, to oneself and to somebody of another room', async () => {
      const [ada, cy] = [await visitor(), await visitor()];
      await ada.join(room, 'Ada');
      await cy.join(freshRoomName(), 'Cy');
      for (const to of ['x'.repeat(22) as PeerId, ada.id, cy.id])
        expect(await codeOf(ada.signaling.signal({ to, signal: 's' }))).to.equal(
          'peer-unavailable',
        );
    });

    it('refuses what needs a room before the join and after the leave', async () => {
      const ada = await visitor();
      const all = async (): Promise<string[]> =>
        Promise.all([
          codeOf(ada.signaling.signal({ to: 'x'.repeat(22) as PeerId, signal: 's' })),
          codeOf(ada.signaling.ice()),
          codeOf(ada.signaling.leave()),
        ]);
      const notIn = ['not-in-room', 'not-in-room', 'not-in-room'];
      expect(await all()).to.deep.equal(notIn);
      await ada.join(room, 'Ada');
      expect((await ada.signaling.ice()).iceServers).to.deep.equal([]);
      await ada.signaling.leave();
      expect(await all()).to.deep.equal(notIn);
    });

    it('hands an open offer to the only other one, after the news of who made it', async () => {
      const [ada, bo] = [await visitor(), await visitor()];
      expect((await ada.join(room, 'Ada', { features: [OPEN_OFFER] })).offered).to.equal(undefined);
      const offer = 'for whoever is there';
      expect((await bo.join(room, 'Bo', { offer })).offered).to.equal(true);
      const { signal, from, instance } = await ada.next('signal');
      expect([signal, from, instance]).to.deep.equal([offer, bo.id, bo.instance]);
      expect(ada.heard.map(({ type }) => type)).to.deep.equal(['joined']);
    });

    it('hands an open offer to nobody else', async () => {
      const [ada, bo, cy] = [await visitor(), await visitor(), await visitor()];
      const offer = 'for whoever is there';
      const features = [OPEN_OFFER];
      expect((await ada.join(room, 'Ada', { offer })).offered).to.equal(false);
      expect((await bo.join(room, 'Bo', { offer, features })).offered).to.equal(false);
      expect((await cy.join(room, 'Cy', { offer, features })).offered).to.equal(false);
      await ada.signaling.leave();
      expect((await cy.join(room, 'Cyd', { offer, features })).offered).to.equal(false);
      await cy.signaling.signal({ to: bo.id, signal: 'the first' });
      expect((await bo.next('signal')).signal).to.equal('the first');
      expect(ada.heard.filter(({ type }) => type === 'signal')).to.deep.equal([]);
    });

    it('renames in place', async () => {
      const [ada, bo] = [await visitor(), await visitor()];
      await ada.join(room, 'Ada');
      await bo.join(room, 'Bo');
      await ada.next('joined');
      const again = await bo.join(room, 'Bob');
      expect(again.self.name).to.equal('Bob');
      expect(again.peers.map(({ id }) => id)).to.deep.equal([ada.id]);
      expect(await ada.next('joined')).to.include({ id: bo.id, name: 'Bob' });
      expect(ada.heard).to.deep.equal([]);
    });

    it('refuses another room or another key on the same session', async () => {
      const ada = await visitor();
      await ada.join(room, 'Ada');
      expect(await codeOf(ada.join(freshRoomName(), 'Ada'))).to.equal('invalid-message');
      await ada.signaling.leave();
      expect((await ada.join(freshRoomName(), 'Ada')).peers).to.deep.equal([]);
    });

    it('refuses a name that somebody has, however it is written', async () => {
      const [ada, bo] = [await visitor(), await visitor()];
      await ada.join(room, 'Ada Straße');
      expect(await codeOf(bo.join(room, 'ADA STRASSE'))).to.equal('name-taken');
      expect((await bo.join(room, 'Bo')).peers.length).to.equal(1);
    });

    it('refuses the third of a room of two, and lets it in after a leave', async () => {
      const [ada, bo, cy] = [await visitor(), await visitor(), await visitor()];
      const { limits } = await ada.join(room, 'Ada', { capacity: 2 });
      expect(limits.capacity).to.equal(2);
      await bo.join(room, 'Bo', { capacity: 9 });
      expect(await codeOf(cy.join(room, 'Cy'))).to.equal('room-full');
      await bo.signaling.leave();
      expect((await cy.join(room, 'Cy')).limits.capacity).to.equal(2);
    });

    it('says who has left', async () => {
      const [ada, bo] = [await visitor(), await visitor()];
      await ada.join(room, 'Ada');
      await bo.join(room, 'Bo');
      await bo.signaling.leave();
      expect(await ada.next('left')).to.deep.equal({ type: 'left', id: bo.id, reason: 'left' });
    });

    it('gives a seat to the same key on another session, and tells the first', async () => {
      const [ada, bo] = [await visitor(), await visitor()];
      await ada.join(room, 'Ada');
      await bo.join(room, 'Bo');
      await ada.next('joined');
      const again = await visitor(bo.identity);
      await again.join(room, 'Bo');
      await bo.next('replaced');
      expect(await ada.next('joined')).to.include({ id: bo.id, instance: again.instance });
      expect(ada.heard).to.deep.equal([]);
      expect(await codeOf(bo.signaling.ice())).to.equal('server-unreachable');
      await ada.signaling.signal({ to: bo.id, signal: 'whom?' });
      expect(await again.next('signal')).to.include({ from: ada.id });
    });

    it('answers nothing after it was closed, and closes twice', async () => {
      const ada = await visitor();
      await ada.join(room, 'Ada');
      ada.signaling.close();
      ada.signaling.close();
      expect(ada.signaling.sessionId).to.equal(null);
      expect(await codeOf(ada.signaling.ice())).to.equal('server-unreachable');
      ada.signaling.retry();
      expect(ada.heard).to.deep.equal([]);
    });
  });
}

describe('SocketIoSignaling', () => {
  it('is refused with a proof for another session', async () => {
    const ada = await Visitor.create(new SocketIoSignaling(new URL(location.origin)));
    const { proof } = await ada.request('another room', 'Ada');
    expect(await codeOf(ada.join(freshRoomName(), 'Ada', { proof }))).to.equal('bad-proof');
  });
});

describe('MemoryBroadcaster', () => {
  it('disconnects everyone when it stops, and connects them when it starts', async () => {
    const broadcaster = new MemoryBroadcaster();
    const room = freshRoomName();
    const ada = await Visitor.create(broadcaster.signaling());
    await ada.join(room, 'Ada');
    broadcaster.stop();
    expect((await ada.next('disconnected')).retryInMs).to.be.greaterThan(0);
    expect(await codeOf(ada.join(room, 'Ada'))).to.equal('server-unreachable');
    broadcaster.start();
    await ada.next('connected');
    expect((await ada.join(room, 'Ada')).peers).to.deep.equal([]);
  });

  it('gives no seat to who has gone while its key was looked at', async () => {
    const broadcaster = new MemoryBroadcaster();
    const room = freshRoomName();
    const [ada, bo] = [
      await Visitor.create(broadcaster.signaling()),
      await Visitor.create(broadcaster.signaling()),
    ];
    const request = await ada.request(room, 'Ada');
    const joining = codeOf(ada.signaling.join(request));
    ada.signaling.close();
    expect(await joining).to.equal('server-unreachable');
    expect((await bo.join(room, 'Bo')).peers).to.deep.equal([]);
  });
});

describe('SocketIoSignaling, joining with the first packet', () => {
  const visitor = (): Promise<Visitor> =>
    Visitor.create(new SocketIoSignaling(new URL(location.origin)));

  it('proves the id of the transport first, and that of the socket from then on', async () => {
    const room = freshRoomName();
    const ada = await visitor();
    const early = ada.signaling.sessionId ?? '';
    expect(early.startsWith(JOIN_ON_CONNECT)).to.equal(true);
    expect((await ada.join(room, 'Ada')).self.id).to.equal(ada.id);
    expect(ada.signaling.sessionId).to.be.a('string').and.not.equal(early);
    expect((await ada.join(room, 'Ada B')).self.name).to.equal('Ada B');
    expect(ada.heard).to.deep.equal([]);
  });

  it('can join again after a refusal', async () => {
    const room = freshRoomName();
    const [ada, bo] = [await visitor(), await visitor()];
    await ada.join(room, 'Ada');
    expect(await codeOf(bo.join(room, 'Ada'))).to.equal('name-taken');
    expect((await bo.join(room, 'Bo')).peers.length).to.equal(1);
  });

  it('gives the seat back that it is leaving before it knows that it has it', async () => {
    const room = freshRoomName();
    const [ada, bo] = [await visitor(), await visitor()];
    await ada.join(room, 'Ada');
    const request = await bo.request(room, 'Bo');
    const joining = bo.signaling.join(request).catch(() => undefined);
    await bo.signaling.leave().catch(() => undefined);
    await joining;
    const cy = await visitor();
    expect((await cy.join(room, 'Bo')).peers.map(({ id }) => id)).to.deep.equal([ada.id]);
  });

  it('answers nothing that is asked when it is closed meanwhile', async () => {
    const ada = await visitor();
    const request = await ada.request(freshRoomName(), 'Ada');
    const joining = codeOf(ada.signaling.join(request));
    ada.signaling.close();
    expect(await joining).to.equal('server-unreachable');
    expect(ada.signaling.sessionId).to.equal(null);
  });
});
