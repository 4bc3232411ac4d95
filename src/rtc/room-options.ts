import { RtcChatError } from '../protocol/errors.ts';
import type { PersonName, RoomName } from '../protocol/ids.ts';
import {
  MAX_CAPACITY,
  MAX_NAME_UNITS,
  MAX_ROOM_UNITS,
  MAX_TOKEN_UNITS,
  MIN_CAPACITY,
} from '../protocol/limits.ts';
import { normalizePersonName, normalizeRoomName } from '../protocol/names.ts';
import type { History } from './chat-room.ts';
import type { Lease, LeaseRequest } from './lease.ts';
import type { Signaling } from './signaling.ts';

export type CallKind = 'none' | 'audio' | 'video';

export interface RoomOptions {
  /** The broadcaster's http(s) URL, absolute or relative to the page; a path in it is where it is mounted. */
  readonly server: string | URL;
  /** The room's name: 1 to 128 UTF-16 units, no control characters, case-sensitive. */
  readonly room: string;
  /** The person's name: 1 to 64 UTF-16 units, no control or bidi-format characters. */
  readonly name: string;
  /** How many may be in the room, 2 to 32. The first to enter sets it; the broadcaster caps it. */
  readonly capacity?: number | undefined;
  /** How long what is said is kept. Default `session`. */
  readonly history?: History | undefined;
  /** For the broadcaster's authorisation; a function is asked at each join. */
  readonly token?: string | (() => string | undefined) | undefined;
  /** Added to the servers that the broadcaster gives; a function is asked for each connection. W3C `RTCIceServer`. */
  readonly iceServers?: readonly RTCIceServer[] | (() => readonly RTCIceServer[]) | undefined;
  /** `relay`: only through TURN, so that no address is shown to a peer. Default `all`. */
  readonly iceTransportPolicy?: RTCIceTransportPolicy | undefined;
  /** What an upgrade may offer; `none`: nobody calls and nobody can be called. Default `video`. */
  readonly calls?: CallKind | undefined;
  /**
   * What is kept of the room, the oldest dropped first: entries (default 10,000), bytes of them (64 MiB), how many people
   * have written them (960, which is also the most), and for how many milliseconds (for ever). What is older goes within a
   * minute, by the broadcaster's clock and by ours: until the room is entered nothing goes by its age.
   */
  readonly maxEntries?: number | undefined;
  readonly maxBytes?: number | undefined;
  readonly maxAuthors?: number | undefined;
  readonly maxAgeMs?: number | undefined;
  /** Another way to a broadcaster than Socket.IO. */
  readonly signaling?: (() => Signaling) | undefined;
  /** Another place for the key and the log than the browser's own stores; asked once for each stay. */
  readonly lease?: ((request: LeaseRequest) => Promise<Lease>) | undefined;
}

/** Options after they have been checked. */
export interface CheckedOptions extends RoomOptions {
  readonly serverUrl: URL;
  readonly roomName: RoomName;
  readonly personName: PersonName;
  readonly keep: History;
  readonly calls: CallKind;
}

const CALL_KINDS: readonly string[] = ['none', 'audio', 'video'];
const HISTORIES: readonly string[] = ['none', 'session', 'device'];

function invalid(message: string, cause?: unknown): never {
  throw new RtcChatError('invalid-options', message, { cause });
}

function urlOf(server: string | URL): URL {
  let url: URL;
  try {
    url = new URL(server, globalThis.location?.href);
  } catch (cause) {
    return invalid(`"${String(server)}" is not the URL of a broadcaster.`, cause);
  }
  if (!/^https?:$/.test(url.protocol))
    invalid(`A broadcaster's URL begins with http: or https:, not with ${url.protocol}`);
  return url;
}

export function checkPersonName(name: string): PersonName {
  return (
    normalizePersonName(name) ??
    invalid(
      `A name has 1 to ${MAX_NAME_UNITS} characters, something visible among them, and no control characters.`,
    )
  );
}

/** @throws RtcChatError `invalid-options`, in words that name the option. */
export function checkOptions(options: RoomOptions): CheckedOptions {
  const { capacity, history = 'session', calls = 'video', token, maxEntries } = options;
  const roomName =
    normalizeRoomName(options.room) ??
    invalid(`A room's name has 1 to ${MAX_ROOM_UNITS} characters and no control characters.`);
  if (
    capacity !== undefined &&
    !(Number.isInteger(capacity) && capacity >= MIN_CAPACITY && capacity <= MAX_CAPACITY)
  ) {
    invalid(`A room's capacity is a whole number from ${MIN_CAPACITY} to ${MAX_CAPACITY}.`);
  }
  if (!HISTORIES.includes(history))
    invalid(`History is "none", "session" or "device", not "${history}".`);
  if (!CALL_KINDS.includes(calls)) invalid(`Calls are "none", "audio" or "video", not "${calls}".`);
  if (typeof token === 'string' && token.length > MAX_TOKEN_UNITS)
    invalid(`A token has at most ${MAX_TOKEN_UNITS} characters.`);
  for (const most of [maxEntries, options.maxBytes, options.maxAuthors, options.maxAgeMs])
    if (most !== undefined && !(Number.isInteger(most) && most > 0))
      invalid('The bound of entries, bytes, authors and age is a whole number from 1 on.');
  return {
    ...options,
    serverUrl: urlOf(options.server),
    roomName,
    personName: checkPersonName(options.name),
    keep: history,
    calls,
  };
}

/** Where a place is, for all that is kept or waited for by place. */
export function placeOf({ serverUrl, roomName }: CheckedOptions): string {
  return `${serverUrl.origin}\n${roomName}`;
}

/** What an option is at this moment. */
export function valueOf<T extends string | readonly RTCIceServer[] | undefined>(
  option: T | (() => T),
): T {
  return typeof option === 'function' ? option() : option;
}
