import type { SignalDelivery } from '../protocol/broadcaster-messages.ts';
import type { FrameOf } from '../protocol/frames.ts';
import type { InstanceId, PeerId, PublicKeyText, RoomName } from '../protocol/ids.ts';
import type { SignalBody } from '../protocol/signal.ts';
import { parseSignalBody, parseSignedSignal } from '../protocol/signal.ts';
import { importVerifier, peerIdOf, signalText } from '../protocol/signing.ts';
import type { Identity } from './identity.ts';
import type { Link } from './link.ts';

export interface CourierHandlers {
  /** Everyone we have a link to, in any state. */
  links(): Iterable<Link>;
  linkTo(id: PeerId): Link | undefined;
  /** Hands a signal to the broadcaster; rejects where it cannot be passed on. */
  broadcast(to: PeerId, signal: string): Promise<void>;
  /** A signal of this peer, proven to be its own and meant for our present instance. */
  received(from: PeerId, body: SignalBody, key: PublicKeyText): void;
}

/** Verifying costs 100 µs: whoever sends more than this without a pause is dropped until we have caught up. */
const MAX_WAITING = 256;

/**
 * Signs signals and finds them a path; proves those that come. PROTOCOL.md section 4. Neither the broadcaster nor a
 * neighbour is believed: they can withhold, they cannot speak.
 */
export class Courier {
  readonly #identity: Identity;
  readonly #instance: InstanceId;
  readonly #room: RoomName;
  readonly #handlers: CourierHandlers;
  #inbox: Promise<void> = Promise.resolve();
  #waiting = 0;
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
    this.#outbox = this.#outbox.then(async () => {
      const sig = await signing;
      await this.#deliver(to, JSON.stringify({ key: this.#identity.key, body, sig }), everyPath);
    });
  }

  /** From the broadcaster. */
  relayed({ from, signal }: SignalDelivery): void {
    this.#prove(from, signal);
  }

  /** From a channel: for us, or for a neighbour of ours to whom we pass it on, one hop. */
  framed(via: PeerId, { from, to, signal }: FrameOf<'signal'>): void {
    if (to === this.#identity.id) return this.#prove(from, signal);
    const link = this.#handlers.linkTo(to);
    if (from === via && link?.live) link.send({ type: 'signal', from, to, signal });
  }

  async #deliver(to: PeerId, signal: string, everyPath: boolean): Promise<void> {
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
      for (const link of this.#handlers.links()) if (link.id !== to && link.live) link.send(frame);
    });
  }

  #prove(from: PeerId, text: string): void {
    if (from === this.#identity.id || this.#waiting >= MAX_WAITING) return;
    this.#waiting++;
    this.#inbox = this.#inbox.then(async () => {
      try {
        const signal = parseSignedSignal(text);
        if (!signal || signal.key === this.#identity.key || (await peerIdOf(signal.key)) !== from)
          return;
        const verifier = await importVerifier(signal.key);
        const signed = signalText(this.#room, from, this.#identity.id, signal.body);
        if (!(await verifier?.verify(signed, signal.sig))) return;
        const body = parseSignalBody(signal.body);
        if (body?.toInstance === this.#instance) this.#handlers.received(from, body, signal.key);
      } finally {
        this.#waiting--;
      }
    });
  }
}
