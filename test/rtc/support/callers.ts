import { RING_MS } from '../../../src/rtc/call-record.ts';
import type { CallState, EndedCall, Participant } from '../../../src/rtc/call.ts';
import { MemoryBroadcaster } from '../../../src/rtc/memory-signaling.ts';
import type { Room, RoomOptions } from '../../../src/rtc/room.ts';
import { freshRoomName, makeRoom, next, until } from './rooms.ts';

/**
 * Lets the rooms of this page call each other as if each were in a browser of its own: what elements and tabs of one
 * browser agree upon about calls is not there. Gives the way back.
 */
export function liveApart(): () => void {
  const { locks } = navigator;
  const { BroadcastChannel } = globalThis;
  const isOurs = (name: string): boolean => name.startsWith('rtc-chat call');
  const request = locks.request.bind(locks);
  locks.request = (name: string, ...rest: unknown[]) => {
    if (!isOurs(name)) return request(name, ...(rest as [LockGrantedCallback<unknown>]));
    const granted = rest.at(-1) as LockGrantedCallback<unknown>;
    return Promise.resolve().then(() => granted({ name, mode: 'shared' }));
  };
  globalThis.BroadcastChannel = class extends BroadcastChannel {
    constructor(name: string) {
      super(isOurs(name) ? crypto.randomUUID() : name);
    }
  };
  return () => {
    Reflect.deleteProperty(locks, 'request');
    globalThis.BroadcastChannel = BroadcastChannel;
  };
}

/** Rooms of these people, each connected to all others; what is special about one stands under the name. */
export async function callers(
  names: readonly string[],
  options: Readonly<Record<string, Partial<RoomOptions>>> = {},
  broadcaster = new MemoryBroadcaster(),
): Promise<readonly Room[]> {
  const room = freshRoomName();
  const rooms = names.map((name) =>
    makeRoom({ signaling: () => broadcaster.signaling(), ...options[name], name, room }),
  );
  for (const each of rooms) await each.join();
  await Promise.all(rooms.map((each) => together(each, names.length - 1)));
  return rooms;
}

/** Fulfils when the room is connected to so many others. */
export const together = (room: Room, others: number): Promise<void> =>
  until(room, ({ peers }) => peers.filter(({ link }) => link === 'connected').length === others);

export const reaches = (room: Room, state: CallState): Promise<void> =>
  until(room, ({ callState }) => callState === state);

export const ending = async (room: Room): Promise<EndedCall> =>
  (await next(room, 'call-end')).ended;

export const idOf = (room: Room): string => room.self?.id ?? '';

/** Somebody in the call of `room`. */
export const participantOf = (room: Room, other: Room): Participant | undefined =>
  room.currentCall?.participants.find(({ id }) => id === idOf(other));

/** How far somebody is with the call of `room`. */
export const answerOf = (room: Room, other: Room): string | undefined =>
  participantOf(room, other)?.answer;

/** The first calls, the others are rung and answer. */
export async function inCall(
  rooms: readonly Room[],
  wishes: { audio?: boolean; video?: boolean } = { audio: false },
): Promise<void> {
  const [first, ...others] = rooms;
  await first!.call(wishes);
  await Promise.all(
    others.map(async (room) => {
      await reaches(room, 'ringing');
      await room.answer(wishes);
    }),
  );
  await Promise.all(
    rooms.map((room) =>
      until(room, () => others.length === peopleIn(room).length && room.callState === 'active'),
    ),
  );
}

/** The others who are in the call of a room. */
export const peopleIn = (room: Room): readonly string[] =>
  (room.currentCall?.participants ?? [])
    .filter(({ answer }) => answer === 'in')
    .map(({ id }) => id);

/** The clock by which a ring ends, and its alarm: both stand still until the test moves them. All other timers run. */
export class RingClock {
  readonly #set = globalThis.setTimeout;
  readonly #clear = globalThis.clearTimeout;
  readonly #date = Date.now;
  readonly #alarms = new Map<number, { readonly at: number; readonly ring: () => void }>();
  #now = Date.now();
  #handles = 0;

  constructor() {
    Date.now = () => this.#now;
    globalThis.setTimeout = ((ring: () => void, delayMs = 0) => {
      if (delayMs < RING_MS / 2) return this.#set.call(globalThis, ring, delayMs);
      this.#alarms.set(--this.#handles, { at: this.#now + delayMs, ring });
      return this.#handles;
    }) as typeof setTimeout;
    globalThis.clearTimeout = ((handle: number) => {
      if (!this.#alarms.delete(handle)) this.#clear.call(globalThis, handle);
    }) as typeof clearTimeout;
  }

  /** Time goes on, and what is due rings. */
  pass(ms: number): void {
    this.#now += ms;
    for (const [handle, { at, ring }] of this.#alarms) {
      if (at > this.#now) continue;
      this.#alarms.delete(handle);
      ring();
    }
  }

  restore(): void {
    Object.assign(globalThis, { setTimeout: this.#set, clearTimeout: this.#clear });
    Date.now = this.#date;
  }
}
