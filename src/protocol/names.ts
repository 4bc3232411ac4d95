import type { PersonName, RoomName } from './ids.ts';
import { MAX_NAME_UNITS, MAX_ROOM_UNITS } from './limits.ts';

const CONTROL = /\p{Cc}|\p{Cs}/u;
/** Characters that change the direction of what follows: a name could make its line read as something else. */
const BIDI_FORMAT = /[\u061C\u200E\u200F\u202A-\u202E\u2066-\u2069]/u;
/** Names that are in their normal form at one look. */
const PLAIN = /^[!-~]+(?: [!-~]+)*$/;
/** At least one character that leaves a mark on the screen. */
const VISIBLE = /[\p{L}\p{N}\p{P}\p{S}]/u;

/** NFC and trimmed; null where nothing is left, a control character is in it, or it is longer than 128 UTF-16 units. */
export function normalizeRoomName(text: string): RoomName | null {
  if (text.length > MAX_ROOM_UNITS * 4) return null;
  const name = text.normalize('NFC').trim();
  if (name.length === 0 || name.length > MAX_ROOM_UNITS || CONTROL.test(name)) return null;
  return name as RoomName;
}

/**
 * NFC with white space collapsed; null where nothing visible is left, a control or bidi-format character is in it, or
 * it is longer than 64 UTF-16 units.
 */
export function normalizePersonName(text: string): PersonName | null {
  if (text.length <= MAX_NAME_UNITS && PLAIN.test(text)) return text as PersonName;
  if (text.length > MAX_NAME_UNITS * 4) return null;
  const name = text.normalize('NFC').replace(/\s+/gu, ' ').trim();
  if (name.length === 0 || name.length > MAX_NAME_UNITS) return null;
  if (CONTROL.test(name) || BIDI_FORMAT.test(name) || !VISIBLE.test(name)) return null;
  return name as PersonName;
}

/**
 * Two names with the same folded form are the same name: NFKC, lower case, upper case, lower case, NFKC. The first lower
 * case is for ẞ alone, which is its own upper case and would otherwise stay apart from ß and ss.
 */
export function foldPersonName(name: string): string {
  return name.normalize('NFKC').toLowerCase().toUpperCase().toLowerCase().normalize('NFKC');
}

/** More tabs of one browser than a room has places; after that the broadcaster decides. */
export const MAX_NAME_NUMBER = 100;

/** "Ada", "Ada 2", "Ada 3" … for the tabs of one person, cut to what a name may have. */
export function numberPersonName(name: PersonName, number: number): PersonName {
  if (number === 1) return name;
  const suffix = ` ${number}`;
  // A character may lie across the cut: what is left of it would make the name invalid.
  const cut = name.slice(0, MAX_NAME_UNITS - suffix.length).replace(/[\uD800-\uDBFF]$/, '');
  return normalizePersonName(cut + suffix) ?? name;
}
