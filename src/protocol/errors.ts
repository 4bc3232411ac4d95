/** Codes that a broadcaster answers with. They travel; PROTOCOL.md says what each one means and what follows. */
export const BROADCASTER_ERROR_CODES = [
  'invalid-message',
  'unsupported-version',
  'bad-proof',
  'room-full',
  'name-taken',
  'unauthorized',
  'rate-limited',
  'peer-unavailable',
  'not-in-room',
  'server-error',
] as const;
export type BroadcasterErrorCode = (typeof BROADCASTER_ERROR_CODES)[number];

/** Codes that arise on this side of the wire only. */
export const LOCAL_ERROR_CODES = [
  /** A wrong option or argument: the message names it. */
  'invalid-options',
  /** The page is not a secure context: no WebCrypto, no Web Locks. */
  'insecure-context',
  /** The browser has no RTCPeerConnection, or has it switched off. */
  'webrtc-unavailable',
  /** The browser has no Ed25519 in WebCrypto. */
  'crypto-unavailable',
  /** No answer from the broadcaster; the room keeps trying. */
  'server-unreachable',
  /** A listed peer to whom no connection could be made. */
  'peer-unreachable',
  /** The same key has joined from elsewhere; final for this room object. */
  'replaced',
  /** A peer broke the protocol; its link was ended. */
  'protocol-violation',
  'message-empty',
  'message-too-long',
  /** The device has no space left for the message; nothing was sent. */
  'store-full',
  /** The store cannot be used (blocked, private browsing, no lock); the conversation lives in memory. */
  'store-unavailable',
  /** Older messages could not be read; what is written now may be kept all the same. */
  'store-unreadable',
  /** The method needs a joined room. */
  'not-joined',
  /** The room was left while the call was under way. */
  'closed',
  /** The engine, which is fetched when somebody joins, could not be fetched. */
  'load-failed',
  /** There is a call already, in this element or in another one of this browser. */
  'busy',
  /** There is no call to answer, to decline or to join. */
  'no-call',
  /** A microphone, camera or screen that the call goes on without; `cause` says which and why. */
  'device-unavailable',
  /** The part of the product that the method belongs to is not in this build. */
  'unsupported',
] as const;
export type LocalErrorCode = (typeof LOCAL_ERROR_CODES)[number];

export type RtcChatErrorCode = BroadcasterErrorCode | LocalErrorCode;

export interface RtcChatErrorOptions extends ErrorOptions {
  readonly retryAfterMs?: number | undefined;
}

/** The one error of this project: a `code` for programs, a plain sentence for people, a `cause` where there is one. */
export class RtcChatError extends Error {
  override readonly name = 'RtcChatError';
  readonly code: RtcChatErrorCode;
  /** Milliseconds after which the same call may succeed; undefined where waiting does not help. */
  readonly retryAfterMs: number | undefined;

  constructor(code: RtcChatErrorCode, message: string, options: RtcChatErrorOptions = {}) {
    super(message, options);
    this.code = code;
    this.retryAfterMs = options.retryAfterMs;
  }
}
