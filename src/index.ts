import { RtcChatElement } from './components/rtc-chat-element.ts';

export * from './components/element-events.ts';
export { RtcChatElement } from './components/rtc-chat-element.ts';
export { RtcChatError, type RtcChatErrorCode } from './protocol/errors.ts';
export type { Call, CallState, CallWishes, EndedCall, Participant } from './rtc/call.ts';
export type { History, LinkState, Peer, RoomStatus } from './rtc/chat-room.ts';
export type { Message, MessageState } from './rtc/message.ts';
export type { LeaveReason } from './rtc/room-events.ts';

const TAG = 'rtc-chat';

// Where there are no elements (Node, a worker) there is nothing to register.
if (typeof customElements !== 'undefined') {
  const defined = customElements.get(TAG);
  if (!defined) customElements.define(TAG, RtcChatElement);
  else if (defined !== RtcChatElement) {
    console.warn(
      `<${TAG}> is defined already, by another script or another copy of this one. It is left as it is.`,
    );
  }
}
