import type { Input } from './media-fault.ts';

export type Chosen = Input | 'speaker';

/** A device that somebody has chosen: by its id, and by its name where a browser gives ids anew. */
export interface ChosenDevice {
  readonly id: string;
  readonly label: string;
}

/** In localStorage: browsers give each origin ids of its own, so the choice is kept for the origin as well. */
const KEY = 'rtc-chat devices';

/** The one that was chosen the last time. Where the browser refuses storage, nothing is remembered. */
export function chosenBefore(kind: Chosen): ChosenDevice | null {
  const { id, label } = (readChoices()[kind] ?? {}) as Partial<Record<string, unknown>>;
  return typeof id === 'string' && typeof label === 'string' ? { id, label } : null;
}

export function rememberChoice(kind: Chosen, device: ChosenDevice): void {
  try {
    localStorage.setItem(KEY, JSON.stringify({ ...readChoices(), [kind]: device }));
  } catch {
    // Switched off or full: it is chosen again the next time.
  }
}

function readChoices(): Partial<Record<Chosen, unknown>> {
  try {
    return Object(JSON.parse(localStorage.getItem(KEY)!)) as Partial<Record<Chosen, unknown>>;
  } catch {
    // Switched off, or another's: as if nothing had been chosen.
    return {};
  }
}

/** The one that was chosen, if it is there. */
export function findChosen(
  chosen: ChosenDevice | null,
  devices: readonly MediaDeviceInfo[],
): MediaDeviceInfo | undefined {
  if (!chosen) return undefined;
  const { id, label } = chosen;
  return (
    devices.find(({ deviceId }) => deviceId === id) ??
    devices.find((device) => label !== '' && device.label === label)
  );
}
