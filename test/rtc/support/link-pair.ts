import { encodeBase64url } from '../../../src/protocol/base64url.ts';
import type { RtcChatError } from '../../../src/protocol/errors.ts';
import type { Frame, FrameOf } from '../../../src/protocol/frames.ts';
import type { InstanceId, PeerId, PublicKeyText } from '../../../src/protocol/ids.ts';
import type { SignalBody } from '../../../src/protocol/signal.ts';
import { createConnection, type Connection } from '../../../src/rtc/connection.ts';
import { Link } from '../../../src/rtc/link.ts';
import { PeerMemory } from '../../../src/rtc/peer-memory.ts';

let instances = 0;
export const freshInstance = (): InstanceId => {
  const bytes = new Uint8Array(8);
  new DataView(bytes.buffer).setUint32(4, ++instances);
  return encodeBase64url(bytes) as InstanceId;
};

/** A signal on its way. */
export interface Carried {
  readonly from: LinkEnd;
  readonly to: LinkEnd;
  readonly body: SignalBody;
  /** Of this sender, from 1. */
  readonly count: number;
  /** `alter` is given its text. */
  deliver(alter?: (body: string) => string): void;
}

export const isOffer = ({ body }: Carried): boolean => body.description?.type === 'offer';
export const isAnswer = ({ body }: Carried): boolean => body.description?.type === 'answer';

/** What becomes of a signal; default `pass`. Held ones are kept in `pair.held`. */
export type Rule = (signal: Carried) => 'pass' | 'drop' | 'hold';

/** One side of a link, with everything that it tells. */
export class LinkEnd {
  readonly id: PeerId;
  readonly key: PublicKeyText;
  readonly pair: LinkPair;
  instance = freshInstance();
  memory = new PeerMemory();
  link: Link | null = null;
  signals = 0;
  /** What its `hello` says instead of the truth. */
  claims: Partial<FrameOf<'hello'>> = {};
  readonly connections: Connection[] = [];
  readonly opened: FrameOf<'hello'>[] = [];
  readonly frames: Frame[] = [];
  readonly errors: RtcChatError[] = [];
  ended: readonly [reason: string, detail: string] | null = null;
  readonly #waiting = new Set<() => void>();

  constructor(pair: LinkPair, number: number) {
    this.pair = pair;
    this.id = String.fromCharCode(64 + number).repeat(22) as PeerId;
    this.key = encodeBase64url(new Uint8Array(32).fill(number)) as PublicKeyText;
  }

  get other(): LinkEnd {
    return this === this.pair.a ? this.pair.b : this.pair.a;
  }

  get current(): Link {
    if (!this.link) throw new Error('There is no link.');
    return this.link;
  }

  /** The connection made last. */
  get connection(): Connection {
    const last = this.connections.at(-1);
    if (!last) throw new Error('There is no connection.');
    return last;
  }

  /** A link to the other side as the list makes one. */
  begin(listed = true, instance = this.other.instance): Link {
    this.ended = null;
    const { id } = this.other;
    this.link = new Link({ id, instance, listed }, this.id < id, this.memory, {
      takeConnection: () => {
        const connection = createConnection({});
        this.#tell(() => this.connections.push(connection));
        return connection;
      },
      signal: (body) => this.pair.carry(this, { ...body, instance: this.instance }),
      hello: () => ({
        type: 'hello',
        v: 1,
        key: this.key,
        name: this.id,
        instance: this.instance,
        history: 'none',
        features: [],
        have: {},
        ...this.claims,
      }),
      greeted: (hello) => this.#tell(() => this.opened.push(hello)),
      frame: (frame) => this.#tell(() => this.frames.push(frame)),
      drained: () => this.#tell(),
      changed: () => this.#tell(),
      ended: (...why) => this.#tell(() => (this.ended = why)),
      trouble: (error) => this.#tell(() => this.errors.push(error)),
    });
    return this.link;
  }

  /** The page is loaded again: nothing is left but the key. */
  reload(): void {
    const link = this.link;
    this.link = null;
    for (const { pc } of this.connections.splice(0)) pc.close();
    void link?.leave();
    this.instance = freshInstance();
    this.memory = new PeerMemory();
    this.opened.length = this.frames.length = 0;
  }

  say(text: string): boolean {
    return this.current.send({
      type: 'presence',
      typing: true,
      links: [text.padEnd(22, '_') as PeerId],
    });
  }

  heard(text: string): boolean {
    return this.frames.some(
      (frame) => frame.type === 'presence' && frame.links?.[0] === text.padEnd(22, '_'),
    );
  }

  /** Fulfils as soon as this holds; looked at now and after everything that the link tells. */
  until(holds: (end: this) => boolean): Promise<void> {
    return new Promise((resolve) => {
      const look = (): void => {
        if (!holds(this)) return;
        this.#waiting.delete(look);
        resolve();
      };
      this.#waiting.add(look);
      look();
    });
  }

  #tell(note?: () => unknown): void {
    note?.();
    for (const look of this.#waiting) look();
  }
}

/** Two links with nothing between them but a pipe that does as it is told. `a` has the smaller id: it is polite. */
export class LinkPair {
  readonly a: LinkEnd = new LinkEnd(this, 1);
  readonly b: LinkEnd = new LinkEnd(this, 2);
  rule: Rule = () => 'pass';
  readonly held: Carried[] = [];
  /** Everything that was ever handed over. */
  readonly log: Carried[] = [];
  readonly #waiting = new Set<() => void>();

  carry(from: LinkEnd, body: SignalBody): void {
    const to = from.other;
    const text = JSON.stringify(body);
    const signal: Carried = {
      from,
      to,
      body,
      count: ++from.signals,
      deliver: (alter = (same) => same) => {
        const copy = JSON.parse(alter(text)) as SignalBody;
        if (copy.toInstance === to.instance) to.link?.receive(copy, from.key);
      },
    };
    this.log.push(signal);
    const fate = this.rule(signal);
    if (fate === 'hold') this.held.push(signal);
    if (fate === 'pass') queueMicrotask(() => signal.deliver());
    for (const look of this.#waiting) look();
  }

  release(): void {
    this.rule = () => 'pass';
    for (const signal of this.held.splice(0)) signal.deliver();
  }

  /** Fulfils as soon as what was handed over is as described. */
  until(holds: (log: readonly Carried[]) => boolean): Promise<void> {
    return new Promise((resolve) => {
      const look = (): void => {
        if (!holds(this.log)) return;
        this.#waiting.delete(look);
        resolve();
      };
      this.#waiting.add(look);
      look();
    });
  }

  /** `a` finds `b` there. */
  meet(): void {
    this.b.begin().connect(false);
    this.a.begin().connect(true);
  }

  /** Both sides have this many connections proven, and frames go both ways. */
  async connected(): Promise<void> {
    const up = ({ link, opened }: LinkEnd): boolean =>
      link?.state === 'connected' && link.open && opened.length > 0;
    await Promise.all([this.a.until(up), this.b.until(up)]);
  }

  async talk(word: string): Promise<void> {
    this.a.say(`a-${word}`);
    this.b.say(`b-${word}`);
    await Promise.all([
      this.a.until((end) => end.heard(`b-${word}`)),
      this.b.until((end) => end.heard(`a-${word}`)),
    ]);
  }

  async close(): Promise<void> {
    this.rule = () => 'drop';
    await Promise.all([this.a.link?.leave(), this.b.link?.leave()]);
    for (const { pc } of [...this.a.connections, ...this.b.connections]) pc.close();
  }
}

/** ICE loses the path for a moment, and nobody waits to see whether it comes back. */
export function restart({ connection: { pc }, current }: LinkEnd): void {
  Object.defineProperty(pc, 'iceConnectionState', { configurable: true, value: 'disconnected' });
  pc.oniceconnectionstatechange?.call(pc, new Event('iceconnectionstatechange'));
  Reflect.deleteProperty(pc, 'iceConnectionState');
  current.retry();
}
