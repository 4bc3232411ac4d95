import type { History } from '../../../src/rtc/chat-room.ts';
import type { RoomEventMap } from '../../../src/rtc/room-events.ts';
import type { RoomOptions } from '../../../src/rtc/room.ts';
import { Room } from '../../../src/rtc/room.ts';

/** A room name that no other test has. */
export function freshRoomName(): string {
  return `test ${crypto.randomUUID()}`;
}

/** Rooms that are left after each test, however it ended. */
const made: Room[] = [];

afterEach(async () => {
  await Promise.all(made.splice(0).map((room) => room.leave()));
});

/** These are left by whoever keeps them, not after the present test. */
export function keep(...rooms: readonly Room[]): void {
  for (const room of rooms) made.splice(made.indexOf(room), 1);
}

/** A room at the test runner's own broadcaster; memory only, unless the test says otherwise. */
export function makeRoom(options: Partial<RoomOptions> & { readonly room: string }): Room {
  const history: History = 'none';
  const room = new Room({ server: location.origin, name: 'Ada', history, ...options });
  made.push(room);
  return room;
}

/** The first event of this type that fits; does not look at the past. */
export function next<K extends keyof RoomEventMap>(
  room: Room,
  type: K,
  fits: (event: RoomEventMap[K]) => boolean = () => true,
): Promise<RoomEventMap[K]> {
  return new Promise((resolve) => {
    const listener = (event: RoomEventMap[K]): void => {
      if (!fits(event)) return;
      room.removeEventListener(type, listener);
      resolve(event);
    };
    room.addEventListener(type, listener);
  });
}

/** Fulfils as soon as the room is as described; looked at now and after each of its events. */
export function until(room: Room, holds: (room: Room) => boolean): Promise<void> {
  if (holds(room)) return Promise.resolve();
  return new Promise((resolve) => {
    const types: readonly (keyof RoomEventMap)[] = [
      'status',
      'message',
      'delivery',
      'history',
      'peer-join',
      'peer-change',
      'peer-leave',
      'call',
      'call-end',
      'error',
    ];
    const life = new AbortController();
    for (const type of types) {
      room.addEventListener(
        type,
        () => {
          if (!holds(room)) return;
          life.abort();
          resolve();
        },
        { signal: life.signal },
      );
    }
  });
}

export const textsOf = (room: Room): string[] => room.messages.map((message) => message.text);

/** Two rooms that have found each other. */
export async function twoRooms(
  options: Partial<RoomOptions> = {},
  other: Partial<RoomOptions> = {},
): Promise<readonly [ada: Room, bo: Room]> {
  const room = freshRoomName();
  const ada = makeRoom({ ...options, room });
  const bo = makeRoom({ ...options, name: 'Bo', ...other, room });
  await ada.join();
  await bo.join();
  await Promise.all([until(ada, isConnected), until(bo, isConnected)]);
  return [ada, bo];
}

export const isConnected = (room: Room): boolean => room.status === 'connected';
