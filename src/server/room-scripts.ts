import { createHash } from 'node:crypto';

import { ErrorReply } from 'redis';

import type { ListedPeer } from '../protocol/broadcaster-messages.ts';
import type { PeerId, RoomName } from '../protocol/ids.ts';
import { foldPersonName } from '../protocol/names.ts';
import type { RedisLink } from './redis-link.ts';
import { ADMIT, FIND, LEAVE, RENEW, VANISH } from './room-lua.ts';
import { RoomsUnreachable } from './rooms.ts';
import type { Seat, SeatClaim } from './seat.ts';

/** When to try again while Redis is away. */
const RETRY_MS = 1_000;

/** What every script tells of its room besides its own answer. */
export interface Ending {
  /** Whose grace period has passed: nobody else is told this. */
  readonly lost: readonly PeerId[];
  /** Milliseconds until the next one passes; negative where there is none. */
  readonly nextMs: number;
  /** Another one after each change; empty when the room is. */
  readonly version: string;
}

export type AdmitReply =
  | {
      readonly admitted: true;
      readonly ending: Ending;
      readonly capacity: number;
      readonly replaced: string | null;
      readonly openTo: string | null;
      readonly peers: readonly ListedPeer[];
    }
  | {
      readonly admitted: false;
      readonly ending: Ending;
      readonly code: 'name-taken' | 'room-full';
      readonly retryAfterMs: number | undefined;
    };

export interface RenewReply {
  readonly ending: Ending;
  /** One for each claim. `refused`: its seat was gone, and somebody else has its name or its place. */
  readonly fates: readonly ('kept' | 'replaced' | 'refused')[];
  /** Everyone in the room, when it still has the version that was asked for. */
  readonly peers: readonly ListedPeer[] | null;
}

interface Script {
  readonly text: string;
  readonly sha: string;
}

const script = (text: string): Script => ({
  text,
  sha: createHash('sha1').update(text).digest('hex'),
});
const scripts = {
  admit: script(ADMIT),
  renew: script(RENEW),
  leave: script(LEAVE),
  vanish: script(VANISH),
  find: script(FIND),
};

/** Names of rooms can be secrets and are of any length and language; the braces keep a room on one node of a cluster. */
function keyOf(room: RoomName): string {
  return `rtc-chat:{${createHash('sha256').update(room).digest('base64url').slice(0, 22)}}`;
}

type RawEnding = [lost: PeerId[], nextMs: number, version: string];

/**
 * The scripts of a room as calls, in our types.
 * Each rejects with `RoomsUnreachable` when Redis does not do it just now, and leaves open whether it was done.
 */
export class RoomScripts {
  readonly #link: RedisLink;
  readonly #graceMs: number;
  readonly #leaseMs: number;
  readonly #isPatient: () => boolean;

  /**
   * `leaseMs`: how long a seat counts as held without being renewed. `isPatient`: whether nobody is given up at the moment
   * although a grace period has passed.
   */
  constructor(link: RedisLink, graceMs: number, leaseMs: number, isPatient: () => boolean) {
    this.#isPatient = isPatient;
    this.#link = link;
    this.#graceMs = graceMs;
    this.#leaseMs = leaseMs;
  }

  async admit(claim: SeatClaim): Promise<AdmitReply> {
    type Raw =
      | [RawEnding, 'admitted', number, string, string, string[]]
      | [RawEnding, 'name-taken' | 'room-full', number];
    const raw = await this.#run<Raw>(scripts.admit, claim.room, [
      ...this.#times(),
      ...seatFields(claim, claim.capacity),
    ]);
    const ending = endingOf(raw[0]);
    if (raw[1] !== 'admitted') {
      const [, code, freeInMs] = raw;
      const retryAfterMs = freeInMs < 0 ? undefined : Math.max(1, freeInMs);
      return { admitted: false, ending, code, retryAfterMs };
    }
    const [, , capacity, replaced, openTo, listed] = raw;
    return {
      admitted: true,
      ending,
      capacity,
      replaced: replaced || null,
      openTo: openTo || null,
      peers: listed.map(peerOf),
    };
  }

  async renew(
    room: RoomName,
    wantedVersion: string,
    seats: readonly { readonly claim: SeatClaim; readonly capacity: number }[],
  ): Promise<RenewReply> {
    type Raw = [RawEnding, RenewReply['fates'], string[]];
    const raw = await this.#run<Raw>(scripts.renew, room, [
      ...this.#times(),
      wantedVersion,
      ...seats.flatMap(({ claim, capacity }) => seatFields(claim, capacity)),
    ]);
    const ending = endingOf(raw[0]);
    const asWanted = wantedVersion !== '' && ending.version === wantedVersion;
    return { ending, fates: raw[1], peers: asWanted ? raw[2].map(peerOf) : null };
  }

  /** True where this socket held the seat. */
  leave(room: RoomName, id: PeerId, socketId: string): Promise<[Ending, boolean]> {
    return this.#give(scripts.leave, room, id, socketId);
  }

  /** True where this socket held the seat. */
  vanish(room: RoomName, id: PeerId, socketId: string): Promise<[Ending, boolean]> {
    return this.#give(scripts.vanish, room, id, socketId);
  }

  async find(room: RoomName, id: PeerId): Promise<Seat | null> {
    type Raw = [string, string, number] | [];
    const [socketId, listed, open] = await this.#run<Raw>(scripts.find, room, [id]);
    if (socketId === undefined || listed === undefined) return null;
    return { ...peerOf(listed), socketId, takesOpenOffers: open === 1 };
  }

  async #give(
    script: Script,
    room: RoomName,
    id: PeerId,
    socketId: string,
  ): Promise<[Ending, boolean]> {
    const args = [...this.#times(), id, socketId];
    const [ending, held] = await this.#run<[RawEnding, number]>(script, room, args);
    return [endingOf(ending), held === 1];
  }

  #times(): string[] {
    return [String(this.#graceMs), String(this.#leaseMs), this.#isPatient() ? '1' : '0'];
  }

  async #run<T>({ text, sha }: Script, room: RoomName, args: string[]): Promise<T> {
    const { client } = this.#link;
    const options = { keys: [keyOf(room)], arguments: args };
    try {
      return (await client.evalSha(sha, options).catch((error: unknown) => {
        // A Redis that has started anew does not know it; from now on it does.
        if (!says(error, 'NOSCRIPT')) throw error;
        return client.eval(text, options);
      })) as T;
    } catch (cause) {
      // Lost, loading, out of memory, no longer the primary: all that passes. What is left is our own mistake.
      throw says(cause, 'ERR') ? cause : new RoomsUnreachable(RETRY_MS, cause);
    }
  }
}

/** The six arguments that describe a seat. */
function seatFields(claim: SeatClaim, capacity: number): string[] {
  const { id, name, instance, socketId, takesOpenOffers } = claim;
  const listed: ListedPeer = { id, name, instance };
  return [
    id,
    foldPersonName(name),
    socketId,
    String(capacity),
    takesOpenOffers ? '1' : '0',
    JSON.stringify(listed),
  ];
}

function endingOf([lost, nextMs, version]: RawEnding): Ending {
  return { lost, nextMs, version };
}

/** Only we write there. */
function peerOf(listed: string): ListedPeer {
  return JSON.parse(listed) as ListedPeer;
}

function says(error: unknown, word: string): boolean {
  return error instanceof ErrorReply && error.message.startsWith(word);
}
