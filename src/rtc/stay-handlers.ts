import type { RtcChatError } from '../protocol/errors.ts';
import type { CallsHandlers } from './calls.ts';
import type { Message } from './message.ts';
import type { Peer } from './peer.ts';
import type { LeaveReason } from './room-events.ts';

/** What a stay tells its room. */
export interface StayHandlers {
  /** Something that `RoomStatusEvent` tells of may have changed. */
  changed(): void;
  admitted(): void;
  /** Final: the stay is over, by a refusal or because the key is used elsewhere. */
  failed(error: RtcChatError): void;
  /** This stay is over, and another one has to say these again under a new key. */
  forked(texts: readonly string[]): void;
  message(message: Message): void;
  delivery(message: Message): void;
  restored(): void;
  peerJoined(peer: Peer): void;
  peerChanged(peer: Peer): void;
  peerLeft(peer: Peer, reason: LeaveReason): void;
  trouble(error: RtcChatError): void;
  readonly calls: CallsHandlers;
}
