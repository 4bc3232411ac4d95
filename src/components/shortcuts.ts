/**
 * By the place of the key, with Alt and Shift: letters that no layout needs with those to write (Polish on a Mac takes
 * A, C, E, L, N, O, S, X, Z), and no browser for itself.
 */
const CODES = { microphone: 'M', camera: 'V', chat: 'K', hangUp: 'H' } as const;

export type Shortcut = keyof typeof CODES;

/** As `aria-keyshortcuts` has it. */
export const keysOf = (shortcut: Shortcut): string => `Alt+Shift+${CODES[shortcut]}`;

/** What somebody wants with these keys; null where they are no shortcut. */
export function shortcutOf(event: KeyboardEvent): Shortcut | null {
  const { altKey, shiftKey, ctrlKey, metaKey, repeat, code } = event;
  // Ctrl and Alt together are AltGr, which writes.
  if (!altKey || !shiftKey || ctrlKey || metaKey || repeat) return null;
  const all = Object.keys(CODES) as Shortcut[];
  return all.find((shortcut) => code === `Key${CODES[shortcut]}`) ?? null;
}
