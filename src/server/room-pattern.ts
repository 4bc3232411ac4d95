import { MAX_ROOM_UNITS } from '../protocol/limits.ts';

/** Rooms by name: every `*` stands for any characters, also none; all else for itself. */
export type RoomPattern = string & { readonly __brand: 'RoomPattern' };

/** In the form in which rooms' names are; null where no room's name could fit it, or it is longer than one. */
export function roomPattern(text: string): RoomPattern | null {
  const pattern = text.normalize('NFC');
  if (pattern === '' || pattern.length > MAX_ROOM_UNITS || /\p{Cc}|\p{Cs}/u.test(pattern)) {
    return null;
  }
  return pattern as RoomPattern;
}

/** Takes the first place that fits each piece, which needs no way back: the time grows with the lengths only. */
export function matchesRoom(pattern: RoomPattern, room: string): boolean {
  const [head = '', ...pieces] = pattern.split('*');
  const tail = pieces.pop();
  if (tail === undefined) return pattern === room;
  if (!room.startsWith(head)) return false;
  let at = head.length;
  for (const piece of pieces) {
    const found = room.indexOf(piece, at);
    if (found < 0) return false;
    at = found + piece.length;
  }
  return room.length - tail.length >= at && room.endsWith(tail);
}
