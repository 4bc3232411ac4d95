import type { ClientEvents } from '../protocol/broadcaster-messages.ts';
import type { BroadcasterErrorCode } from '../protocol/errors.ts';
import type { PeerId, RoomName } from '../protocol/ids.ts';

/** What a socket may ask for; `unknown` is any other event. */
export type CallName = keyof ClientEvents | 'unknown';
/** What became of it. */
export type CallResult = 'ok' | BroadcasterErrorCode;

/** Why a connection was not let in, at the HTTP handshake. */
export const TURN_AWAY_REASONS = [
  'origin',
  'full',
  'too-many-sockets',
  'rate-limited',
  'closing',
  'server-error',
] as const;
export type TurnAwayReason = (typeof TURN_AWAY_REASONS)[number];

/** Why a socket was ended by us. */
export const CUT_OFF_REASONS = [
  'invalid-messages',
  'flood',
  'never-joined',
  'does-not-read',
] as const;
export type CutOffReason = (typeof CUT_OFF_REASONS)[number];

/** Why a token does not let in. */
export type TokenFault = 'missing' | 'invalid' | 'expired' | 'claims' | 'room' | 'name';

/** What there is at one process at one moment. */
export interface Census {
  readonly connections: number;
  /** Rooms in which somebody is connected to this process. */
  readonly rooms: number;
  /** Peers in a room that are connected to this process. */
  readonly peers: number;
}

/**
 * Told what happens at a broadcaster, at the moment it happens, for those who count and those who write it down. All
 * methods are optional and must return at once: `answered` is called for every signal. One that throws is logged, and
 * harms nobody. Addresses and room names are personal: think before you keep them.
 */
export interface BroadcasterObserver {
  /** Once, before anything else. `census` may be asked at any time; it takes microseconds for each hundred sockets. */
  opened?(census: () => Census): void;
  /** Somebody was not let in at the handshake. */
  turnedAway?(reason: TurnAwayReason, address: string): void;
  connected?(address: string): void;
  /** A call has its answer, `tookMs` milliseconds after it came; for a signal that is what relaying it took. */
  answered?(call: CallName, result: CallResult, tookMs: number): void;
  joined?(room: RoomName, id: PeerId, address: string): void;
  renamed?(room: RoomName, id: PeerId): void;
  /** The same key has taken its seat over, on another socket. */
  replaced?(room: RoomName, id: PeerId): void;
  left?(room: RoomName, id: PeerId): void;
  /** The socket is gone, the seat is kept for a while. */
  away?(room: RoomName, id: PeerId): void;
  /** The grace period has passed, the seat is free. */
  lost?(room: RoomName, id: PeerId): void;
  /** A join was refused; also told as `answered`. */
  refused?(code: BroadcasterErrorCode, room: RoomName, address: string): void;
  /** A token did not let in, and why; whoever brought it is told `unauthorized` only. */
  tokenRefused?(fault: TokenFault, room: RoomName, address: string): void;
  /** A join was refused because the keys that tokens are checked with cannot be had. */
  keysUnavailable?(error: Error): void;
  cutOff?(reason: CutOffReason, address: string): void;
  /** What keeps the rooms for several processes answers, or does not: until it does, nobody is let in. */
  roomsReachable?(): void;
  roomsUnreachable?(why: string): void;
  /** An error that was not expected. Its message can hold what a stranger sent. */
  failed?(error: unknown): void;
  /** No more joins; everyone has been told to come back elsewhere. */
  draining?(census: Census): void;
  closing?(): void;
  closed?(): void;
}

const NOTICES = [
  'opened',
  'turnedAway',
  'connected',
  'answered',
  'joined',
  'renamed',
  'replaced',
  'left',
  'away',
  'lost',
  'refused',
  'tokenRefused',
  'keysUnavailable',
  'cutOff',
  'roomsReachable',
  'roomsUnreachable',
  'failed',
  'draining',
  'closing',
  'closed',
] as const satisfies readonly (keyof BroadcasterObserver)[];

type Notice = (typeof NOTICES)[number];
type Listener = (...args: readonly unknown[]) => void;

/** One observer that tells all of these, in their order. What one of them throws goes to `failed`. */
export function tellAll(
  observers: readonly BroadcasterObserver[],
  failed: (error: unknown) => void,
): Required<BroadcasterObserver> {
  const all: Partial<Record<Notice, Listener>> = {};
  for (const notice of NOTICES) {
    // Found out once: what nobody listens to costs a signal nothing.
    const listeners = observers.flatMap((observer) => {
      const listener = observer[notice] as Listener | undefined;
      return listener ? [listener.bind(observer)] : [];
    });
    all[notice] = (...args) => {
      for (const listener of listeners) {
        try {
          listener(...args);
        } catch (error) {
          failed(error);
        }
      }
    };
  }
  // Each notice has its function, which takes whatever that notice brings.
  return all as Required<BroadcasterObserver>;
}
