import { RtcChatError } from '../protocol/errors.ts';
import type { Frame, FrameInput, FrameOf } from '../protocol/frames.ts';
import type { InstanceId, PeerId, PublicKeyText } from '../protocol/ids.ts';
import { MAX_CANDIDATES } from '../protocol/limits.ts';
import type { CandidateInit, SignalBody } from '../protocol/signal.ts';
import { Backoff } from './backoff.ts';
import type { Connection } from './connection.ts';
import type { Violation } from './epoch.ts';
import { Epoch } from './epoch.ts';
import type { LinkState } from './peer.ts';
import type { LeaveReason } from './room-events.ts';
import { Timer } from './timer.ts';

export interface LinkHandlers {
  takeConnection(): Connection;
  /** To be signed and brought to the peer. */
  signal(body: Omit<SignalBody, 'instance'>, everyPath: boolean): void;
  hello(): FrameInput & { readonly type: 'hello' };
  /** A connection is proven and carries; once for each connection. */
  opened(hello: FrameOf<'hello'>): void;
  frame(frame: Frame): void | Promise<void>;
  drained(): void;
  /** `state` is another one. */
  changed(): void;
  /** Final: the link is closed and will not come back. */
  ended(reason: LeaveReason, detail: string): void;
  trouble(error: RtcChatError): void;
}

/** What must outlive a link, so that a later one to the same peer goes on counting and takes no old signal for new. */
export interface PeerMemory {
  /** How many connections of ours there have been. */
  epochs: number;
  /** Epochs of its present life up to this one have been given up: nothing of them counts any more. */
  floor: number;
  /** Its lives that are over. */
  readonly over: Set<InstanceId>;
}

/** The newcomer offers; after this and up to as much jitter the other one does. */
const OFFER_AFTER_MS = 3_000;
const OFFER_JITTER_MS = 1_000;
/** Without a connection for so long, a first contact is called unreachable; attempts go on. */
const UNREACHABLE_AFTER_MS = 20_000;
/** Dead for so long and not listed: gone. */
const GONE_AFTER_MS = 30_000;
/** Former lives of a peer that are remembered: nobody reloads so often that an older signal is still on its way. */
const MAX_LIVES = 16;
const REBUILD = { firstMs: 250, maxMs: 8_000 };

/**
 * Our connection to one remote peer: one RTCPeerConnection (an epoch) after the other, and what outlives them.
 * PROTOCOL.md sections 4 and 5. Closed by the mesh, or by itself, which it tells by `ended`.
 */
export class Link {
  readonly id: PeerId;
  readonly #polite: boolean;
  readonly #handlers: LinkHandlers;
  readonly #attempt = new Timer();
  readonly #unreachable = new Timer();
  readonly #gone = new Timer();
  readonly #backoff = new Backoff(REBUILD);
  #state: LinkState | 'ended' = 'connecting';
  #instance: InstanceId;
  /** What the broadcaster says; believed only when there is nothing better. */
  #listedInstance: InstanceId;
  #listed = true;
  #everOpened = false;
  #epoch: Epoch | null = null;
  readonly #memory: PeerMemory;
  #key: PublicKeyText | null = null;
  #early: { readonly epoch: number; readonly candidates: readonly CandidateInit[] }[] = [];

  constructor(
    id: PeerId,
    instance: InstanceId,
    polite: boolean,
    memory: PeerMemory,
    handlers: LinkHandlers,
  ) {
    this.id = id;
    this.#memory = memory;
    this.#instance = this.#listedInstance = instance;
    this.#polite = polite;
    this.#handlers = handlers;
  }

  get state(): LinkState | 'ended' {
    return this.#state;
  }

  get listed(): boolean {
    return this.#listed;
  }

  get open(): boolean {
    return this.#epoch?.open ?? false;
  }

  /** Whether a signal may take the channel. */
  get live(): boolean {
    return this.#epoch?.live ?? false;
  }

  get writable(): boolean {
    return this.#epoch?.writable ?? false;
  }

  send(frame: FrameInput): boolean {
    return this.#epoch?.open === true && this.#epoch.send(frame);
  }

  /** First contact: the newcomer offers at once, the one who was here waits for it. */
  connect(newcomer: boolean): void {
    this.#unreachable.set(UNREACHABLE_AFTER_MS, () => this.#giveWord());
    if (newcomer) this.#offer();
    else this.#offerLater();
  }

  /** The broadcaster lists this peer, perhaps in another life. */
  relisted(instance: InstanceId): void {
    this.#listed = true;
    this.#gone.clear();
    const news = instance !== this.#listedInstance;
    this.#listedInstance = instance;
    if (this.open || !news || instance === this.#instance || this.#memory.over.has(instance))
      return;
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
    if (body.instance !== this.#instance) {
      if (this.#memory.over.has(body.instance)) return;
      this.#adopt(body.instance);
    }
    if (body.epoch <= this.#memory.floor || body.epoch < (this.#epoch?.remoteNumber ?? 0)) return;
    if (body.description?.type === 'offer') this.#takeOffer(body, body.description.sdp);
    else if (body.description) this.#takeAnswer(body, body.description.sdp);
    if (body.candidates) this.#takeCandidates(body, body.candidates);
  }

  /** Do now what would be done later; of a connection that stands, ask whether it carries. */
  retry(): void {
    if (this.#state === 'ended') return;
    if (this.#epoch?.open) {
      if (this.#state === 'reconnecting') this.#epoch.restartIce();
      else this.#epoch.probe();
    } else if (this.#attempt.armed || !this.#epoch) {
      this.#backoff.reset();
      this.#offer();
    }
  }

  /** Says `bye` and closes. Fulfils when the other side has taken it, or after a second. */
  async leave(): Promise<void> {
    const epoch = this.#epoch;
    this.#stop();
    await epoch?.takeLeave('left');
    epoch?.close();
  }

  /** Ends the link for something the peer did, and tells it. */
  violate(violation: Violation): void {
    if (this.#state === 'ended') return;
    this.#epoch?.send({ type: 'bye', reason: violation });
    this.#end('violation', violation);
  }

  #takeOffer(body: SignalBody, sdp: string): void {
    const epoch = this.#epoch;
    const tied = epoch !== null && epoch.remoteNumber === body.epoch;
    if (tied) {
      if (body.toEpoch === 0 || body.toEpoch === epoch.number)
        void epoch.negotiation.takeOffer(body.n, sdp);
      return;
    }
    // First offers that collide: the impolite side's stands.
    if (epoch?.negotiation.offering && !this.#polite) return;
    const fresh = this.#start();
    if (!fresh) return;
    fresh.remoteNumber = body.epoch;
    void fresh.negotiation.takeOffer(body.n, sdp);
    this.#addEarly(fresh);
  }

  #takeAnswer(body: SignalBody, sdp: string): void {
    const epoch = this.#epoch;
    if (!epoch || body.toEpoch !== epoch.number) return;
    if (epoch.remoteNumber === 0) epoch.remoteNumber = body.epoch;
    if (epoch.remoteNumber !== body.epoch) return;
    void epoch.negotiation.takeAnswer(body.n, sdp);
    this.#addEarly(epoch);
  }

  #takeCandidates(body: SignalBody, candidates: readonly CandidateInit[]): void {
    const epoch = this.#epoch;
    if (epoch?.remoteNumber === body.epoch) {
      if (body.toEpoch === 0 || body.toEpoch === epoch.number)
        void epoch.negotiation.takeCandidates(candidates);
      return;
    }
    this.#early.push({ epoch: body.epoch, candidates });
    this.#early.splice(0, this.#early.length - MAX_CANDIDATES);
  }

  #addEarly(epoch: Epoch): void {
    for (const early of this.#early) {
      if (early.epoch === epoch.remoteNumber)
        void epoch.negotiation.takeCandidates(early.candidates);
    }
    this.#early = this.#early.filter((early) => early.epoch > epoch.remoteNumber);
  }

  /** Another life of the peer: nothing of the old one counts any more. */
  #adopt(instance: InstanceId): void {
    this.#bury();
    this.#drop();
    this.#instance = instance;
    this.#memory.floor = 0;
    this.#early = [];
    this.#backoff.reset();
    this.#become(this.#everOpened ? 'reconnecting' : 'connecting');
  }

  #bury(): void {
    const { over } = this.#memory;
    over.add(this.#instance);
    for (const oldest of over) {
      if (over.size <= MAX_LIVES) break;
      over.delete(oldest);
    }
  }

  #drop(): void {
    this.#attempt.clear();
    if (!this.#epoch) return;
    this.#memory.floor = Math.max(this.#memory.floor, this.#epoch.remoteNumber);
    this.#epoch.close();
    this.#epoch = null;
  }

  #offerLater(): void {
    this.#attempt.set(OFFER_AFTER_MS + Math.random() * OFFER_JITTER_MS, () => this.#offer());
  }

  #offer(): void {
    // A peer that the broadcaster lists in another life is not going to answer in the old one.
    if (this.#listedInstance !== this.#instance && !this.#memory.over.has(this.#listedInstance)) {
      this.#adopt(this.#listedInstance);
    }
    void this.#start()?.negotiation.offer();
  }

  #start(): Epoch | null {
    this.#drop();
    let connection: Connection;
    try {
      connection = this.#handlers.takeConnection();
    } catch (cause) {
      this.#handlers.trouble(
        cause instanceof RtcChatError
          ? cause
          : new RtcChatError('webrtc-unavailable', 'No connection could be made.', { cause }),
      );
      this.#rebuildLater();
      return null;
    }
    const epoch: Epoch = new Epoch(++this.#memory.epochs, connection, this.#polite, {
      send: (message, everyPath) =>
        this.#handlers.signal(
          {
            ...message,
            epoch: epoch.number,
            toEpoch: epoch.remoteNumber,
            toInstance: this.#instance,
          },
          everyPath,
        ),
      hello: () => this.#handlers.hello(),
      accepts: (hello) => hello.instance === this.#instance && hello.key === this.#key,
      opened: (hello) => this.#opened(hello),
      frame: (frame) => this.#handlers.frame(frame),
      drained: () => this.#handlers.drained(),
      carried: (carries) => {
        if (epoch.open) this.#become(carries ? 'connected' : 'reconnecting');
      },
      failed: () => this.#rebuild(),
      violated: (violation) => this.violate(violation),
      bye: (reason) => this.#end(reason === 'left' ? 'left' : 'violation', reason),
      interfered: () =>
        this.#handlers.trouble(
          new RtcChatError(
            'protocol-violation',
            'A connection was refused: its certificate is not the one agreed upon.',
          ),
        ),
    });
    this.#epoch = epoch;
    return epoch;
  }

  #opened(hello: FrameOf<'hello'>): void {
    this.#everOpened = true;
    this.#backoff.reset();
    this.#unreachable.clear();
    this.#gone.clear();
    this.#become('connected');
    this.#handlers.opened(hello);
  }

  #rebuild(): void {
    if (this.#state === 'ended') return;
    this.#drop();
    if (this.#everOpened) this.#become('reconnecting');
    if (!this.#listed) this.#waitForGone();
    // It may have been ended by that.
    if (this.#stateNow() !== 'ended') this.#rebuildLater();
  }

  #stateNow(): LinkState | 'ended' {
    return this.#state;
  }

  #rebuildLater(): void {
    // The impolite side's offer would stand anyway: it goes first.
    this.#attempt.set(this.#backoff.nextMs() * (this.#polite ? 2 : 1), () => this.#offer());
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
    if (this.#state === 'ended') return;
    const epoch = this.#epoch;
    this.#stop();
    epoch?.closeSoon();
    // Who was lost may come back in the same life; who has left, or broken the protocol, may not.
    if (reason !== 'lost') this.#bury();
    this.#handlers.ended(reason, detail);
  }

  #stop(): void {
    this.#state = 'ended';
    this.#epoch = null;
    this.#attempt.clear();
    this.#unreachable.clear();
    this.#gone.clear();
  }

  #become(state: LinkState): void {
    if (this.#state === state || this.#state === 'ended') return;
    this.#state = state;
    this.#handlers.changed();
  }
}
