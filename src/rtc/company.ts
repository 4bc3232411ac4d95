import type { RtcChatError } from '../protocol/errors.ts';
import { LATE_SIGNATURE } from '../protocol/frames.ts';
import type { Frame, FrameInput, FrameOf, Mark } from '../protocol/frames.ts';
import type { AuthorId, InstanceId, PeerId, PersonName } from '../protocol/ids.ts';
import { PROTOCOL_VERSION } from '../protocol/limits.ts';
import type { Arrival } from './arrival.ts';
import { CallHost } from './call-host.ts';
import type { ChatRoom } from './chat-room.ts';
import { Courier } from './courier.ts';
import { Delivery } from './delivery.ts';
import { peerOf } from './entry.ts';
import { HISTORY, type Acquaintance } from './gatherer.ts';
import { Hearsay } from './hearsay.ts';
import type { Link } from './link.ts';
import { Mesh } from './mesh.ts';
import type { Peer } from './peer.ts';
import { Presence } from './presence.ts';
import type { LeaveReason } from './room-events.ts';
import { placeOf } from './room-options.ts';
import type { StayHandlers } from './stay-handlers.ts';
import type { Transcript } from './transcript.ts';
import { Trouble, violationError } from './trouble.ts';

export interface CompanyHandlers extends Pick<
  StayHandlers,
  'changed' | 'peerJoined' | 'peerChanged' | 'peerLeft' | 'trouble' | 'calls'
> {
  /** Ours, as it is now. */
  name(): PersonName;
  /** Whether the broadcaster's list is of now. */
  readonly online: () => boolean;
  /** Our key has signed two different things: it is of no use any more. */
  forked(by: PeerId, seq: number): void;
  /** Somebody has been greeted, or is no longer here. */
  counted(): void;
}

/**
 * Those who are here with us: a link to each, what is said to them and who reads what they say, and what people see of
 * them. Closed by its stay.
 */
export class Company {
  readonly mesh: Mesh;
  readonly courier: Courier;
  readonly presence: Presence;
  readonly delivery: Delivery;
  readonly #hearsay: Hearsay;
  readonly calls: CallHost;
  readonly #arrival: Arrival;
  readonly #instance: InstanceId;
  readonly #transcript: Transcript;
  readonly #handlers: CompanyHandlers;
  readonly #trouble = new Trouble();
  #everConnected = false;

  constructor(
    arrival: Arrival,
    instance: InstanceId,
    transcript: Transcript,
    handlers: CompanyHandlers,
  ) {
    const { options, signaling, lease, supply, log } = arrival;
    const { identity } = lease;
    this.#arrival = arrival;
    this.#instance = instance;
    this.#transcript = transcript;
    this.#handlers = handlers;
    this.presence = new Presence({
      broadcast: (frame) => this.mesh.broadcast(frame),
      typingChanged: (id) => this.#tellPeer(id),
    });
    this.courier = new Courier(identity, instance, options.roomName, {
      links: () => this.mesh.links,
      linkTo: (id) => this.mesh.linkTo(id),
      broadcast: (to, signal) => signaling.signal({ to, signal }),
      received: (from, body, key, open) => this.mesh.receive(from, body, key, open),
    });
    this.mesh = new Mesh(identity.id, {
      takeConnection: (purpose) => supply.take(purpose),
      signal: (to, body, everyPath) => this.courier.send(to, body, everyPath),
      hello: () => this.#hello(),
      joined: (id) => {
        this.relieved(id);
        this.#tellPeer(id, 'joined');
        // Who was alone is so no longer, even before there is a connection.
        handlers.changed();
      },
      greeted: (link, hello) => this.#greeted(link, hello),
      frame: (link, frame) => this.#take(link, frame),
      drained: (link) => this.delivery.drained(link),
      changed: (id) => this.#linkChanged(id),
      left: (id, reason, detail) => this.#left(id, reason, detail),
      trouble: (error, id) => this.#troubled(error, id),
    });
    this.delivery = new Delivery(log, transcript.receipts, {
      broadcast: (frame) => this.mesh.broadcast(frame),
      violated: (link) => link.violate('invalid-batch'),
      forged: (link) => this.#forged(link),
      forked: (id, seq) => handlers.forked(id, seq),
      acquaintance: (author) => this.#acquaintance(peerOf(author)),
      nameOf: (id) => this.mesh.nameOf(id),
    });
    this.#hearsay = new Hearsay(transcript.receipts, {
      send: (to, frame) => void this.mesh.linkTo(to)?.send(frame),
      isLinked: (id) => this.mesh.linkTo(id)?.open ?? false,
      present: () => this.mesh.links.map(({ id }) => id),
      changed: (id) => this.#tellPeer(id),
    });
    this.calls = new CallHost(
      {
        kind: options.calls,
        self: identity.id,
        place: placeOf(options),
        clock: arrival.clock,
        mesh: this.mesh,
        online: handlers.online,
      },
      handlers.calls,
    );
  }

  /** Those whom what we write reaches now, by a link of ours or through somebody else. */
  get audience(): readonly PeerId[] {
    return [...this.mesh.openIds, ...this.#hearsay.reached];
  }

  get peers(): readonly Peer[] {
    return this.mesh.links.flatMap((link) => this.#peer(link.id) ?? []);
  }

  /** How far we are with them; null where nobody is here. `joining` until the first contact has gone one way or the other. */
  get status(): 'joining' | 'connected' | 'reconnecting' | null {
    const states = this.mesh.links.map((link) => link.state);
    if (states.length === 0) return null;
    if (states.includes('connected')) return 'connected';
    const tried = this.#everConnected || states.some((state) => state !== 'connecting');
    return tried ? 'reconnecting' : 'joining';
  }

  get trouble(): ChatRoom['trouble'] {
    return this.#trouble.describe((id) => this.mesh.nameOf(id));
  }

  /** Whatever was wrong with this one counts no more. */
  relieved(id: PeerId): void {
    if (this.#trouble.relieve(id)) this.#handlers.changed();
  }

  close(): void {
    this.presence.close();
    this.delivery.close();
  }

  #hello(): FrameInput & { readonly type: 'hello' } {
    const { identity, history } = this.#arrival.lease;
    const have: Record<AuthorId, Mark> = {};
    for (const [author, mark] of this.#arrival.log.marks) have[author] = mark;
    return {
      type: 'hello',
      v: PROTOCOL_VERSION,
      key: identity.key,
      name: this.#handlers.name(),
      instance: this.#instance,
      history,
      features: [HISTORY, LATE_SIGNATURE, ...this.calls.features],
      have,
    };
  }

  #greeted(link: Link, hello: FrameOf<'hello'>): void {
    this.#everConnected = true;
    this.#transcript.readOn();
    this.relieved(link.id);
    // Who is listed has the name that the broadcaster found free: nobody takes another's by saying so.
    const { id } = link;
    const isNew = !this.mesh.nameOf(id);
    if (!link.listed || isNew) this.mesh.rename(id, hello.name);
    if (isNew) this.#tellPeer(id, 'joined');
    this.delivery.opened(link, hello);
    // What is passed on of it is believed by those who know that we are linked to it.
    this.#tellLinks(id);
    this.#hearsay.opened(id, hello.have);
    this.#hearsay.review();
    this.calls.greeted(id, hello);
    link.send(this.presence.greeting(this.mesh.openIds));
    this.#handlers.counted();
  }

  #take(link: Link, frame: Frame): void | Promise<void> {
    switch (frame.type) {
      case 'have':
        if (frame.of !== undefined) return this.#repeated(link.id, frame.of, frame);
        this.#hearsay.holds(link.id, frame.have);
        return this.delivery.take(link, frame);
      case 'batch':
      case 'unsigned':
      case 'signature':
      case 'want':
      case 'given':
      case 'fork':
        return this.delivery.take(link, frame);
      case 'presence':
        if (frame.of !== undefined) return this.#repeated(link.id, frame.of, frame);
        this.#hearsay.says(link.id, frame);
        this.presence.take(link.id, frame);
        this.#transcript.receipts.seen(link.id, frame.seen?.[this.#arrival.log.self] ?? 0);
        return;
      case 'call':
      case 'lines':
        return this.calls.take(link.id, frame);
      case 'signal':
        return this.courier.framed(link.id, frame);
      default:
        // Frames of features that we do not name are not sent to us by anyone honest, and mean nothing.
        return;
    }
  }

  /** What somebody else holds or has seen, passed on to us. */
  #repeated(by: PeerId, of: PeerId, frame: Parameters<Hearsay['repeats']>[3]): void {
    this.#hearsay.repeats(by, of, this.#arrival.log.self, frame);
  }

  /** Somebody whom we were linked to, or hear of, may be out of reach now. */
  #reviewed(id: PeerId): void {
    if (!this.mesh.linkTo(id)?.open) this.#hearsay.lost(id);
    this.#hearsay.review();
  }

  #linkChanged(id: PeerId): void {
    const link = this.mesh.linkTo(id);
    if (link && this.delivery.linkChanged(link)) this.#tellLinks(id);
    this.#reviewed(id);
    if (link?.state !== 'connected') this.presence.forget(id);
    this.#tellPeer(id);
    this.calls.linkChanged(id);
    this.#handlers.changed();
  }

  #left(id: PeerId, reason: LeaveReason, detail: string): void {
    if (this.delivery.lost(id)) this.#tellLinks(id);
    this.#transcript.left(id, reason);
    this.#reviewed(id);
    this.presence.left(id);
    if (reason === 'lost') this.calls.lost(id);
    else this.calls.gone(id);
    const name = this.mesh.nameOf(id);
    if (name)
      this.#handlers.peerLeft(
        { id, name, link: 'reconnecting', typing: false, listed: false },
        reason,
      );
    if (reason === 'violation') this.#troubled(violationError(detail), id);
    this.#handlers.counted();
  }

  #acquaintance(id: PeerId): Acquaintance {
    if (this.mesh.linkTo(id)?.open) return 'linked';
    return this.mesh.nameOf(id) ? 'met' : 'unknown';
  }

  /** It may be honest: it is named where engineers look, and goes on talking. */
  #forged({ id }: Link): void {
    const name = this.mesh.nameOf(id);
    console.warn(`rtc-chat: ${name} (${id}) passed on a forged message; it was refused.`);
  }

  #troubled(error: RtcChatError, id: PeerId): void {
    if (!this.mesh.nameOf(id)) return;
    this.#trouble.note(id, error);
    this.#handlers.trouble(error);
    this.#handlers.changed();
  }

  /** Whom we are linked to, for those who want to know whom they can reach through us. */
  #tellLinks(except: PeerId): void {
    const frame: FrameInput = { type: 'presence', links: [...this.mesh.openIds] };
    for (const link of this.mesh.links) if (link.id !== except) link.send(frame);
  }

  #tellPeer(id: PeerId, news: 'joined' | 'changed' = 'changed'): void {
    const peer = this.#peer(id);
    if (!peer) return;
    if (peer.name) this.#transcript.rename(id, peer.name);
    if (news === 'joined') this.#handlers.peerJoined(peer);
    else this.#handlers.peerChanged(peer);
  }

  #peer(id: PeerId): Peer | null {
    const link = this.mesh.linkTo(id);
    const name = this.mesh.nameOf(id);
    // Who is neither listed nor has said who it is may be nobody at all.
    if (!link || link.state === 'ended' || !name) return null;
    const typing = this.presence.isTyping(id);
    const by = this.#hearsay.through(id);
    const through = by && { id: by, name: this.mesh.nameOf(by) };
    const { state, listed } = link;
    return {
      id,
      name,
      link: state,
      typing,
      listed,
      ...(through && { through }),
    };
  }
}
