import type { RtcChatError } from '../protocol/errors.ts';
import type { PeerId } from '../protocol/ids.ts';
import type { Call, CallState, CallWishes } from './call.ts';
import type { Input } from './local-media.ts';
import type { Message, Receipt } from './message.ts';
import type { Peer } from './peer.ts';
import type { RoomEventMap, RoomStatus } from './room-events.ts';
import type { ShownSizes } from './sending.ts';

export type { LinkState, Peer } from './peer.ts';
export type { RoomStatus } from './room-events.ts';

/** How long what is said is kept; `session` survives reloads of this tab, `device` a killed browser. */
export type History = 'none' | 'session' | 'device';

/** Whether the broadcaster can be reached; of no consequence to open conversations. */
export type BroadcasterState = 'offline' | 'connecting' | 'online';

/**
 * A room as a page sees it. `Room` is the implementation; the element is written against this interface, and its tests
 * have a scripted one.
 */
export interface ChatRoom {
  readonly status: RoomStatus;
  /** Why `status` is `failed`, or what the room is retrying by itself while `joining`; null when all is well. */
  readonly error: RtcChatError | null;
  /** Somebody who is here and with whom there can be no conversation, and why; null when there is nobody. */
  readonly trouble: { readonly name: string; readonly error: RtcChatError } | null;
  /** When the room tries again by itself (milliseconds since the epoch), null when no attempt is planned. */
  readonly retryAt: number | null;
  /** Who we are here; null until admitted. Our name can differ from the one asked for ("Ada 2"). */
  readonly self: { readonly id: PeerId; readonly name: string } | null;
  readonly peers: readonly Peer[];
  /** All messages kept, oldest first; while `restoring`, the newest of them. A new array after each change of its content. */
  readonly messages: readonly Message[];
  /** How many places the room has; null until admitted. */
  readonly capacity: number | null;
  readonly broadcaster: BroadcasterState;
  /** What is in force, which can be less than what was asked for (no store: `none`). */
  readonly history: History;
  /** Why less is kept than was asked for: `history` is less, or, by `store-full`, what comes now does not fit. */
  readonly historyError: RtcChatError | null;
  /** Older messages have been dropped because the room's bounds were reached. */
  readonly trimmed: boolean;
  /** Older messages kept on this device are still being read; `history` tells of each page that has come. */
  readonly restoring: boolean;

  /** Fulfils when admitted and the newest messages kept are there. Rejects with a final refusal; goes on trying while the broadcaster is unreachable. */
  join(): Promise<void>;
  /** Says `bye` to everyone, gives the seat back. Fulfils when everything is released. May be called twice. */
  leave(): Promise<void>;
  /**
   * Fulfils with the message once it is committed, which is before it leaves (in memory: as it leaves). Texts are kept as they are, up to
   * `MAX_TEXT_UNITS` UTF-16 units. Rejects with `message-empty`, `message-too-long`, `store-full`, `not-joined`, `closed`.
   */
  send(text: string): Promise<Message>;
  /** How far a message of ours has come, with each of those it was meant for. Empty for those of others. */
  receipts(messageId: string): readonly Receipt[];
  /** Another name in place. Rejects with `name-taken`, `invalid-options`, `server-unreachable`. */
  rename(name: string): Promise<void>;
  /**
   * Drops all messages on this device, and only here. Nothing of them comes back, and what is written later goes on
   * where we were. Rejects with `not-joined`, `store-unavailable`.
   */
  clearHistory(): Promise<void>;
  /** Tells the others that we are writing; ends by itself after a few seconds without another call. */
  setTyping(typing: boolean): void;
  /** Everything up to and including this message has been on a visible screen. */
  markSeen(messageId: string): void;
  /** Try now what would be tried later: the broadcaster and every link that is down. */
  retry(): void;

  readonly callState: CallState;
  /** The call that we are in, that rings, or that we may join; null when there is none. */
  readonly currentCall: Call | null;
  /**
   * Rings at everyone, or at those named by `to`; joins the call that goes on where there is one. Fulfils when it rings.
   * Two that begin at once become one, without another word: `callState` goes from `calling` to `active`.
   * Rejects with `busy` (this browser has another call), `peer-unavailable`, `unsupported` (none of them can take calls, or
   * `calls` is `none`), `no-call` (hung up before it rang), `load-failed`, `not-joined`. Of a room some of whom cannot take calls those have the answer
   * `unsupported` in `currentCall`.
   */
  call(options?: CallWishes & { readonly to?: readonly string[] | undefined }): Promise<void>;
  /**
   * Into the call that rings, or that goes on (`available`). Another tab of this browser that rings for it falls silent.
   * Rejects with `no-call`, `busy`.
   */
  answer(wishes?: CallWishes): Promise<void>;
  /** For all tabs of this browser that ring for it. Rejects with `no-call`. */
  decline(): Promise<void>;
  /** Out of the call, or no longer ringing. */
  hangUp(): Promise<void>;
  /** Rejects with `no-call`, and with `unsupported` for a camera under `calls: 'audio'`; a device that does not work is told by an `error` event and by `currentCall.own`. */
  turn(input: Input, on: boolean): Promise<void>;
  /** By an id out of `currentCall.own.devices`; remembered for the next call. Rejects with `no-call`. */
  chooseDevice(kind: Input | 'speaker', deviceId: string): Promise<void>;
  /** From the camera that looks at the person to the one that looks away, or back. Rejects with `no-call`. */
  flipCamera(): Promise<void>;
  /** Fulfils when it is shared, or the person has thought better of it. Rejects with `no-call`, `unsupported`. */
  shareScreen(): Promise<void>;
  stopSharing(): Promise<void>;
  /**
   * How large somebody's pictures are on our screen, in its pixels: what they send is no larger. Both 0 for one that is
   * not to be seen; what is left out has not been said, and comes whole.
   */
  showing(id: string, sizes: ShownSizes): void;

  addEventListener<K extends keyof RoomEventMap>(
    type: K,
    listener: (event: RoomEventMap[K]) => void,
    options?: AddEventListenerOptions | boolean,
  ): void;
  removeEventListener<K extends keyof RoomEventMap>(
    type: K,
    listener: (event: RoomEventMap[K]) => void,
    options?: EventListenerOptions | boolean,
  ): void;
}
