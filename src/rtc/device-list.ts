import type { Chosen } from './device-choice.ts';

const KINDS = {
  microphone: 'audioinput',
  camera: 'videoinput',
  speaker: 'audiooutput',
} as const satisfies Record<Chosen, MediaDeviceKind>;

/** Those of one kind. */
export const devicesOf = (
  kind: Chosen,
  devices: readonly MediaDeviceInfo[],
): readonly MediaDeviceInfo[] => devices.filter((device) => device.kind === KINDS[kind]);

/**
 * The devices of this machine, as far as the browser shows them: their names only once one of them may be used. `plugged`
 * is called when one has come or gone. Ends with the signal.
 */
export class DeviceList {
  all: readonly MediaDeviceInfo[] = [];
  #asked = 0;

  constructor(signal: AbortSignal, plugged: () => void) {
    const { mediaDevices } = navigator as Partial<Navigator>;
    // A page that is not secure has none.
    mediaDevices?.addEventListener(
      'devicechange',
      () => void this.refresh().then((newest) => newest && !signal.aborted && plugged()),
      { signal },
    );
  }

  /** False where a later question has been asked meanwhile. */
  async refresh(): Promise<boolean> {
    const asked = ++this.#asked;
    let found: readonly MediaDeviceInfo[] = [];
    try {
      found = await navigator.mediaDevices.enumerateDevices();
    } catch {
      // The browser shows none: there is nothing to choose from.
    }
    if (asked !== this.#asked) return false;
    // Those without an id may not be used yet; `communications` is another name for one of the others.
    this.all = found.filter(({ deviceId }) => deviceId && deviceId !== 'communications');
    return true;
  }
}
