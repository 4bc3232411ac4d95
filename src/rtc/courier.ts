import type { SignalDelivery } from '../protocol/broadcaster-messages.ts';
import type { FrameOf } from '../protocol/frames.ts';
import type { InstanceId, PeerId, PublicKeyText, RoomName } from '../protocol/ids.ts';
import type { SignalBody } from '../protocol/signal.ts';
import { parseOpenOffer, parseSignalBody, parseSignedSignal } from '../protocol/signal.ts';
import { signalText } from '../protocol/signing.ts';
import type { Identity } from './identity.ts';
import { KnownKeys } from './known-keys.ts';
import type { Link } from './link.ts';

export interface CourierHandlers {
  /** Everyone we have a link to, in any state. */
  links(): Iterable<Link>;
  linkTo(id: PeerId): Link | undefined;
  /** Hands a signal to the broadcaster; rejects where it cannot be passed on. */
  broadcast(to: PeerId, signal: string): Promise<void>;
  /** A signal of this peer, proven to be its own and meant for our present instance. */
  received(from: PeerId, body: SignalBody, key: PublicKeyText, open: boolean): void;
}

/** An offer for whoever is there: it names nobody. */
export type OpenOffer = Omit<SignalBody, 'instance' | 'toInstance'>;

/** Verifying costs 100 µs: what comes faster by one path is dropped until we have caught up, that of others is not. */
const MAX_WAITING = { broadcaster: 256, neighbour: 32 };

/**
 * Signs signals and finds them a path; proves those that come. PROTOCOL.md section 4. Neither the broadcaster nor a
 * neighbour is believed: they can withhold, they cannot speak.
 */
export class Courier {
  readonly #identity: Identity;
  readonly #instance: InstanceId;
  readonly #room: RoomName;
  readonly #handlers: CourierHandlers;
  readonly #keys = new KnownKeys();
  #inbox: Promise<void> = Promise.resolve();
  readonly #waiting = new Map<PeerId | null, number>();
  #outbox: Promise<void> = Promise.resolve();

  constructor(identity: Identity, instance: InstanceId, room: RoomName, handlers: CourierHandlers) {
    this.#identity = identity;
    this.#instance = instance;
    this.#room = room;
    this.#handlers = handlers;
  }

  /** In the order of the calls. What finds no path is lost; its sender repeats it. */
  send(to: PeerId, message: Omit<SignalBody, 'instance'>, everyPath: boolean): void {
    const content: SignalBody = { ...message, instance: this.#instance };
    const body = JSON.stringify(content);
    const signing = this.#identity.sign(signalText(this.#room, this.#identity.id, to, body));
    this.#outbox = Promise.all([signing, this.#outbox])
      .then(([sig]) =>
        this.#deliver(to, JSON.stringify({ key: this.#identity.key, body, sig }), everyPath),
      )
      // What comes after it goes its way.
      .catch(reportError);
  }

  /** Signs an offer for whoever is there, to be handed to the broadcaster with a join. */
  async seal(offer: OpenOffer): Promise<string> {
    const body = JSON.stringify({ ...offer, instance: this.#instance });
    const sig = await this.#identity.sign(signalText(this.#room, this.#identity.id, '', body));
    return JSON.stringify({ key: this.#identity.key, body, sig, open: true });
  }

  /** From the broadcaster. */
  relayed({ from, signal }: SignalDelivery): void {
    this.#prove(null, from, signal);
  }

  /** From a channel: for us, or for a neighbour of ours to whom we pass it on, one hop. */
  framed(via: PeerId, { from, to, signal }: FrameOf<'signal'>): void {
    if (to === this.#identity.id) return this.#prove(via, from, signal);
    const link = this.#handlers.linkTo(to);
    // Not more than the other side takes: it would be our memory that is filled.
    if (from === via && link?.writable) link.send({ type: 'signal', from, to, signal });
  }

  #deliver(to: PeerId, signal: string, everyPath: boolean): void {
    const frame = { type: 'signal', from: this.#identity.id, to, signal } as const;
    const direct = this.#handlers.linkTo(to);
    const bySelf = (everyPath || direct?.live === true) && direct?.send(frame) === true;
    if (bySelf && !everyPath) return;
    const byBroadcaster = this.#handlers.broadcast(to, signal).then(
      () => true,
      () => false,
    );
    // The next signal does not wait for this one's acknowledgement, only for its turn.
    void byBroadcaster.then((passed) => {
      if (passed && !everyPath) return;
      for (const link of this.#handlers.links())
        if (link.id !== to && link.writable) link.send(frame);
    });
  }

  /** `via` is the neighbour whose channel it came by, null for the broadcaster. */
  #prove(via: PeerId | null, from: PeerId, text: string): void {
    const waiting = this.#waiting.get(via) ?? 0;
    const most = via === null ? MAX_WAITING.broadcaster : MAX_WAITING.neighbour;
    if (from === this.#identity.id || waiting >= most) return;
    this.#waiting.set(via, waiting + 1);
    this.#inbox = this.#inbox
      .then(() => this.#take(via, from, text))
      // A fault of ours in one signal must not keep us from all that come.
      .catch(reportError)
      .then(() => {
        const left = (this.#waiting.get(via) ?? 1) - 1;
        if (left > 0) this.#waiting.set(via, left);
        else this.#waiting.delete(via);
      });
  }

  async #take(via: PeerId | null, from: PeerId, text: string): Promise<void> {
    const signal = parseSignedSignal(text);
    if (!signal || signal.key === this.#identity.key) return;
    const { key, body, sig, open = false } = signal;
    // Only a broadcaster knows whom an offer for nobody is for.
    if (open && via !== null) return;
    const author = await this.#keys.authorOf(key);
    if (author?.id !== from) return;
    const signed = signalText(this.#room, from, open ? '' : this.#identity.id, body);
    if (!(await author.verifier.verify(signed, sig))) return;
    const parsed = open ? parseOpenOffer(body, this.#instance) : parseSignalBody(body);
    if (parsed?.toInstance === this.#instance) this.#handlers.received(from, parsed, key, open);
  }
}
