import { MemoryBroadcaster } from '../../../src/rtc/memory-signaling.ts';
import type { Signaling } from '../../../src/rtc/signaling.ts';

/**
 * A broadcaster whose people find each other, two of them excepted: no signal between these two arrives, by whatever
 * path. As if no way led from one browser to the other.
 */
export class Severed {
  readonly #memory = new MemoryBroadcaster();
  readonly #names = new Map<string, string>();
  readonly #pair: readonly [string, string];
  #severed = true;
  readonly #send = Reflect.get(RTCDataChannel.prototype, 'send') as (data: string) => void;

  constructor(a: string, b: string) {
    this.#pair = [a, b];
    const send = this.#send;
    const refuses = (data: unknown): boolean => {
      if (typeof data !== 'string' || !data.includes('"type":"signal"')) return false;
      const { from = '', to = '' } = JSON.parse(data) as { from?: string; to?: string };
      return this.#bars(from, to);
    };
    RTCDataChannel.prototype.send = function (this: RTCDataChannel, data: string) {
      if (!refuses(data)) Reflect.apply(send, this, [data]);
    } as RTCDataChannel['send'];
  }

  signaling(): Signaling {
    const inner = this.#memory.signaling();
    let self = '';
    return new Proxy(inner, {
      get: (_, name: keyof Signaling) => {
        if (name === 'join')
          return async ({ offer: _, ...request }: Parameters<Signaling['join']>[0]) => {
            const answer = await inner.join(request);
            self = answer.self.id;
            this.#names.set(self, answer.self.name);
            return answer;
          };
        if (name === 'signal')
          return (request: Parameters<Signaling['signal']>[0]) =>
            this.#bars(self, request.to) ? Promise.resolve() : inner.signal(request);
        const value: unknown = inner[name];
        return typeof value === 'function' ? (value.bind(inner) as unknown) : value;
      },
    });
  }

  /** From now on a way leads from the one to the other. */
  mend(): void {
    this.#severed = false;
  }

  restore(): void {
    RTCDataChannel.prototype.send = this.#send as RTCDataChannel['send'];
  }

  #bars(a: string, b: string): boolean {
    const names = [this.#names.get(a), this.#names.get(b)];
    return this.#severed && this.#pair.every((name) => names.includes(name));
  }
}
