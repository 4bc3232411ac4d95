import { expect } from 'chai';
import type { JoinAnswer, JoinRequest } from '../../src/protocol/broadcaster-messages.ts';
import { RtcChatError, type RtcChatErrorCode } from '../../src/protocol/errors.ts';
import type { InstanceId } from '../../src/protocol/ids.ts';
import { Admission } from '../../src/rtc/admission.ts';
import { createKeyPair, identityOf, type Identity } from '../../src/rtc/identity.ts';
import type { Signaling } from '../../src/rtc/signaling.ts';
import { room } from './support/author.ts';
import { codeOf } from './support/errors.ts';
import { FakeTime } from './support/fake-time.ts';

/** A way to a broadcaster that answers when the test wants it. */
class ScriptedSignaling implements Signaling {
  readonly origin = 'https://chat.example';
  readonly host = 'chat.example';
  sessionId: string | null = 'first';
  readonly joins: JoinRequest[] = [];
  readonly answers: PromiseWithResolvers<JoinAnswer>[] = [];
  iceAsked = 0;
  retries = 0;
  left = 0;
  iceExpiresInMs = 1e14;
  leaving: Promise<void> = Promise.resolve();

  open(): void {}
  join(request: JoinRequest): Promise<JoinAnswer> {
    this.joins.push(request);
    const answer = withResolvers<JoinAnswer>();
    this.answers.push(answer);
    return answer.promise;
  }
  signal(): Promise<void> {
    return Promise.resolve();
  }
  ice() {
    this.iceAsked++;
    return Promise.resolve({
      ok: true as const,
      iceServers: [],
      expiresInMs: this.iceExpiresInMs,
    });
  }
  leave(): Promise<void> {
    this.left++;
    return this.leaving;
  }
  retry(): void {
    this.retries++;
  }
  close(): void {}
}

interface PromiseWithResolvers<T> {
  readonly promise: Promise<T>;
  readonly resolve: (value: T) => void;
  readonly reject: (reason: unknown) => void;
}
function withResolvers<T>(): PromiseWithResolvers<T> {
  let [resolve, reject]: [(value: T) => void, (reason: unknown) => void] = [() => {}, () => {}];
  const promise = new Promise<T>((...both) => ([resolve, reject] = both));
  return { promise, resolve, reject };
}

const answer = (fields: Partial<JoinAnswer> = {}): JoinAnswer => ({
  ok: true,
  self: { id: 'a'.repeat(22), name: 'Ada' } as JoinAnswer['self'],
  peers: [],
  iceServers: [],
  expiresInMs: null,
  limits: { capacity: 16, graceMs: 10_000, maxSignalBytes: 65_536 },
  now: 0,
  ...fields,
});

describe('Admission', () => {
  let time: FakeTime;
  let identity: Identity;
  let signaling: ScriptedSignaling;
  let admission: Admission;
  let admitted: number;
  let refused: RtcChatErrorCode[];
  /** Signatures are made outside of our clock. */
  let signing: Promise<unknown>;
  /** They wait for it. */
  let gate = Promise.resolve();

  before(async () => {
    const real = await identityOf(await createKeyPair());
    identity = {
      ...real,
      sign: (text) => {
        const signature = gate.then(() => real.sign(text));
        signing = signature;
        return signature;
      },
    };
  });
  beforeEach(() => {
    time = new FakeTime();
    signaling = new ScriptedSignaling();
    admitted = 0;
    refused = [];
    admission = new Admission(
      signaling,
      identity,
      'Ada',
      {
        room,
        instance: 'AAAAAAAAAAA' as InstanceId,
        capacity: 4,
        token: undefined,
        offer: async () => null,
      },
      {
        admitted: () => admitted++,
        iceServers: () => {},
        changed: () => {},
        refused: ({ code }) => refused.push(code),
      },
    );
  });
  afterEach(() => time.restore());

  const asked = async (): Promise<void> => {
    await time.settle();
    await signing;
    await time.settle();
  };
  const join = async (): Promise<void> => {
    admission.connected();
    await asked();
  };
  const refuse = async (code: RtcChatErrorCode, retryAfterMs?: number): Promise<void> => {
    signaling.answers
      .at(-1)
      ?.reject(new RtcChatError(code, 'as the test wants it', { retryAfterMs }));
    await time.settle();
  };

  it('joins on each session with what was asked for', async () => {
    await join();
    expect(signaling.joins[0]).to.include({
      v: 1,
      room,
      name: 'Ada',
      capacity: 4,
      key: identity.key,
    });
    expect(signaling.joins[0]).not.to.have.property('token');
    signaling.answers[0]?.resolve(answer());
    await time.settle();
    expect([admitted, admission.broadcaster]).to.deep.equal([1, 'online']);
    admission.disconnected(500);
    expect([admission.broadcaster, admission.error?.code]).to.deep.equal([
      'offline',
      'server-unreachable',
    ]);
    expect(admission.retryAt).to.equal(time.now + 500);
    await join();
    expect(signaling.joins.length).to.equal(2);
  });

  for (const code of ['rate-limited', 'server-error', 'not-in-room'] as const) {
    it(`tries again by itself after ${code}, later each time`, async () => {
      await join();
      await refuse(code);
      expect([refused, admission.error?.code]).to.deep.equal([[], code]);
      // At once when it is due: what an attempt takes counts as pause.
      const begunMs = time.now;
      while (signaling.joins.length < 2) {
        await time.pass(1);
        await asked();
      }
      expect(time.now - begunMs).to.be.within(500, 1_000);
      await refuse(code);
      await time.pass(999);
      await asked();
      expect(signaling.joins.length).to.equal(2);
    });
  }

  for (const code of ['room-full', 'name-taken'] as const) {
    it(`waits as long as ${code} says, when it does`, async () => {
      await join();
      await refuse(code, 8_000);
      expect([refused, admission.broadcaster]).to.deep.equal([[], 'connecting']);
      await time.pass(7_999);
      await asked();
      expect(signaling.joins.length).to.equal(1);
      await time.pass(1);
      await asked();
      expect(signaling.joins.length).to.equal(2);
    });
  }

  for (const code of [
    'room-full',
    'name-taken',
    'bad-proof',
    'unauthorized',
    'unsupported-version',
    'invalid-message',
  ] as const) {
    it(`ends with ${code}, on this session and the next, until somebody asks`, async () => {
      await join();
      await refuse(code);
      expect([refused, admission.broadcaster]).to.deep.equal([[code], 'offline']);
      admission.disconnected(500);
      await join();
      await time.pass(600_000);
      expect(signaling.joins.length).to.equal(1);
      admission.retry();
      await asked();
      expect(signaling.joins.length).to.equal(2);
    });
  }

  it('does not ask in a loop when it is told to wait for longer than a timer can', async () => {
    await join();
    await refuse('rate-limited', 1e14);
    await time.pass(3_600_000);
    expect(signaling.joins.length).to.equal(1);
  });

  it('forgets an answer that comes after its session has ended', async () => {
    await join();
    admission.disconnected(500);
    signaling.answers[0]?.resolve(answer());
    await time.settle();
    expect([admitted, admission.broadcaster]).to.deep.equal([0, 'offline']);
  });

  it('sends no proof for a session that has ended while it was made', async () => {
    const { promise, resolve } = withResolvers<void>();
    gate = promise;
    admission.connected();
    await time.settle();
    signaling.sessionId = 'second';
    resolve();
    await asked();
    expect(signaling.joins.length).to.equal(0);
  });

  it('takes no seat when it is left while the join is being signed', async () => {
    const { promise, resolve } = withResolvers<void>();
    gate = promise;
    admission.connected();
    await time.settle();
    await admission.leave();
    resolve();
    await asked();
    expect(signaling.joins.length).to.equal(0);
  });

  it('has one join at a time in flight', async () => {
    await join();
    signaling.answers[0]?.resolve(answer());
    await time.settle();
    const [first, second] = [admission.rename('Adele'), admission.rename('Ada B')];
    await asked();
    expect(signaling.joins.map(({ name }) => name)).to.deep.equal(['Ada', 'Adele']);
    signaling.answers[1]?.resolve(answer());
    await first;
    await asked();
    expect(signaling.joins.map(({ name }) => name)).to.deep.equal(['Ada', 'Adele', 'Ada B']);
    signaling.answers[2]?.reject(new RtcChatError('name-taken', 'as the test wants it'));
    expect(await codeOf(second)).to.equal('name-taken');
    admission.disconnected(0);
    await join();
    expect(signaling.joins.at(-1)?.name).to.equal('Adele');
  });

  it('renames only where the broadcaster can be asked', async () => {
    expect(await codeOf(admission.rename('Adele'))).to.equal('server-unreachable');
  });

  it('asks for fresh relays before the old ones expire, and not more often than each 10 s', async () => {
    await join();
    signaling.answers[0]?.resolve(answer({ expiresInMs: 100_000 }));
    await time.settle();
    signaling.iceExpiresInMs = 0;
    await time.pass(79_999);
    expect(signaling.iceAsked).to.equal(0);
    await time.pass(1);
    expect(signaling.iceAsked).to.equal(1);
    await time.pass(100_000);
    expect(signaling.iceAsked).to.equal(11);
  });

  it('does not ask in a loop for relays that last for ever', async () => {
    await join();
    signaling.answers[0]?.resolve(answer({ expiresInMs: 253_402_300_799_999 }));
    await time.pass(3_600_000);
    expect(signaling.iceAsked).to.equal(0);
  });

  it('waits a second at most for an answer to its leave', async () => {
    await join();
    signaling.answers[0]?.resolve(answer());
    await time.settle();
    signaling.leaving = new Promise(() => {});
    let gone = false;
    void admission.leave().then(() => (gone = true));
    await time.pass(999);
    expect(gone).to.equal(false);
    await time.pass(1);
    expect([gone, signaling.left, time.alarms]).to.deep.equal([true, 1, 0]);
  });
});
