import type { SimChannel } from './channel.ts';
import { Pipe, type Network } from './network.ts';
import type { Actor } from './world.ts';

/** One side of a wire: a connection. */
export interface WireEnd {
  readonly id: string;
  readonly actor: Actor;
  readonly channels: ReadonlyMap<number, SimChannel>;
  readonly closed: boolean;
  readonly iceConnectionState: string;
  /** What it has agreed to with its last description, and with whom. */
  readonly ufrag: string;
  readonly remoteUfrag: string;
  readonly remoteId: string;
  readonly heardCandidate: boolean;
  wire: Wire | null;
  /** Something that happens to its page, unless it is closed then. */
  later(delayMs: number, run: () => void): void;
  become(state: 'connected' | 'disconnected' | 'failed'): void;
}

/** Whether the two have agreed on each other. */
export function connects(a: WireEnd, b: WireEnd): boolean {
  return (
    !a.closed &&
    !b.closed &&
    a.remoteId === b.id &&
    b.remoteId === a.id &&
    a.ufrag !== '' &&
    a.remoteUfrag === b.ufrag &&
    b.remoteUfrag === a.ufrag &&
    (a.heardCandidate || b.heardCandidate)
  );
}

/** How long ICE takes to notice that nothing carries, and to give up. */
const DISCONNECTED_AFTER_MS = 5_000;
const FAILED_AFTER_MS = 26_000;

/** What two connections that have agreed send each other by; it outlives interruptions, not a connection. */
export class Wire {
  readonly #network: Network;
  readonly #ends: readonly [WireEnd, WireEnd];
  readonly #pipes: readonly [Pipe, Pipe];
  readonly #unwatch: () => void;
  /** Whose buffer is above its threshold. */
  readonly #high = new Set<WireEnd>();
  /** Between which addresses, and with which credentials, it was found. */
  #path = '';
  #carried = false;
  #checking = false;
  /** Counts up when it begins or ends to carry. */
  #turns = 0;
  #closed = false;

  static between(a: WireEnd, b: WireEnd, network: Network): Wire {
    return a.wire ?? b.wire ?? new Wire(a, b, network);
  }

  private constructor(a: WireEnd, b: WireEnd, network: Network) {
    this.#network = network;
    this.#ends = [a, b];
    const pipe = (from: WireEnd, to: WireEnd): Pipe => {
      const made = new Pipe(
        network,
        from.actor.node,
        to.actor.node,
        () => this.#path === this.#addresses && !to.actor.dead,
      );
      made.onArrival = () => this.#drained(from);
      return made;
    };
    this.#pipes = [pipe(a, b), pipe(b, a)];
    a.wire = b.wire = this;
    this.#unwatch = network.watch(() => this.#look());
  }

  /** Credentials have been agreed upon: a path is looked for. */
  establish(): void {
    if (this.#checking || this.#closed) return;
    this.#checking = true;
    const { world } = this.#network;
    world.after(2 * this.#network.latencyMs(), null, () => {
      this.#checking = false;
      const [a, b] = this.#ends;
      if (this.#closed || !connects(a, b) || !this.#isUp) return;
      this.#path = this.#addresses;
      for (const end of this.#ends) {
        end.later(0, () => end.become('connected'));
        end.later(2 * this.#network.latencyMs(), () => open(end));
      }
      this.#network.changed();
    });
  }

  bufferedBytes(channel: SimChannel): number {
    return this.#pipe(this.#endOf(channel)).bytes;
  }

  carry(channel: SimChannel, data: string): void {
    const from = this.#endOf(channel);
    const to = this.#other(from);
    const { id } = channel;
    this.#pipe(from).send(
      to.actor,
      () => {
        const other = to.channels.get(id);
        // The handshake of the other side may be later: it keeps what comes.
        if (other?.readyState === 'connecting' && !to.closed) open(to);
        if (other?.readyState === 'open' && !to.closed) other.onmessage?.({ data });
      },
      data.length,
    );
    if (channel.bufferedAmount > channel.bufferedAmountLowThreshold) this.#high.add(from);
  }

  /** A channel is closed properly: after what was handed over. */
  carryEnd(channel: SimChannel): void {
    const from = this.#endOf(channel);
    const to = this.#other(from);
    this.#pipe(from).send(to.actor, () => {
      to.channels.get(channel.id)?.end();
      this.#pipe(to).send(from.actor, () => channel.end());
    });
  }

  /** One side closes its connection: what was just handed over is mostly lost. */
  abandon(by: WireEnd): void {
    if (this.#closed) return;
    this.#closed = true;
    this.#unwatch();
    const to = this.#other(by);
    const { world } = this.#network;
    const isHeard = this.#network.isUp(by.actor.node, to.actor.node) && this.#carried;
    for (const pipe of this.#pipes) pipe.close();
    if (!isHeard) return this.#fade(to);
    world.after(this.#network.latencyMs() + 30, to.actor, () => {
      if (!to.closed) for (const channel of to.channels.values()) channel.end();
    });
  }

  get #addresses(): string {
    return this.#ends
      .map(({ actor, ufrag }) => `${this.#network.addressOf(actor.node)} ${ufrag}`)
      .join();
  }

  get #isUp(): boolean {
    const [a, b] = this.#ends;
    return !a.actor.dead && !b.actor.dead && this.#network.isUpBothWays(a.actor.node, b.actor.node);
  }

  #endOf(channel: SimChannel): WireEnd {
    return this.#ends[0].channels.get(channel.id) === channel ? this.#ends[0] : this.#ends[1];
  }

  #other(end: WireEnd): WireEnd {
    return end === this.#ends[0] ? this.#ends[1] : this.#ends[0];
  }

  #pipe(from: WireEnd): Pipe {
    return from === this.#ends[0] ? this.#pipes[0] : this.#pipes[1];
  }

  #look(): void {
    if (this.#closed) return;
    const [a, b] = this.#ends;
    if (this.#isUp && this.#path !== this.#addresses && connects(a, b)) this.establish();
    const carries = this.#isUp && this.#path === this.#addresses;
    if (carries === this.#carried) return;
    this.#carried = carries;
    const turn = ++this.#turns;
    for (const end of this.#ends) {
      if (carries) {
        if (end.iceConnectionState === 'disconnected')
          end.later(this.#network.world.dice.between(50, 1_000), () => {
            if (turn === this.#turns) end.become('connected');
          });
      } else this.#fade(end, () => turn === this.#turns);
    }
  }

  /** This side hears nothing any more. */
  #fade(end: WireEnd, holds: () => boolean = () => true): void {
    end.later(DISCONNECTED_AFTER_MS, () => {
      if (holds() && end.iceConnectionState === 'connected') end.become('disconnected');
    });
    end.later(FAILED_AFTER_MS, () => {
      if (!holds()) return;
      end.become('failed');
      // Measured: Firefox closes its channels, and what was handed to them is gone; Chromium keeps both.
      if (end.actor.engine !== 'firefox' || end.closed) return;
      this.#pipe(end).close();
      for (const channel of end.channels.values()) channel.end();
    });
  }

  #drained(from: WireEnd): void {
    const chat = from.channels.get(0);
    if (!chat || from.closed || from.actor.dead) return;
    if (chat.bufferedAmount > chat.bufferedAmountLowThreshold || !this.#high.delete(from)) return;
    from.later(0, () => chat.onbufferedamountlow?.());
  }
}

function open(end: WireEnd): void {
  for (const channel of end.channels.values()) {
    if (channel.readyState !== 'connecting') continue;
    channel.readyState = 'open';
    channel.onopen?.();
  }
}
