import { parseFrame, stringifyFrame } from '../../../src/protocol/frames.ts';
import type { Frame, FrameInput, FrameOf, Mark } from '../../../src/protocol/frames.ts';
import type { AuthorId, PeerId } from '../../../src/protocol/ids.ts';
import { Delivery } from '../../../src/rtc/delivery.ts';
import { HISTORY } from '../../../src/rtc/gatherer.ts';
import type { Link } from '../../../src/rtc/link.ts';
import { Receipts } from '../../../src/rtc/receipts.ts';
import { openLog, shownIn, type OpenLog } from './open-log.ts';

/** One direction of a connection: frames as they travel, one after the other, each in a task of its own. */
class Road {
  readonly id: PeerId;
  state = 'connected';
  open = true;
  writable = true;
  readonly sent: FrameInput[] = [];
  /** Something was sent. */
  onSent: () => void = () => {};
  /** What becomes of a frame on its way; null where it is lost with the connection. */
  meddle: (frame: FrameInput) => FrameInput = (frame) => frame;
  readonly #arrive: (frame: Frame) => void;

  constructor(to: PeerId, arrive: (frame: Frame) => void) {
    this.id = to;
    this.#arrive = arrive;
  }

  send(frame: FrameInput): boolean {
    if (!this.open) return false;
    this.sent.push(frame);
    this.onSent();
    const parsed = parseFrame(stringifyFrame(this.meddle(frame)));
    if (typeof parsed === 'string') throw new Error(`sent a wrong frame: ${parsed}`);
    setTimeout(() => {
      if (this.open) this.#arrive(parsed);
    });
    return true;
  }
}

/** Somebody with a log and a delivery, and no network. */
export class Neighbour {
  opened: OpenLog;
  delivery: Delivery;
  readonly roads = new Map<PeerId, Road>();
  readonly forgeries: PeerId[] = [];
  forks = 0;
  /** Those who are in the room, and cannot be reached. */
  readonly present = new Set<PeerId>();
  /** Whom it has met. */
  readonly met = new Set<string>();
  /** What is looked at after each change. */
  readonly #looks = new Set<() => void>();
  #looking = false;

  static async create(options: Parameters<typeof openLog>[0] = {}): Promise<Neighbour> {
    const neighbour: { is?: Neighbour } = {};
    const opened = await openLog({
      beforeWrite: () => neighbour.is?.delivery.mayWrite() ?? null,
      audience: () => [...(neighbour.is?.roads.keys() ?? [])],
      present: () => [...(neighbour.is?.roads.keys() ?? []), ...(neighbour.is?.present ?? [])],
      ...options,
    });
    neighbour.is = new Neighbour(opened);
    return neighbour.is;
  }

  constructor(opened: OpenLog) {
    this.opened = opened;
    const { log } = opened;
    const receipts = new Receipts(log);
    this.delivery = new Delivery(log, receipts, {
      broadcast: (frame) => {
        for (const road of this.roads.values()) road.send(frame);
      },
      violated: ({ id }) => {
        throw new Error(`${id} broke the protocol`);
      },
      forged: ({ id }) => {
        this.forgeries.push(id);
        this.#changed();
      },
      forked: () => this.forks++,
      acquaintance: (author) => {
        if (this.roads.has(author as string as PeerId)) return 'linked';
        return this.met.has(author) ? 'met' : 'unknown';
      },
      nameOf: (id) => id,
    });
    const { onCommit, onTrim } = log;
    log.onCommit = (change) => {
      onCommit(change);
      receipts.committed(change.written);
      if (change.own) this.delivery.pump();
      this.#changed();
    };
    log.onTrim = (dropped) => {
      onTrim(dropped);
      this.delivery.trimmed(dropped.map(({ author }) => author));
      this.#changed();
    };
    log.onRead = () => this.delivery.pump();
  }

  get id(): PeerId {
    return this.opened.identity.id;
  }

  get texts(): string[] {
    return shownIn(this.opened);
  }

  write(text: string): Promise<unknown> {
    return this.opened.log.append(text);
  }

  /** Fulfils when it shows so many. */
  shows(count: number): Promise<void> {
    return this.until(() => this.texts.length >= count);
  }

  /** Fulfils as soon as this holds; looked at now, and after whatever is kept, dropped, refused or sent. */
  until(holds: () => boolean): Promise<void> {
    return new Promise((resolve) => {
      const look = (): void => {
        if (!holds()) return;
        this.#looks.delete(look);
        resolve();
      };
      this.#looks.add(look);
      look();
    });
  }

  /** A road to somebody, who has one back by the time that anything travels. */
  lay(to: Neighbour): Road {
    const road: Road = new Road(to.id, (frame) => {
      const back = to.roads.get(this.id);
      if (back) to.take(back, frame);
    });
    road.onSent = () => this.#changed();
    this.roads.set(to.id, road);
    this.met.add(to.id);
    return road;
  }

  /** What happens in one go is looked at in one go: there are hundreds of messages to go through. */
  #changed(): void {
    if (this.#looking || this.#looks.size === 0) return;
    this.#looking = true;
    setTimeout(() => {
      this.#looking = false;
      for (const look of this.#looks) look();
    });
  }

  roadTo(other: Neighbour): Road {
    const road = this.roads.get(other.id);
    if (!road) throw new Error('there is no road');
    return road;
  }

  hello(features: string[] = [HISTORY]): FrameOf<'hello'> {
    const have: Record<AuthorId, Mark> = {};
    for (const [author, mark] of this.opened.log.marks) have[author] = mark;
    const { key } = this.opened.identity;
    return { type: 'hello', key, have, features } as FrameOf<'hello'>;
  }

  take(road: Road, frame: Frame): void {
    const link = road as unknown as Link;
    void this.delivery.take(link, frame as Parameters<Delivery['take']>[1]);
  }

  close(): Promise<void> {
    this.delivery.close();
    return this.opened.log.close();
  }
}

/** Lays a road between two, and lets them greet. */
export function connect(a: Neighbour, b: Neighbour): void {
  const [helloA, helloB] = [a.hello(), b.hello()];
  const [toB, toA] = [a.lay(b), b.lay(a)];
  a.delivery.opened(toB as unknown as Link, helloB);
  b.delivery.opened(toA as unknown as Link, helloA);
}

export function disconnect(a: Neighbour, b: Neighbour): void {
  for (const [from, to] of [
    [a, b],
    [b, a],
  ] as const) {
    const road = from.roads.get(to.id);
    if (!road) continue;
    road.open = false;
    from.roads.delete(to.id);
    from.delivery.lost(to.id);
  }
}
