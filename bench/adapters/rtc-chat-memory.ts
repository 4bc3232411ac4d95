import { roomAdapter } from './room.ts';

/** `rtc-chat/room` with `history: "none"`: signed and acknowledged as always, kept in memory. */
export const adapter = roomAdapter('none');
