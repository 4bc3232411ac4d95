import type { ChatRoom, Peer } from '../rtc/chat-room.ts';
import type { Message } from '../rtc/message.ts';
import type { CallKind } from '../rtc/room-options.ts';
import type { CallDoor } from './call-regions.ts';
import type { Language } from './language.ts';
import type { RoomController } from './room-controller.ts';
import type { WakeController } from './wake-controller.ts';

/** A break shorter than this mends itself and is not worth a word. */
const WORTH_A_WORD_MS = 2_000;

/** What the component shows. */
export type View = 'join' | 'joining' | 'refused' | 'left' | 'talk';

/** What to show of a room in this state; `named`: the page has given a room and a name. */
export function viewOf({ room, failure }: RoomController, named: boolean): View {
  // Nobody writes their name on a page where they could not join.
  if (!room) return failure || !isSecureContext ? 'refused' : named ? 'joining' : 'join';
  const { status, capacity, error, retryAt } = room;
  if (status === 'closed') return 'left';
  if (status === 'failed') return error?.code === 'name-taken' ? 'join' : 'refused';
  // The capacity is known since we were admitted; who we are may be known from an earlier time.
  if ((status !== 'idle' && status !== 'joining') || capacity !== null) return 'talk';
  // A held seat is waited for; what nobody plans to try again is a refusal.
  return error && (error.code === 'server-unreachable' || retryAt === null) ? 'refused' : 'joining';
}

/** What the page says and a person can do, in a room or on the way to one. */
export interface Surroundings {
  readonly language: Language;
  readonly wake: WakeController;
  /** Empty where the page names none. */
  readonly roomName: string;
  readonly name: string;
  readonly server: string;
  readonly capacity: number | null;
  /** The component is wide enough for a side column. */
  readonly wide: boolean;
  /** It is wide enough for the people to be there at first. */
  readonly widest: boolean;
  /** What a call may offer. */
  readonly calls: CallKind;
  readonly callPart: CallDoor;
  readonly join: () => void;
  readonly leave: () => void;
  /** To another room; null where the page has fixed it. */
  readonly chooseRoom: (() => void) | null;
}

/** What every part of a conversation is drawn from. Made anew for each update, so that all parts tell one story. */
export interface Scene extends Surroundings {
  readonly room: ChatRoom;
  readonly peers: readonly Peer[];
  /** All messages kept; read from the room once for each update. */
  readonly messages: readonly Message[];
  /** The other one, where there are two of us. */
  readonly partner: Peer | null;
  /** The peers whose link has failed again and again. */
  readonly unreachable: readonly Peer[];
  /** With whom there can be no conversation, and the words for it. */
  readonly trouble: { readonly name: string; readonly news: 'otherVersion' | 'interfered' } | null;
  /** No link is up, and has not been for so long that it is worth a word. */
  readonly down: boolean;
  /** The broadcaster has been away for so long that it is worth a word. */
  readonly offline: boolean;
  /** Somebody else has been here since we joined. */
  readonly hadCompany: boolean;
}

/** A quiet tint for a person, the same on every screen. It tells faces apart and means nothing. */
export function hueOf(id: string): number {
  let hash = 0;
  for (const unit of id) hash = (hash * 31 + unit.charCodeAt(0)) % 360;
  // Twelve tints are as many as the eye tells apart.
  return hash - (hash % 30);
}

/** The first letter of a name as people count letters. */
export function initialOf(name: string): string {
  return [...new Intl.Segmenter().segment(name)][0]?.segment.toUpperCase() ?? '';
}

/** The scene of an admitted room. */
export function sceneOf(rooms: RoomController, surroundings: Surroundings): Scene {
  const room = rooms.room!;
  const { peers, messages } = room;
  const passed = (sinceMs: number | null) =>
    sinceMs !== null && surroundings.wake.passed(sinceMs + WORTH_A_WORD_MS);
  return {
    ...surroundings,
    room,
    peers,
    messages,
    partner: peers.length === 1 ? peers[0]! : null,
    unreachable: peers.filter(({ link, through }) => link === 'unreachable' && !through),
    trouble: room.trouble && {
      name: room.trouble.name,
      news: room.trouble.error.code === 'unsupported-version' ? 'otherVersion' : 'interfered',
    },
    down: passed(rooms.downSince),
    offline: passed(rooms.offlineSince),
    hadCompany: rooms.hadCompany,
  };
}
