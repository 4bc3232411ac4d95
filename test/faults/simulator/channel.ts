import type { Actor } from './world.ts';

/** The connection that a channel is of. */
export interface ChannelOwner {
  readonly actor: Actor;
  readonly wire: {
    bufferedBytes(channel: SimChannel): number;
    carry(channel: SimChannel, data: string): void;
    carryEnd(channel: SimChannel): void;
  } | null;
}

/** Chromium throws beyond. */
const MAX_BUFFERED_BYTES = 16_777_216;

/** One end of a data channel. */
export class SimChannel {
  readonly owner: ChannelOwner;
  readonly label: string;
  readonly id: number;
  readyState: 'connecting' | 'open' | 'closing' | 'closed' = 'connecting';
  binaryType = 'arraybuffer';
  bufferedAmountLowThreshold = 0;
  onopen: (() => void) | null = null;
  onclose: (() => void) | null = null;
  onerror: (() => void) | null = null;
  onmessage: ((event: { data: unknown }) => void) | null = null;
  onbufferedamountlow: (() => void) | null = null;

  constructor(owner: ChannelOwner, label: string, id: number) {
    this.owner = owner;
    this.label = label;
    this.id = id;
  }

  get bufferedAmount(): number {
    return this.owner.wire?.bufferedBytes(this) ?? 0;
  }

  send(data: string): void {
    if (this.readyState !== 'open') throw new Error('the channel is not open');
    if (this.bufferedAmount > MAX_BUFFERED_BYTES) throw new Error('send queue is full');
    if (!this.owner.actor.acts()) return;
    this.owner.wire?.carry(this, data);
  }

  close(): void {
    if (this.readyState !== 'open') return;
    this.readyState = 'closing';
    this.owner.wire?.carryEnd(this);
  }

  /** It is over for this side. */
  end(): void {
    if (this.readyState === 'closed') return;
    this.readyState = 'closed';
    this.onclose?.();
  }
}
