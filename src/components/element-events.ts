import type { RtcChatError } from '../protocol/errors.ts';
import type { Call, EndedCall } from '../rtc/call.ts';
import type { Peer, RoomStatus } from '../rtc/chat-room.ts';
import type { Message } from '../rtc/message.ts';
import type { LeaveReason } from '../rtc/room-events.ts';

const flags = { bubbles: true, composed: true } as const;

/** `status` changed. */
export class RtcChatStatusEvent extends Event {
  readonly status: RoomStatus;
  constructor(status: RoomStatus) {
    super('rtc-chat-status', flags);
    this.status = status;
  }
}

/** A message was committed, ours or another's; once for each. */
export class RtcChatMessageEvent extends Event {
  readonly message: Message;
  constructor(message: Message) {
    super('rtc-chat-message', flags);
    this.message = message;
  }
}

/** A message of ours has moved on: `state`, `delivered`, `of` or `seen` changed. */
export class RtcChatDeliveryEvent extends Event {
  readonly message: Message;
  constructor(message: Message) {
    super('rtc-chat-delivery', flags);
    this.message = message;
  }
}

/** Somebody has come in. */
export class RtcChatPeerJoinEvent extends Event {
  readonly peer: Peer;
  constructor(peer: Peer) {
    super('rtc-chat-peer-join', flags);
    this.peer = peer;
  }
}

/** Somebody is no longer here. */
export class RtcChatPeerLeaveEvent extends Event {
  readonly peer: Peer;
  readonly reason: LeaveReason;
  constructor(peer: Peer, reason: LeaveReason) {
    super('rtc-chat-peer-leave', flags);
    this.peer = peer;
    this.reason = reason;
  }
}

/** There is none. `ended` says how the last one came to its end; null where we have ended it ourselves. */
export interface NoCall {
  readonly state: 'idle';
  readonly ended: EndedCall | null;
}

/** The call changed: its state, who is in it, what they send, what we send. */
export class RtcChatCallEvent extends Event {
  readonly call: Call | NoCall;
  constructor(call: Call | NoCall) {
    super('rtc-chat-call', flags);
    this.call = call;
  }
}

/** Something went wrong: a refused join, an unreachable server, a store that stopped working. */
export class RtcChatErrorEvent extends Event {
  readonly error: RtcChatError;
  constructor(error: RtcChatError) {
    super('rtc-chat-error', flags);
    this.error = error;
  }
}

export interface RtcChatEventMap {
  'rtc-chat-status': RtcChatStatusEvent;
  'rtc-chat-message': RtcChatMessageEvent;
  'rtc-chat-delivery': RtcChatDeliveryEvent;
  'rtc-chat-peer-join': RtcChatPeerJoinEvent;
  'rtc-chat-peer-leave': RtcChatPeerLeaveEvent;
  'rtc-chat-call': RtcChatCallEvent;
  'rtc-chat-error': RtcChatErrorEvent;
}
