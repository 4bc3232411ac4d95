import { roomAdapter } from './room.ts';

/** `rtc-chat/room` as it is by default: what is said survives a reload. */
export const adapter = roomAdapter('session');
