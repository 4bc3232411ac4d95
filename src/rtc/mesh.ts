import type { ListedPeer } from '../protocol/broadcaster-messages.ts';
import type { RtcChatError } from '../protocol/errors.ts';
import type { Frame, FrameInput, FrameOf } from '../protocol/frames.ts';
import type { PeerId, PublicKeyText } from '../protocol/ids.ts';
import { MAX_AUTHORS, MAX_CAPACITY } from '../protocol/limits.ts';
import type { SignalBody } from '../protocol/signal.ts';
import type { Connection } from './connection.ts';
import type { LinkPeer } from './link.ts';
import { Link } from './link.ts';
import { PeerMemory } from './peer-memory.ts';
import type { LeaveReason } from './room-events.ts';

/** Known by a signal of their own only, as who comes while we cannot reach the broadcaster: whoever is here can invent some. */
const MAX_UNLISTED = 8;

export interface MeshHandlers {
  takeConnection(purpose: 'offer' | 'answer'): Connection;
  signal(to: PeerId, body: Omit<SignalBody, 'instance'>, everyPath: boolean): void;
  hello(): FrameInput & { readonly type: 'hello' };
  /** Somebody is known who was not; there may be no connection yet. */
  joined(id: PeerId): void;
  greeted(link: Link, hello: FrameOf<'hello'>): void;
  frame(link: Link, frame: Frame): void | Promise<void>;
  drained(link: Link): void;
  changed(id: PeerId): void;
  left(id: PeerId, reason: LeaveReason, detail: string): void;
  trouble(error: RtcChatError, id: PeerId): void;
}

/**
 * One link to each other peer of the room. The broadcaster's list makes links; links end by themselves.
 * Closed by its stay.
 */
export class Mesh {
  readonly #self: PeerId;
  readonly #handlers: MeshHandlers;
  readonly #links = new Map<PeerId, Link>();
  readonly #names = new Map<PeerId, string>();
  readonly #memories = new Map<PeerId, PeerMemory>();
  /** An offer for whoever is there has been made. */
  offeredOpenly = false;
  #left = false;

  constructor(self: PeerId, handlers: MeshHandlers) {
    this.#self = self;
    this.#handlers = handlers;
  }

  get links(): readonly Link[] {
    return [...this.#links.values()];
  }

  get openIds(): readonly PeerId[] {
    return this.links.filter((link) => link.open).map((link) => link.id);
  }

  linkTo(id: PeerId): Link | undefined {
    return this.#links.get(id);
  }

  nameOf(id: PeerId): string {
    return this.#names.get(id) ?? '';
  }

  /** What a join was answered with: the whole list. Whom we find there, we offer. */
  list(peers: readonly ListedPeer[]): void {
    const listed = new Set(peers.map((peer) => peer.id));
    for (const link of this.links) {
      if (!link.listed || listed.has(link.id)) continue;
      link.unlisted();
      this.#handlers.changed(link.id);
    }
    for (const peer of peers) this.#add(peer, true);
  }

  /** Somebody came, or is announced with another name or in another life. */
  announce(peer: ListedPeer): void {
    this.#add(peer, false);
  }

  unlist(id: PeerId): void {
    const link = this.#links.get(id);
    if (!link?.listed) return;
    link.unlisted();
    this.#handlers.changed(id);
  }

  /** A proven signal; it can be faster than the list. */
  receive(from: PeerId, body: SignalBody, key: PublicKeyText, open: boolean): void {
    if (!this.#links.has(from)) {
      // Its maker has just been announced; else it is one that was kept, of somebody who may be gone for long.
      if (open) return;
      if (body.description?.type !== 'offer' || !this.#remember(from).welcomes(body)) return;
      this.#make({ id: from, instance: body.instance, listed: false });
    }
    this.#links.get(from)?.receive(body, key);
  }

  /** The name that somebody gives itself on a proven link. */
  rename(id: PeerId, name: string): void {
    if (this.#names.get(id) === name) return;
    this.#names.set(id, name);
    this.#handlers.changed(id);
  }

  broadcast(frame: FrameInput): void {
    for (const link of this.#links.values()) link.tell(frame);
  }

  configure(configuration: RTCConfiguration): void {
    for (const link of this.links) link.configure(configuration);
  }

  retry(): void {
    for (const link of this.links) link.retry();
  }

  /** Takes leave of everyone, and lets nobody come any more. */
  async leave(): Promise<void> {
    this.#left = true;
    const links = this.links;
    this.#links.clear();
    await Promise.all(links.map((link) => link.leave()));
  }

  #add({ id, name, instance }: ListedPeer, newcomer: boolean): void {
    if (id === this.#self) return;
    const link = this.#links.get(id);
    if (link) {
      const wasListed = link.listed;
      link.relisted(instance);
      if (this.#names.get(id) !== name) this.rename(id, name);
      else if (!wasListed) this.#handlers.changed(id);
      return;
    }
    if (this.#remember(id).isOver(instance)) return;
    this.#names.set(id, name);
    this.#make({ id, instance, listed: true })?.connect(newcomer);
  }

  #make(peer: LinkPeer): Link | null {
    const { id, listed } = peer;
    const most = listed ? MAX_CAPACITY - 1 : MAX_UNLISTED;
    if (this.#left || this.links.filter((link) => link.listed === listed).length >= most)
      return null;
    const link: Link = new Link(peer, this.#self < id, this.#remember(id), {
      takeConnection: (purpose) => this.#handlers.takeConnection(purpose),
      signal: (body, everyPath) => this.#handlers.signal(id, body, everyPath),
      hello: () => this.#handlers.hello(),
      greeted: (hello) => this.#handlers.greeted(link, hello),
      frame: (frame) => this.#handlers.frame(link, frame),
      drained: () => this.#handlers.drained(link),
      changed: () => this.#handlers.changed(id),
      ended: (reason, detail) => {
        this.#links.delete(id);
        this.#handlers.left(id, reason, detail);
      },
      trouble: (error) => this.#handlers.trouble(error, id),
    });
    this.#links.set(id, link);
    this.#handlers.joined(id);
    return link;
  }

  /** Bounded: of those who came and went, the first are forgotten first. */
  #remember(id: PeerId): PeerMemory {
    const memory = this.#memories.get(id) ?? new PeerMemory(this.offeredOpenly);
    this.#memories.set(id, memory);
    for (const known of this.#memories.keys()) {
      if (this.#memories.size <= MAX_AUTHORS) break;
      if (this.#links.has(known)) continue;
      this.#memories.delete(known);
      this.#names.delete(known);
    }
    return memory;
  }
}
