import { encodeBase64url } from '../protocol/base64url.ts';
import type { JoinAnswer } from '../protocol/broadcaster-messages.ts';
import { RtcChatError } from '../protocol/errors.ts';
import type { Frame, FrameInput, FrameOf, Mark } from '../protocol/frames.ts';
import type { AuthorId, InstanceId, PeerId, PersonName } from '../protocol/ids.ts';
import { PROTOCOL_VERSION } from '../protocol/limits.ts';
import { Admission } from './admission.ts';
import type { Arrival, Wiring } from './arrival.ts';
import { arrive, releaseArrival } from './arrival.ts';
import type { BroadcasterState, ChatRoom } from './chat-room.ts';
import { CallHost } from './call-host.ts';
import { Courier } from './courier.ts';
import { Delivery } from './delivery.ts';
import type { Link } from './link.ts';
import type { Log } from './log.ts';
import { Mesh } from './mesh.ts';
import { leaseName } from './name-lease.ts';
import { OwnName } from './own-name.ts';
import type { Peer } from './peer.ts';
import { OPEN_EPOCH } from './peer-memory.ts';
import { Presence } from './presence.ts';
import type { LeaveReason } from './room-events.ts';
import type { CheckedOptions } from './room-options.ts';
import type { StayHandlers } from './stay-handlers.ts';
import { Transcript } from './transcript.ts';
import { Trouble, violationError } from './trouble.ts';
import { onWake } from './wake.ts';

export { makeSpare } from './spare-connection.ts';
export { warmUp } from './warm-up.ts';

/**
 * One stay in a room, from `join()` to `leave()`: the key, the log and all links, wired together. A room that is joined
 * again has another one. Invariant: after `leave()` no handler is called and nothing is held.
 */
export class Stay {
  readonly transcript: Transcript;
  readonly calls: CallHost;
  readonly #arrival: Arrival;
  readonly #life = new AbortController();
  readonly #instance = encodeBase64url(crypto.getRandomValues(new Uint8Array(8))) as InstanceId;
  readonly #admission: Admission;
  readonly #mesh: Mesh;
  readonly #courier: Courier;
  readonly #presence: Presence;
  readonly #delivery: Delivery;

  readonly #log: Log;
  readonly #name: OwnName;
  #handlers: StayHandlers | null;
  #capacity: number | null = null;
  #everConnected = false;
  readonly #trouble = new Trouble();
  /** A refusal that did not end the stay, because there were links to keep. */
  #refusal: RtcChatError | null = null;

  /** Rejects when `signal` aborts, and with what makes a stay impossible; then nothing is held. */
  static async begin(
    options: CheckedOptions,
    handlers: StayHandlers,
    signal: AbortSignal,
  ): Promise<Stay> {
    let wiring: Wiring | null = null;
    const arrival = await arrive(options, signal, () => wiring);
    const stay = new Stay(arrival, handlers);
    wiring = stay.#wiring();
    arrival.replay();
    return stay;
  }

  private constructor(arrival: Arrival, handlers: StayHandlers) {
    const { options, signaling, lease, name, supply, log } = arrival;
    const { identity } = lease;
    this.#arrival = arrival;
    this.#handlers = handlers;
    const place = { broadcaster: signaling.origin, room: options.roomName };
    this.#name = new OwnName(name, (other) =>
      leaseName({ ...place, name: other, signal: this.#life.signal }),
    );
    this.#log = log;
    this.#presence = new Presence({
      broadcast: (frame) => this.#mesh.broadcast(frame),
      typingChanged: (id) => this.#tellPeer(id),
    });
    this.#courier = new Courier(identity, this.#instance, options.roomName, {
      links: () => this.#mesh.links,
      linkTo: (id) => this.#mesh.linkTo(id),
      broadcast: (to, signal) => signaling.signal({ to, signal }),
      received: (from, body, key, open) => this.#mesh.receive(from, body, key, open),
    });
    this.#mesh = new Mesh(identity.id, {
      takeConnection: (purpose) => supply.take(purpose),
      signal: (to, body, everyPath) => this.#courier.send(to, body, everyPath),
      hello: () => this.#hello(),
      joined: (id) => {
        this.#relieved(id);
        this.#tellPeer(id, 'joined');
        // Who was alone is so no longer, even before there is a connection.
        this.#handlers?.changed();
      },
      greeted: (link, hello) => this.#greeted(link, hello),
      frame: (link, frame) => this.#take(link, frame),
      drained: (link) => this.#delivery.drained(link),
      changed: (id) => this.#linkChanged(id),
      left: (id, reason, detail) => this.#left(id, reason, detail),
      trouble: (error, id) => this.#troubled(error, id),
    });
    this.transcript = new Transcript(log, lease, {
      message: (message) => this.#handlers?.message(message),
      delivery: (message) => this.#handlers?.delivery(message),
      restored: () => this.#handlers?.restored(),
      written: () => this.#delivery.pump(),
      heard: (authors) => {
        for (const author of authors) this.#presence.forget(author as string as PeerId);
      },
      trimmed: (authors) => this.#delivery.trimmed(authors),
      changed: () => this.#handlers?.changed(),
      trouble: (error) => this.#handlers?.trouble(error),
    });
    this.#delivery = new Delivery(log, this.transcript.receipts, {
      broadcast: (frame) => this.#mesh.broadcast(frame),
      violated: (link) => link.violate('invalid-batch'),
    });
    this.calls = new CallHost(
      options.calls,
      { self: identity.id, clock: arrival.clock, linkTo: (id) => this.#mesh.linkTo(id) },
      handlers.calls,
    );
    this.#admission = new Admission(
      signaling,
      identity,
      name.name,
      {
        room: options.roomName,
        instance: this.#instance,
        capacity: options.capacity,
        token: options.token,
        offer: () => this.#openOffer(),
      },
      {
        admitted: (answer, atMs) => this.#admitted(answer, atMs),
        iceServers: ({ iceServers }) => this.#giveServers(iceServers),
        changed: () => this.#handlers?.changed(),
        refused: (error) => this.#refused(error),
      },
    );
    onWake(() => this.#mesh.retry(), this.#life.signal);
  }

  get self(): { readonly id: PeerId; readonly name: string } {
    return { id: this.#arrival.lease.identity.id, name: this.#name.current };
  }

  get peers(): readonly Peer[] {
    return this.#mesh.links.flatMap((link) => this.#peer(link.id) ?? []);
  }

  get capacity(): number | null {
    return this.#capacity;
  }

  get broadcaster(): BroadcasterState {
    return this.#admission.broadcaster;
  }

  /** Once we are in, a broadcaster that is away is no error of ours: `broadcaster` says so. */
  get error(): RtcChatError | null {
    return this.#refusal ?? (this.#capacity === null ? this.#admission.error : null);
  }

  get trouble(): ChatRoom['trouble'] {
    return this.#trouble.describe((id) => this.#mesh.nameOf(id));
  }

  get retryAt(): number | null {
    return this.#admission.retryAt;
  }

  /** `joining` until admitted and, where somebody is there, until the first contact has gone one way or the other. */
  get status(): 'joining' | 'waiting' | 'connected' | 'reconnecting' {
    const states = this.#mesh.links.map((link) => link.state);
    if (states.includes('connected')) return 'connected';
    if (states.some((state) => state !== 'connecting')) return 'reconnecting';
    if (states.length > 0) return this.#everConnected ? 'reconnecting' : 'joining';
    return this.#capacity === null ? 'joining' : 'waiting';
  }

  async rename(name: PersonName): Promise<void> {
    await this.#name.change(name, this.#admission);
    this.#handlers?.changed();
  }

  setTyping(typing: boolean): void {
    this.#presence.setTyping(typing);
  }

  markSeen(messageId: string): void {
    for (const [author, seq] of this.transcript.readThrough(messageId)) {
      this.#presence.markSeen(author, seq);
    }
  }

  retry(): void {
    this.#admission.retry();
    this.#mesh.retry();
  }

  /** `bye` to everyone, the seat back, everything released. */
  async leave(): Promise<void> {
    this.#handlers = null;
    this.calls.close();
    this.#presence.setTyping(false);
    await Promise.all([this.#mesh.leave(), this.#admission.leave()]);
    this.#life.abort();
    this.#presence.close();
    this.#delivery.close();
    await this.transcript.close();
    await releaseArrival(this.#arrival);
    this.#name.release();
  }

  #wiring(): Wiring {
    return {
      connected: () => this.#admission.connected(),
      disconnected: (retryInMs) => this.#admission.disconnected(retryInMs),
      peerJoined: (peer) => this.#mesh.announce(peer),
      peerLeft: ({ id }) => {
        this.#mesh.unlist(id);
        this.#relieved(id);
      },
      signal: (delivery) => this.#courier.relayed(delivery),
      replaced: () =>
        this.#fail(
          new RtcChatError('replaced', 'This conversation goes on in another tab or window.'),
        ),
      name: () => this.#name.current,
      audience: () => this.#mesh.openIds,
      beforeWrite: async () => {
        // Who has just come is not written past: back-pressure begins with its `hello`.
        for (const { settled } of this.#mesh.links) await settled;
        await this.#delivery.mayWrite();
      },
    };
  }

  #giveServers(servers: JoinAnswer['iceServers']): void {
    const configuration = this.#arrival.giveServers(servers);
    if (configuration) this.#mesh.configure(configuration);
  }

  async #openOffer(): Promise<string | null> {
    const shown = await this.#arrival.supply.show();
    if (!shown) return null;
    this.#mesh.offeredOpenly = true;
    return this.#courier.seal({ ...shown, epoch: OPEN_EPOCH, n: 1, toEpoch: 0 });
  }

  #admitted({ peers, iceServers, limits, now, offered }: JoinAnswer, atMs: number): void {
    this.#arrival.clock.correct(now, atMs);
    this.#giveServers(iceServers);
    this.#capacity = limits.capacity;
    this.#refusal = null;
    if (offered && peers.length === 1) this.#arrival.supply.said();
    this.#mesh.list(peers);
    if (peers.length === 0) this.transcript.readOn();
    void this.transcript.opened.then(() => this.#handlers?.admitted());
    this.#handlers?.changed();
    this.#expect();
  }

  /** Whether somebody else may come, for whom a connection is kept ready. */
  #expect(): void {
    if (!this.#handlers) return;
    const count = this.#mesh.links.length;
    const mayCome = this.#capacity !== null && count < this.#capacity - 1;
    this.#arrival.supply.expect(mayCome, count === 0);
  }

  /** Who is refused when coming back keeps the links, and says so. */
  #refused(error: RtcChatError): void {
    if (this.#mesh.openIds.length === 0) return this.#fail(error);
    this.#refusal = error;
    // There is no list any more; who cannot be mended within its time is gone.
    this.#mesh.list([]);
    this.#handlers?.changed();
  }

  #fail(error: RtcChatError): void {
    const handlers = this.#handlers;
    this.#handlers = null;
    handlers?.failed(error);
  }

  #hello(): FrameInput & { readonly type: 'hello' } {
    const { identity, history } = this.#arrival.lease;
    const have: Record<AuthorId, Mark> = {};
    for (const [author, mark] of this.#log.marks) have[author] = mark;
    return {
      type: 'hello',
      v: PROTOCOL_VERSION,
      key: identity.key,
      name: this.#name.current,
      instance: this.#instance,
      history,
      features: [...this.calls.features],
      have,
    };
  }

  #greeted(link: Link, hello: FrameOf<'hello'>): void {
    this.#everConnected = true;
    this.transcript.readOn();
    this.#relieved(link.id);
    // Who is listed has the name that the broadcaster found free: nobody takes another's by saying so.
    if (!link.listed || !this.#mesh.nameOf(link.id)) this.#mesh.rename(link.id, hello.name);
    this.#delivery.opened(link, hello);
    this.calls.greeted(link.id, hello);
    link.send(this.#presence.greeting(this.#mesh.openIds));
    this.#tellLinks(link.id);
    this.#handlers?.changed();
    this.#expect();
  }

  #take(link: Link, frame: Frame): void | Promise<void> {
    switch (frame.type) {
      case 'batch':
        return this.#delivery.takeBatch(link, frame);
      case 'have':
        return this.#delivery.takeHave(link, frame);
      case 'presence':
        // What a neighbour passes on of others (`of`) belongs to a feature that we do not name.
        if (frame.of !== undefined) return;
        this.#presence.take(link.id, frame);
        this.transcript.receipts.seen(link.id, frame.seen?.[this.#log.self] ?? 0);
        return;
      case 'call':
      case 'lines':
        return this.calls.take(link.id, frame);
      case 'signal':
        return this.#courier.framed(link.id, frame);
      default:
        // Frames of features that we do not name are not sent to us by anyone honest, and mean nothing.
        return;
    }
  }

  #linkChanged(id: PeerId): void {
    const link = this.#mesh.linkTo(id);
    if (link && this.#delivery.linkChanged(link)) this.#tellLinks(id);
    if (link?.state !== 'connected') this.#presence.forget(id);
    this.#tellPeer(id);
    this.#handlers?.changed();
  }

  #left(id: PeerId, reason: LeaveReason, detail: string): void {
    if (this.#delivery.lost(id)) this.#tellLinks(id);
    this.transcript.receipts.peerLeft(id);
    this.#presence.left(id);
    this.calls.gone(id);
    this.#handlers?.peerLeft(
      { id, name: this.#mesh.nameOf(id), link: 'reconnecting', typing: false, listed: false },
      reason,
    );
    this.#expect();
    if (reason === 'violation') this.#troubled(violationError(detail), id);
    if (this.#refusal && this.#mesh.links.length === 0) return this.#fail(this.#refusal);
    this.#handlers?.changed();
  }

  #troubled(error: RtcChatError, id: PeerId): void {
    this.#trouble.note(id, error);
    this.#handlers?.trouble(error);
    this.#handlers?.changed();
  }

  #relieved(id: PeerId): void {
    if (this.#trouble.relieve(id)) this.#handlers?.changed();
  }

  /** Whom we are linked to, for those who want to know whom they can reach through us. */
  #tellLinks(except: PeerId): void {
    const frame: FrameInput = { type: 'presence', links: [...this.#mesh.openIds] };
    for (const link of this.#mesh.links) if (link.id !== except) link.send(frame);
  }

  #tellPeer(id: PeerId, news: 'joined' | 'changed' = 'changed'): void {
    const peer = this.#peer(id);
    if (!peer) return;
    if (peer.name) this.transcript.rename(id, peer.name);
    if (news === 'joined') this.#handlers?.peerJoined(peer);
    else this.#handlers?.peerChanged(peer);
  }

  #peer(id: PeerId): Peer | null {
    const link = this.#mesh.linkTo(id);
    if (!link || link.state === 'ended') return null;
    const typing = this.#presence.isTyping(id);
    return { id, name: this.#mesh.nameOf(id), link: link.state, typing, listed: link.listed };
  }
}
