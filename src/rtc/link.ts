import { RtcChatError } from '../protocol/errors.ts';
import type { Frame, FrameInput, FrameOf } from '../protocol/frames.ts';
import type { InstanceId, PeerId, PublicKeyText } from '../protocol/ids.ts';
import type { SignalBody } from '../protocol/signal.ts';
import { Backoff } from './backoff.ts';
import type { Connection } from './connection.ts';
import type { Violation } from './epoch.ts';
import { Life } from './life.ts';
import type { LinkState } from './peer.ts';
import type { PeerMemory } from './peer-memory.ts';
import type { LeaveReason } from './room-events.ts';
import { Timer } from './timer.ts';

export interface LinkHandlers {
  takeConnection(purpose: 'offer' | 'answer'): Connection;
  /** To be signed and brought to the peer. */
  signal(body: Omit<SignalBody, 'instance'>, everyPath: boolean): void;
  hello(): FrameInput & { readonly type: 'hello' };
  /** The peer has said what it holds; once for each connection. */
  greeted(hello: FrameOf<'hello'>): void;
  frame(frame: Frame): void | Promise<void>;
  drained(): void;
  /** `state` is another one. */
  changed(): void;
  /** Final: the link is closed and will not come back. */
  ended(reason: LeaveReason, detail: string): void;
  trouble(error: RtcChatError): void;
}

/** The newcomer offers; after this and up to as much jitter the other one does. */
const OFFER_AFTER_MS = 3_000;
const OFFER_JITTER_MS = 1_000;
/** Without a connection for so long, a first contact is called unreachable; attempts go on. */
const UNREACHABLE_AFTER_MS = 20_000;
/** Dead for so long and not listed: gone. */
const GONE_AFTER_MS = 30_000;
const REBUILD = { firstMs: 250, maxMs: 8_000 };
/** Where both sides tire of looking for a path, a lost link is tried anew so soon, and so much later each time. */
const RENEW_AFTER_MS = 1_600;
const RENEW_LATER_MS = 50;

export interface LinkPeer {
  readonly id: PeerId;
  readonly instance: InstanceId;
  /** By the broadcaster; else it is known by a signal of its own only. */
  readonly listed: boolean;
}

/**
 * Our connection to one remote peer, over all its lives. Invariant: until it has ended, there is a connection, or a time
 * at which the next one begins. Closed by the mesh, or by itself, which it tells by `ended`.
 */
export class Link {
  readonly id: PeerId;
  readonly #polite: boolean;
  readonly #memory: PeerMemory;
  readonly #handlers: LinkHandlers;
  readonly #attempt = new Timer();
  readonly #renewal = new Timer();
  readonly #unreachable = new Timer();
  readonly #gone = new Timer();
  readonly #backoff = new Backoff(REBUILD);
  #state: LinkState | 'ended' = 'connecting';
  #life: Life;
  /** Another life that says it has begun, until it is proven: a signal that was held back could name one that is over. */
  #heir: Life | null = null;
  /** What the broadcaster says; believed only when there is nothing better. */
  #listedInstance: InstanceId;
  #listed: boolean;
  #everOpened = false;
  #renewals = 0;
  #key: PublicKeyText | null = null;

  constructor(
    { id, instance, listed }: LinkPeer,
    polite: boolean,
    memory: PeerMemory,
    handlers: LinkHandlers,
  ) {
    this.id = id;
    this.#polite = polite;
    this.#memory = memory;
    this.#handlers = handlers;
    this.#listedInstance = instance;
    this.#listed = listed;
    this.#life = this.#meet(instance);
    this.#unreachable.set(UNREACHABLE_AFTER_MS, () => this.#giveWord());
  }

  get state(): LinkState | 'ended' {
    return this.#state;
  }

  get listed(): boolean {
    return this.#listed;
  }

  get open(): boolean {
    return this.#life.epoch?.open ?? false;
  }

  /** Whether a signal to this peer may take the channel. */
  get live(): boolean {
    return this.#life.epoch?.live ?? false;
  }

  /** What carries at the moment; null while nothing does. */
  get connection(): { readonly pc: RTCPeerConnection; readonly polite: boolean } | null {
    const { epoch } = this.#life;
    return epoch?.open ? { pc: epoch.pc, polite: this.#polite } : null;
  }

  get writable(): boolean {
    return this.#life.epoch?.writable ?? false;
  }

  /** Until the first `hello`: fulfils when it has come, or after a second. Null where nothing is awaited. */
  get settled(): Promise<void> | null {
    return this.#everOpened ? null : (this.#life.epoch?.settled ?? null);
  }

  send(frame: FrameInput): boolean {
    const { epoch } = this.#life;
    return epoch?.open === true && epoch.send(frame);
  }

  /** What everybody is told. A life that is about to take over has had our `hello`, and this is news to it as well. */
  tell(frame: FrameInput): void {
    this.send(frame);
    const heir = this.#heir?.epoch;
    if (heir?.open) heir.send(frame);
  }

  /** Other ICE servers, for the connection that stands. */
  configure(configuration: RTCConfiguration): void {
    for (const life of [this.#life, this.#heir]) life?.epoch?.configure(configuration);
  }

  /** First contact: the newcomer offers at once, the one who was here waits for it. */
  connect(newcomer: boolean): void {
    if (newcomer) this.#offer();
    else this.#offerLater();
  }

  /** The broadcaster lists this peer, perhaps in another life. */
  relisted(instance: InstanceId): void {
    this.#listed = true;
    this.#gone.clear();
    const news = instance !== this.#listedInstance;
    this.#listedInstance = instance;
    if (this.open || !news || instance === this.#life.instance || this.#memory.isOver(instance))
      return this.retry();
    this.#adopt(instance);
    this.#offerLater();
  }

  unlisted(): void {
    this.#listed = false;
    if (!this.open) this.#waitForGone();
  }

  /** A verified signal of this peer, addressed to our present instance. */
  receive(body: SignalBody, key: PublicKeyText): void {
    if (this.#state === 'ended') return;
    this.#key = key;
    const { instance } = body;
    if (instance !== this.#life.instance && instance !== this.#heir?.instance) {
      // Only an offer begins something, and nothing begins in a life that is over.
      if (body.description?.type !== 'offer' || !this.#memory.welcomes(body)) return;
      if (this.open) {
        this.#heir?.drop();
        this.#heir = this.#meet(instance);
      } else this.#adopt(instance);
    }
    (instance === this.#life.instance ? this.#life : this.#heir)?.receive(body);
  }

  /** Do now what would be done later; of a connection that stands, ask whether it carries. */
  retry(): void {
    const { epoch } = this.#life;
    if (epoch?.open) {
      if (this.#state === 'reconnecting') epoch.restartIce();
      else epoch.probe();
    } else if (this.#attempt.armed) {
      this.#backoff.reset();
      this.#offer();
    } else epoch?.negotiation.repeat();
  }

  /** Says `bye` and closes. Fulfils when the other side has taken it, or after a second. */
  async leave(): Promise<void> {
    await this.#life.epoch?.settled;
    this.#stop();
    const epoch = this.#life.release();
    await epoch?.takeLeave('left');
    epoch?.close();
  }

  /** Ends the link for something the peer did, and tells it. */
  violate(violation: Violation): void {
    this.#life.epoch?.send({ type: 'bye', reason: violation });
    this.#end('violation', violation);
  }

  #meet(instance: InstanceId): Life {
    const isCurrent = (life: Life): boolean => life === this.#life && this.#state !== 'ended';
    return new Life(instance, this.#polite, this.#memory, (life) => ({
      takeConnection: (purpose) => this.#takeConnection(life, purpose),
      signal: (body, everyPath) => this.#handlers.signal(body, everyPath),
      hello: () => this.#handlers.hello(),
      accepts: (hello) => hello.instance === instance && hello.key === this.#key,
      opened: () => {
        // Another life takes over when it has said who it is.
        if (isCurrent(life)) this.#become('connected');
      },
      greeted: (hello) => this.#greeted(life, hello),
      frame: (frame) => this.#handlers.frame(frame),
      drained: () => this.#handlers.drained(),
      carried: (carries) => {
        if (isCurrent(life) && life.epoch?.open)
          this.#become(carries ? 'connected' : 'reconnecting');
      },
      closed: () => {
        if (!isCurrent(life)) return;
        this.#state = this.#everOpened ? 'reconnecting' : 'connecting';
        this.#handlers.changed();
      },
      failed: () => {
        if (isCurrent(life)) this.#rebuild();
        else this.#disown(life);
      },
      violated: (violation) => {
        if (isCurrent(life)) return this.violate(violation);
        life.epoch?.send({ type: 'bye', reason: violation });
        this.#disown(life);
        this.#memory.bury(instance);
      },
      bye: (reason) => {
        if (isCurrent(life)) this.#end(reason === 'left' ? 'left' : 'violation', reason);
      },
      interfered: () =>
        this.#handlers.trouble(
          new RtcChatError(
            'protocol-violation',
            'A connection was refused: its certificate is not the one agreed upon.',
          ),
        ),
    }));
  }

  /** The life that wanted to take over does not; the present one goes on. */
  #disown(life: Life): void {
    if (life !== this.#heir) return;
    this.#heir = null;
    life.release()?.closeSoon();
  }

  /** Another life of the peer instead of the present one. Which of them is over is known when one is proven. */
  #adopt(instance: InstanceId): void {
    this.#attempt.clear();
    this.#life.drop();
    this.#life = this.#meet(instance);
    this.#backoff.reset();
    if (this.#everOpened) return this.#become('reconnecting');
    this.#unreachable.set(UNREACHABLE_AFTER_MS, () => this.#giveWord());
    this.#become('connecting');
  }

  #offerLater(): void {
    this.#attempt.set(OFFER_AFTER_MS + Math.random() * OFFER_JITTER_MS, () => this.#offer());
  }

  #offer(): void {
    // A peer that the broadcaster lists in another life is not going to answer in the old one.
    const listed = this.#listedInstance;
    if (listed !== this.#life.instance && !this.#memory.isOver(listed)) this.#adopt(listed);
    this.#life.offer();
    if (this.#everOpened) this.#renewLater();
  }

  #renewLater(): void {
    this.#renewal.set(RENEW_AFTER_MS + RENEW_LATER_MS * this.#renewals++, () => {
      if (this.#life.epoch?.negotiation.tires) this.#offer();
      else if (!this.open) this.#renewLater();
    });
  }

  #takeConnection(life: Life, purpose: 'offer' | 'answer'): Connection | null {
    if (life === this.#life) {
      this.#attempt.clear();
      this.#renewal.clear();
    }
    try {
      return this.#handlers.takeConnection(purpose);
    } catch (cause) {
      this.#handlers.trouble(
        cause instanceof RtcChatError
          ? cause
          : new RtcChatError(
              'webrtc-unavailable',
              'This browser could not make a WebRTC connection.',
              { cause },
            ),
      );
      if (life === this.#life) this.#rebuild();
      else this.#heir = null;
      return null;
    }
  }

  #greeted(life: Life, hello: FrameOf<'hello'>): void {
    if (life === this.#heir) {
      const former = this.#life;
      this.#life = life;
      this.#heir = null;
      this.#attempt.clear();
      former.drop();
    }
    this.#memory.outlived(life.instance);
    this.#everOpened = true;
    this.#renewals = 0;
    this.#backoff.reset();
    this.#unreachable.clear();
    this.#gone.clear();
    this.#become('connected');
    this.#handlers.greeted(hello);
  }

  #rebuild(): void {
    const heir = this.#heir;
    this.#attempt.clear();
    this.#life.drop();
    if (this.#everOpened) this.#become('reconnecting');
    if (!this.#listed) this.#waitForGone();
    // It may have been ended by that.
    if (this.#ended) return;
    this.#heir = null;
    if (heir?.epoch) {
      this.#life = heir;
      return;
    }
    // The impolite side's offer would stand anyway: it goes first.
    this.#attempt.set(this.#backoff.nextMs() * (this.#polite ? 2 : 1), () => this.#offer());
  }

  get #ended(): boolean {
    return this.#state === 'ended';
  }

  #waitForGone(): void {
    if (!this.#everOpened) this.#end('lost', 'never connected');
    else if (!this.#gone.armed)
      this.#gone.set(GONE_AFTER_MS, () => this.#end('lost', 'dead and not listed'));
  }

  #giveWord(): void {
    this.#become('unreachable');
    this.#handlers.trouble(
      new RtcChatError('peer-unreachable', 'No way was found between the two browsers.'),
    );
  }

  #end(reason: LeaveReason, detail: string): void {
    if (this.#ended) return;
    this.#stop();
    this.#life.release()?.closeSoon();
    // Who was lost may come back in the same life; who has left, or broken the protocol, may not.
    if (reason !== 'lost') this.#memory.bury(this.#life.instance);
    this.#handlers.ended(reason, detail);
  }

  #stop(): void {
    this.#state = 'ended';
    this.#attempt.clear();
    this.#renewal.clear();
    this.#unreachable.clear();
    this.#gone.clear();
    this.#heir?.drop();
    this.#heir = null;
  }

  #become(state: LinkState): void {
    if (this.#state === state || this.#ended) return;
    this.#state = state;
    this.#handlers.changed();
  }
}
