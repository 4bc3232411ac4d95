import type { InputState, OwnMedia } from './call.ts';
import { type Chosen, type ChosenDevice, DeviceChoice, findChosen } from './device-choice.ts';
import { DeviceList, devicesOf } from './device-list.ts';
import { openBoth, permissionFor } from './input-opening.ts';
import { InputSource } from './input-source.ts';
import type { Line } from './lines.ts';
import { type Input, type MediaFault, mediaFaultOf } from './media-fault.ts';
import { askForScreen, ScreenShare } from './screen-share.ts';

export type { Input } from './media-fault.ts';

const INPUTS = ['microphone', 'camera'] as const;

export interface LocalMediaHandlers {
  /** What is to be sent on a line from now on. */
  track(line: Line, track: MediaStreamTrack | null): void;
  /** Something that the state shows has changed. */
  changed(): void;
  /** A device could not be used; the call goes on without it. */
  failed(fault: MediaFault): void;
}

/**
 * What one person sends in a call, and by which devices. One that is blocked or broken takes none with it, and none of
 * them is waited for. Closed by its call: then every track has been stopped.
 */
export class LocalMedia {
  readonly #handlers: LocalMediaHandlers;
  readonly #life = new AbortController();
  readonly #choice = new DeviceChoice();
  readonly #devices: DeviceList;
  readonly #inputs: Readonly<Record<Input, InputSource>>;
  readonly #known = new Set<Input>();
  #speaker: ChosenDevice | null;
  #screen: ScreenShare | null = null;
  #screenFault: MediaFault | null = null;

  constructor(handlers: LocalMediaHandlers) {
    this.#handlers = handlers;
    this.#speaker = this.#choice.of('speaker');
    this.#inputs = { microphone: this.#input('microphone'), camera: this.#input('camera') };
    this.#devices = new DeviceList(this.#life.signal, () => {
      for (const input of INPUTS) void this.#inputs[input].plugged(this.#devices.all);
      handlers.changed();
    });
  }

  /** On, as the person wants it and as it works. */
  isOn(input: Input): boolean {
    return this.#inputs[input].on;
  }

  /** What is sent on a line at the moment. */
  trackOn(line: Line): MediaStreamTrack | null {
    if (line === 'screen') return this.#screen?.picture ?? null;
    if (line === 'screenSound') return this.#screen?.sound ?? null;
    return this.#inputs[line].track;
  }

  get own(): OwnMedia {
    const { microphone, camera } = this.#inputs;
    const { all } = this.#devices;
    const cameras = devicesOf('camera', all);
    return {
      microphone: stateOf(microphone),
      camera: stateOf(camera),
      screen: this.trackOn('screen'),
      screenFault: this.#screenFault,
      facing: camera.facing,
      canFlip: camera.facing !== null && cameras.length > 1,
      devices: all,
      speaker: findChosen(this.#speaker, devicesOf('speaker', all))?.deviceId ?? '',
    };
  }

  /** Fulfils when it is on or off, or is known not to work. */
  async set(input: Input, on: boolean): Promise<void> {
    await this.#inputs[input].set(on);
  }

  /** Both on, with one question to the person where two would be asked. */
  async turnBothOn(): Promise<void> {
    const { microphone, camera } = this.#inputs;
    const permissions = await Promise.all(INPUTS.map(permissionFor));
    if (this.#life.signal.aborted) return;
    // Where one may be used already it must not wait until the other one has been allowed.
    const together =
      permissions.every((state) => state === 'prompt' || state === null) &&
      INPUTS.every((input) => !this.#inputs[input].wanted && !this.#inputs[input].track);
    const open = together
      ? openBoth({ microphone: microphone.wish, camera: camera.wish })
      : { microphone: undefined, camera: undefined };
    await Promise.all(INPUTS.map((input) => this.#inputs[input].set(true, open[input])));
  }

  /** Another device of a kind, by the id that the browser gives it; a microphone that is muted stays so. */
  async choose(kind: Chosen, deviceId: string): Promise<void> {
    const { label = '' } =
      devicesOf(kind, this.#devices.all).find((device) => device.deviceId === deviceId) ?? {};
    const device = { id: deviceId, label };
    if (kind !== 'speaker') return this.#inputs[kind].choose(device);
    this.#speaker = device;
    this.#choice.remember(kind, device);
    this.#handlers.changed();
  }

  /** To the camera that looks the other way. */
  async flip(): Promise<void> {
    await this.#inputs.camera.flip();
  }

  /** Asks the person which screen. False where they have thought better of it, or it does not work. */
  async shareScreen(): Promise<boolean> {
    let stream: MediaStream;
    this.#screenFault = null;
    try {
      stream = await askForScreen();
    } catch (cause) {
      const fault = mediaFaultOf('screen', cause);
      // Closing the browser's own window is an answer, not a fault.
      if (fault.reason === 'denied') return false;
      this.#screenFault = fault;
      this.#handlers.failed(fault);
      this.#handlers.changed();
      return false;
    }
    this.#screen?.close();
    const share = new ScreenShare(stream, () => {
      if (this.#screen === share) this.stopSharing();
    });
    if (this.#life.signal.aborted) {
      share.close();
      return false;
    }
    this.#screen = share;
    this.#tellScreen();
    return true;
  }

  stopSharing(): void {
    if (!this.#screen) return;
    this.#screen.close();
    this.#screen = null;
    this.#tellScreen();
  }

  close(): void {
    if (this.#life.signal.aborted) return;
    this.stopSharing();
    for (const input of INPUTS) this.#inputs[input].close();
    this.#life.abort();
  }

  #tellScreen(): void {
    for (const line of ['screen', 'screenSound'] as const)
      this.#handlers.track(line, this.trackOn(line));
    this.#handlers.changed();
  }

  #input(input: Input): InputSource {
    return new InputSource(input, this.#choice, {
      track: (track) => {
        this.#handlers.track(input, track);
        if (track) void this.#list();
      },
      changed: () => this.#handlers.changed(),
      failed: (fault) => this.#handlers.failed(fault),
    });
  }

  /** Devices have names once one of their kind is in use: then the one that was chosen is known by its name. */
  async #list(): Promise<void> {
    if (!(await this.#devices.refresh()) || this.#life.signal.aborted) return;
    for (const input of INPUTS) {
      const source = this.#inputs[input];
      if (!source.track || this.#known.has(input)) continue;
      this.#known.add(input);
      void source.plugged(this.#devices.all);
    }
    this.#handlers.changed();
  }
}

const stateOf = ({ on, wanted, track, deviceId, fault }: InputSource): InputState => ({
  on,
  wanted,
  track,
  deviceId,
  fault,
});
