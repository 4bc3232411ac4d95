import type { RtcChatError } from '../protocol/errors.ts';
import type { Call, EndedCall } from './call.ts';
import type { Message } from './message.ts';
import type { Peer } from './peer.ts';

/**
 * `idle`: not joined yet · `joining`: on the way in · `waiting`: alone · `connected`: one proven link or more ·
 * `reconnecting`: none is up and somebody is listed · `closed`: left · `failed`: ended with `error`, `join()` may be
 * called again.
 */
export type RoomStatus =
  'idle' | 'joining' | 'waiting' | 'connected' | 'reconnecting' | 'closed' | 'failed';

/** Why a peer is no longer here: it said so, it vanished, it broke the protocol, or its key took the seat elsewhere. */
export type LeaveReason = 'left' | 'lost' | 'violation' | 'replaced';

/** `status`, `error`, `retryAt`, `self`, `capacity`, `broadcaster`, `history` or `trimmed` changed. */
export class RoomStatusEvent extends Event {
  readonly status: RoomStatus;
  constructor(status: RoomStatus) {
    super('status');
    this.status = status;
  }
}

/** A message was committed just now (in memory: shown, its signature follows), ours or another's. In order, once for each. */
export class RoomMessageEvent extends Event {
  readonly message: Message;
  constructor(message: Message) {
    super('message');
    this.message = message;
  }
}

/** A message of ours has moved on: `state`, `delivered`, `of` or `seen` changed. */
export class RoomDeliveryEvent extends Event {
  readonly message: Message;
  constructor(message: Message) {
    super('delivery');
    this.message = message;
  }
}

/**
 * Older messages, kept on this device, stand in `messages` before the others now, or there are no more of them
 * (`restoring`). Nothing was said: no `message` event tells of them.
 */
export class RoomHistoryEvent extends Event {
  constructor() {
    super('history');
  }
}

export class RoomPeerJoinEvent extends Event {
  readonly peer: Peer;
  constructor(peer: Peer) {
    super('peer-join');
    this.peer = peer;
  }
}

/** Name, link state, typing or listing of a peer changed. */
export class RoomPeerChangeEvent extends Event {
  readonly peer: Peer;
  constructor(peer: Peer) {
    super('peer-change');
    this.peer = peer;
  }
}

export class RoomPeerLeaveEvent extends Event {
  readonly peer: Peer;
  readonly reason: LeaveReason;
  constructor(peer: Peer, reason: LeaveReason) {
    super('peer-leave');
    this.peer = peer;
    this.reason = reason;
  }
}

/** Something went wrong that no promise tells: a violation by a peer, a store that stopped working. */
export class RoomErrorEvent extends Event {
  readonly error: RtcChatError;
  constructor(error: RtcChatError) {
    super('error');
    this.error = error;
  }
}

/** The call changed: its state, who is in it, what they send, what we send; null when there is none any more. */
export class RoomCallEvent extends Event {
  readonly call: Call | null;
  constructor(call: Call | null) {
    super('call');
    this.call = call;
  }
}

/** A call of ours, or one that rang here, is over. */
export class RoomCallEndEvent extends Event {
  readonly ended: EndedCall;
  constructor(ended: EndedCall) {
    super('call-end');
    this.ended = ended;
  }
}

export interface RoomEventMap {
  status: RoomStatusEvent;
  message: RoomMessageEvent;
  delivery: RoomDeliveryEvent;
  history: RoomHistoryEvent;
  'peer-join': RoomPeerJoinEvent;
  'peer-change': RoomPeerChangeEvent;
  'peer-leave': RoomPeerLeaveEvent;
  call: RoomCallEvent;
  'call-end': RoomCallEndEvent;
  error: RoomErrorEvent;
}
