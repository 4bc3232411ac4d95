import type { InstanceId } from '../protocol/ids.ts';
import { MAX_CANDIDATES } from '../protocol/limits.ts';
import type { CandidateInit, SignalBody } from '../protocol/signal.ts';
import type { Connection } from './connection.ts';
import type { EpochHandlers } from './epoch.ts';
import { Epoch } from './epoch.ts';
import { OPEN_EPOCH, type PeerMemory } from './peer-memory.ts';

export interface LifeHandlers extends Omit<EpochHandlers, 'send'> {
  /** Null where none can be made now. */
  takeConnection(purpose: 'offer' | 'answer'): Connection | null;
  /** To be signed and brought to the peer. */
  signal(body: Omit<SignalBody, 'instance'>, everyPath: boolean): void;
  /** A connection that was open is closed, because another one takes its place. */
  closed(): void;
}

/**
 * One life of a peer, from a page's load to its end: one connection (an epoch) after the other, and which of them a
 * signal belongs to. PROTOCOL.md sections 4 and 5. Closed by its link.
 */
export class Life {
  readonly instance: InstanceId;
  readonly #polite: boolean;
  readonly #memory: PeerMemory;
  readonly #handlers: LifeHandlers;
  #epoch: Epoch | null = null;
  /** Candidates that have overtaken the description of their connection. */
  #early: { readonly epoch: number; readonly candidate: CandidateInit }[] = [];

  constructor(
    instance: InstanceId,
    polite: boolean,
    memory: PeerMemory,
    handlers: (life: Life) => LifeHandlers,
  ) {
    this.instance = instance;
    this.#polite = polite;
    this.#memory = memory;
    this.#handlers = handlers(this);
  }

  get epoch(): Epoch | null {
    return this.#epoch;
  }

  /** Begins a new connection with an offer. */
  offer(): void {
    void this.#begin('offer')?.negotiation.offer();
  }

  /** A verified signal of this life. */
  receive(body: SignalBody): void {
    const { epoch, description, candidates } = body;
    if (epoch <= this.#memory.floorOf(this.instance) || epoch < (this.#epoch?.remoteNumber ?? 0))
      return;
    if (description?.type === 'offer') this.#takeOffer(body, description.sdp);
    else if (description) this.#takeAnswer(body, description.sdp);
    if (candidates) this.#takeCandidates(body, candidates);
  }

  /** Gives its connection away, to be closed by the caller; signals of it come too late from now on. */
  release(): Epoch | null {
    const epoch = this.#epoch;
    this.#epoch = null;
    this.#memory.giveUp(this.instance, epoch?.remoteNumber ?? 0);
    return epoch;
  }

  drop(): void {
    const epoch = this.release();
    const wasOpen = epoch?.open;
    epoch?.close();
    if (wasOpen) this.#handlers.closed();
  }

  #takeOffer(body: SignalBody, sdp: string): void {
    const epoch = this.#epoch;
    if (epoch?.remoteNumber === body.epoch) {
      if (body.toEpoch === 0 || body.toEpoch === epoch.number)
        void epoch.negotiation.takeOffer(body.n, sdp);
      return;
    }
    // First offers that collide: the impolite side's stands.
    if (epoch?.negotiation.offering && !this.#polite) return;
    if (!this.#memory.mayBegin) return;
    this.#memory.begins();
    const fresh = this.#begin('answer');
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
    for (const candidate of candidates) this.#early.push({ epoch: body.epoch, candidate });
    this.#early.splice(0, this.#early.length - MAX_CANDIDATES);
  }

  #addEarly(epoch: Epoch): void {
    const { remoteNumber } = epoch;
    const due = this.#early.filter((early) => early.epoch === remoteNumber);
    this.#early = this.#early.filter((early) => early.epoch > remoteNumber);
    if (due.length > 0)
      void epoch.negotiation.takeCandidates(due.map(({ candidate }) => candidate));
  }

  #begin(purpose: 'offer' | 'answer'): Epoch | null {
    this.drop();
    const connection = this.#handlers.takeConnection(purpose);
    if (!connection) return null;
    const number = connection.ahead?.shown ? OPEN_EPOCH : ++this.#memory.epochs;
    const epoch: Epoch = new Epoch(number, connection, this.#polite, {
      ...this.#handlers,
      send: (message, everyPath) =>
        this.#handlers.signal(
          {
            ...message,
            epoch: epoch.number,
            toEpoch: epoch.remoteNumber,
            toInstance: this.instance,
          },
          everyPath,
        ),
    });
    this.#epoch = epoch;
    return epoch;
  }
}
