type Delay = (channel: RTCDataChannel) => number;

/** Holds up what all channels of this page send, each in its own order: by milliseconds, or until they are let go. */
export class SlowFrames {
  /** Channels that have carried a frame of calls, since this began. */
  readonly ringing = new Set<RTCDataChannel>();
  readonly #real = Object.getOwnPropertyDescriptor(RTCDataChannel.prototype, 'send')!;
  readonly #tails = new Map<RTCDataChannel, Promise<void>>();
  #gate: Promise<void> = Promise.resolve();
  #open: () => void = () => {};

  constructor(delayMs: Delay = () => 0) {
    const take = (channel: RTCDataChannel, data: string): void => {
      if (/^\{"type":"(call|lines)"/.test(data)) this.ringing.add(channel);
      this.#hold(channel, data, delayMs(channel));
    };
    RTCDataChannel.prototype.send = function (data: unknown): void {
      take(this, data as string);
    };
  }

  /** From now on nothing goes out. */
  stop(): void {
    this.#gate = new Promise((resolve) => (this.#open = resolve));
  }

  /** What has waited goes out, in its order. */
  go(): void {
    this.#gate = Promise.resolve();
    this.#open();
  }

  restore(): void {
    Object.defineProperty(RTCDataChannel.prototype, 'send', this.#real);
    this.#open();
  }

  #hold(channel: RTCDataChannel, data: string, delayMs: number): void {
    const gate = this.#gate;
    const before = this.#tails.get(channel) ?? Promise.resolve();
    const due = delayMs > 0 ? new Promise((ring) => setTimeout(ring, delayMs)) : null;
    const sent = Promise.all([before, gate, due]).then(() => {
      if (channel.readyState === 'open')
        (this.#real.value as (data: string) => void).call(channel, data);
    });
    this.#tails.set(channel, sent);
  }
}
