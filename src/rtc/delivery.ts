import type { FrameInput, FrameOf, Mark } from '../protocol/frames.ts';
import type { AuthorId, PeerId } from '../protocol/ids.ts';
import { HaveSender } from './have-sender.ts';
import type { Link } from './link.ts';
import type { Log } from './log.ts';
import type { Receipts } from './receipts.ts';
import { Replication } from './replication.ts';

export interface DeliveryHandlers {
  /** To everyone we have an open link to. */
  broadcast(frame: FrameInput): void;
  /** This peer's batch broke the protocol. */
  violated(from: PeerId): void;
}

/** So far may the slowest live link lag behind our own log before we write on: far less than the log keeps. */
const MAX_LAG_ENTRIES = 4_096;

interface Neighbour {
  readonly link: Link;
  readonly replication: Replication;
  /** What it said of its own log: where that begins. */
  ownLow: number | null;
}

/**
 * Brings our log to everyone and takes theirs; PROTOCOL.md section 8. Invariant: a batch is told of by `have` only after
 * it is committed. Closed by its stay.
 */
export class Delivery {
  readonly #log: Log;
  readonly #receipts: Receipts;
  readonly #handlers: DeliveryHandlers;
  readonly #have: HaveSender;
  readonly #neighbours = new Map<PeerId, Neighbour>();
  #wakeWriter: (() => void) | null = null;

  constructor(log: Log, receipts: Receipts, handlers: DeliveryHandlers) {
    this.#log = log;
    this.#receipts = receipts;
    this.#handlers = handlers;
    this.#have = new HaveSender(log.marks, (have) => handlers.broadcast({ type: 'have', have }));
  }

  /** A proven connection: what the other side lacks of ours goes out. */
  opened(link: Link, hello: FrameOf<'hello'>): void {
    const { id } = link;
    const replication = new Replication(this.#log, link, hello.have[this.#log.self]);
    this.#neighbours.set(id, {
      link,
      replication,
      ownLow: hello.have[link.id as string as AuthorId]?.[0] ?? null,
    });
    this.#receipts.linkUp(id);
    this.#receipts.acknowledged(id, replication.acknowledged);
    replication.pump();
  }

  /** No connection to this peer at present. */
  lost(id: PeerId): void {
    if (!this.#neighbours.delete(id)) return;
    this.#receipts.linkDown(id);
    this.#resume();
  }

  takeHave(link: Link, { have, of }: FrameOf<'have'>): void {
    const neighbour = this.#neighbours.get(link.id);
    // What a neighbour passes on of others (`of`) is for a later version.
    if (!neighbour || of !== undefined) return;
    const ours: Mark | undefined = have[this.#log.self];
    neighbour.ownLow = have[link.id as string as AuthorId]?.[0] ?? neighbour.ownLow;
    if (!ours) return;
    neighbour.replication.acknowledge(ours[1]);
    this.#receipts.acknowledged(link.id, neighbour.replication.acknowledged);
    this.#resume();
  }

  async takeBatch(link: Link, { key, body, sig }: FrameOf<'batch'>): Promise<void> {
    const ownLow = this.#neighbours.get(link.id)?.ownLow ?? null;
    const result = await this.#log.receive({ key, body, sig }, { id: link.id, ownLow });
    if (result === 'invalid') this.#handlers.violated(link.id);
    else if (result === 'taken') this.#have.changed([link.id as string as AuthorId], body.length);
  }

  /** Own entries are committed: they may leave. */
  pump(): void {
    for (const { replication } of this.#neighbours.values()) replication.pump();
  }

  drained(link: Link): void {
    this.#neighbours.get(link.id)?.replication.pump();
  }

  /** Older entries are gone: others must know where our logs begin now. */
  trimmed(): void {
    this.#have.changed(this.#log.marks.keys(), 0);
  }

  /** Fulfils when nobody who is listening lags too far behind what we have written. */
  async mayWrite(): Promise<void> {
    while (this.#lagging()) await new Promise<void>((resolve) => (this.#wakeWriter = resolve));
  }

  /** Somebody's link has changed its state, or there is news of what somebody holds. */
  #resume(): void {
    this.#wakeWriter?.();
    this.#wakeWriter = null;
  }

  linkChanged(): void {
    this.#resume();
  }

  close(): void {
    this.#have.close();
    this.#neighbours.clear();
    this.#resume();
  }

  #lagging(): boolean {
    const high = this.#log.marks.get(this.#log.self)?.[1] ?? 0;
    return [...this.#neighbours.values()].some(
      ({ link, replication }) =>
        link.state === 'connected' && high - replication.acknowledged > MAX_LAG_ENTRIES,
    );
  }
}
