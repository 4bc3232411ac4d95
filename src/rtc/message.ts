import type { PeerId } from '../protocol/ids.ts';

/**
 * Where a message of ours stands. `waiting`: somebody who should have it cannot be reached now (or nobody has come
 * yet); `sending`: it is on its way over a live link; `delivered`: all of `of` hold it; `seen`: all of `of` have had it
 * on their screen; `failed`: it will not be delivered any more as it is. A message of somebody else is `delivered`.
 */
export type MessageState = 'waiting' | 'sending' | 'delivered' | 'seen' | 'failed';

/** One text of the conversation, a snapshot: a change makes a new object with the same `id`. */
export interface Message {
  /** `author.id + ":" + seq`, the same on every peer. */
  readonly id: string;
  readonly author: { readonly id: PeerId; readonly name: string };
  readonly text: string;
  /** When its author sent it, on the room's common clock. */
  readonly sentAt: Date;
  readonly own: boolean;
  /** Who has passed it on to us, where nobody else knows its author: whoever that is can call itself anything. */
  readonly passedOnBy?: string;
  readonly state: MessageState;
  /** How many of `of` hold it. 0 for messages of others. */
  readonly delivered: number;
  /** How many it was meant for: those present when it was committed. 0 while nobody has come. */
  readonly of: number;
  /** How many of `of` have seen it. */
  readonly seen: number;
}

/** How far a message of ours has come with one of those it was meant for. */
export interface Receipt {
  readonly id: PeerId;
  /** Empty where we have not met it since this page was loaded. */
  readonly name: string;
  readonly state: 'waiting' | 'delivered' | 'seen';
  /** By our clock; null where it has not happened, or too long ago to be remembered. */
  readonly deliveredAt: Date | null;
  readonly seenAt: Date | null;
}
