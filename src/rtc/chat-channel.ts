import type { Frame, FrameFault, FrameInput } from '../protocol/frames.ts';
import { parseFrame, stringifyFrame } from '../protocol/frames.ts';
import { MAX_UNPROCESSED_BYTES } from '../protocol/limits.ts';

/** Above this the channel takes no more batches: what is typed now must not stand behind a megabyte. */
const HIGH_WATER_BYTES = 262_144;
const LOW_WATER_BYTES = 65_536;

export interface ChatChannelHandlers {
  open(): void;
  /** A frame, in order. What it takes to process it counts as unprocessed until the promise settles. */
  frame(frame: Frame): void | Promise<void>;
  /** Something that breaks the protocol. */
  fault(fault: FrameFault | 'flooded'): void;
  /** There is room again after `writable` was false. */
  drained(): void;
  close(): void;
}

/**
 * The `chat` channel of one connection: frames out, parsed frames in, both bounded.
 * Closed with its connection, which strips the handlers.
 */
export class ChatChannel {
  readonly #channel: RTCDataChannel;
  #unprocessedBytes = 0;
  /** Of what came ahead of its signature; processed with that. */
  #aheadBytes = 0;
  /** Frames that are processed one after the other; null when there is nothing to wait for. */
  #taken: Promise<void> | null = null;

  constructor(channel: RTCDataChannel, handlers: ChatChannelHandlers) {
    this.#channel = channel;
    channel.bufferedAmountLowThreshold = LOW_WATER_BYTES;
    channel.onopen = () => handlers.open();
    channel.onclose = () => handlers.close();
    channel.onbufferedamountlow = () => handlers.drained();
    channel.onmessage = ({ data }: MessageEvent<unknown>) => this.#receive(data, handlers);
  }

  get open(): boolean {
    return this.#channel.readyState === 'open';
  }

  /** Whether a batch may be handed over now; small frames always may. */
  get writable(): boolean {
    return this.open && this.#channel.bufferedAmount < HIGH_WATER_BYTES;
  }

  /** Resolves when everything received so far has been processed. */
  get processed(): Promise<void> {
    return this.#taken ?? Promise.resolve();
  }

  /** Bytes handed over and not yet given to the network. */
  get bufferedBytes(): number {
    return this.#channel.bufferedAmount;
  }

  /** False where the channel is not open (any more): the frame is dropped, and whoever cares says it again later. */
  send(frame: FrameInput): boolean {
    if (!this.open) return false;
    try {
      this.#channel.send(stringifyFrame(frame));
      return true;
    } catch {
      // A full send buffer, or a channel that closes in this moment: the same as not open.
      return false;
    }
  }

  #receive(data: unknown, handlers: ChatChannelHandlers): void {
    const frame = parseFrame(data);
    if (frame === 'unknown') return;
    if (typeof frame === 'string') return handlers.fault(frame);
    // A fault of ours in one frame must not keep `processed` from all that come.
    const working = handlers.frame(frame)?.catch(reportError);
    let bytes = (data as string).length;
    if (frame.type === 'unsigned') this.#aheadBytes += bytes;
    if (!working) return;
    if (frame.type === 'signature') {
      bytes += this.#aheadBytes;
      this.#aheadBytes = 0;
    }
    this.#unprocessedBytes += bytes;
    if (this.#unprocessedBytes > MAX_UNPROCESSED_BYTES) handlers.fault('flooded');
    const taken = Promise.all([this.#taken, working]).then(() => {
      this.#unprocessedBytes -= bytes;
      if (this.#taken === taken) this.#taken = null;
    });
    this.#taken = taken;
  }
}
