import type { OwnMedia } from './call.ts';
import type { CallMedia } from './call-record.ts';
import type { Chosen } from './device-choice.ts';
import { chosenBefore, findChosen, rememberChoice } from './device-choice.ts';
import { DeviceList, devicesOf } from './device-list.ts';
import { openBoth, permissionFor } from './input-opening.ts';
import { InputSource, type InputSourceHandlers } from './input-source.ts';
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
  readonly #devices: DeviceList;
  readonly #inputs: Readonly<Record<Input, InputSource>>;
  readonly #known = new Set<Input>();
  #speaker = chosenBefore('speaker');
  #screen: ScreenShare | null = null;
  #screenFault: MediaFault | null = null;

  constructor(handlers: LocalMediaHandlers) {
    this.#handlers = handlers;
    const ofInput: InputSourceHandlers = {
      ...handlers,
      track: (input, track) => {
        handlers.track(input, track);
        if (track) void this.#list();
      },
    };
    this.#inputs = {
      microphone: new InputSource('microphone', ofInput),
      camera: new InputSource('camera', ofInput),
    };
    this.#devices = new DeviceList(this.#life.signal, () => {
      for (const input of INPUTS) void this.#inputs[input].plugged(this.#devices.all);
      handlers.changed();
    });
  }

  /** What is sent on a line at the moment. */
  trackOn(line: Line): MediaStreamTrack | null {
    return line === 'microphone' || line === 'camera'
      ? this.#inputs[line].track
      : (this.#screen?.[line] ?? null);
  }

  get own(): OwnMedia {
    const { microphone, camera } = this.#inputs;
    const { all } = this.#devices;
    const cameras = devicesOf('camera', all);
    return {
      microphone: microphone.state,
      camera: camera.state,
      screen: this.trackOn('screen'),
      screenFault: this.#screenFault,
      facing: camera.facing,
      canFlip: camera.facing !== null && cameras.length > 1,
      devices: all,
      speaker: findChosen(this.#speaker, devicesOf('speaker', all))?.deviceId ?? '',
    };
  }

  /** What the others are told that we send. */
  get sent(): CallMedia {
    const { microphone, camera } = this.#inputs;
    return {
      audio: microphone.expected || microphone.on,
      video: camera.expected || camera.on,
      screen: this.#screen !== null,
    };
  }

  /** Turns on what a call is begun with. Before it is known whether that works it is not taken back. */
  async begin({ audio, video }: CallMedia): Promise<void> {
    this.#inputs.microphone.expected = audio;
    this.#inputs.camera.expected = video;
    if (audio && video) await this.#beginBoth();
    else if (audio) await this.set('microphone', true);
    else if (video) await this.set('camera', true);
  }

  /** Fulfils when it is on or off, or is known not to work. */
  async set(input: Input, on: boolean): Promise<void> {
    await this.#inputs[input].set(on);
  }

  /** Both on, with one question to the person where two would be asked; but what has been turned off meanwhile. */
  async #beginBoth(): Promise<void> {
    const { microphone, camera } = this.#inputs;
    const permissions = await Promise.all(INPUTS.map(permissionFor));
    if (this.#life.signal.aborted) return;
    // Where one may be used already it must not wait until the other one has been allowed.
    const together =
      permissions.every((state) => state === 'prompt' || state === null) &&
      INPUTS.every((input) => this.#inputs[input].expected && this.#inputs[input].idle);
    const open = together
      ? openBoth({ microphone: microphone.wish, camera: camera.wish })
      : undefined;
    const wanted = INPUTS.filter((input) => this.#inputs[input].expected);
    await Promise.all(wanted.map((input) => this.#inputs[input].set(true, open)));
  }

  /** Another device of a kind, by the id that the browser gives it; a microphone that is muted stays so. */
  async choose(kind: Chosen, deviceId: string): Promise<void> {
    const { label = '' } =
      devicesOf(kind, this.#devices.all).find((device) => device.deviceId === deviceId) ?? {};
    const device = { id: deviceId, label };
    if (kind !== 'speaker') return this.#inputs[kind].choose(device);
    this.#speaker = device;
    rememberChoice(kind, device);
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
      if (this.#life.signal.aborted) return false;
      // Closing the browser's own window is an answer, not a fault.
      if (fault.reason !== 'denied') {
        this.#screenFault = fault;
        this.#handlers.failed(fault);
        this.#handlers.changed();
      }
      return false;
    }
    const screen = new ScreenShare(stream, () => this.stopSharing());
    if (this.#life.signal.aborted) {
      // The lines may be those of the next call by now.
      screen.close();
      return false;
    }
    this.#screen?.close();
    this.#screen = screen;
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
    this.stopSharing();
    for (const input of INPUTS) this.#inputs[input].close();
    this.#life.abort();
  }

  #tellScreen(): void {
    for (const line of ['screen', 'screenSound'] as const)
      this.#handlers.track(line, this.trackOn(line));
    this.#handlers.changed();
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
