import type { Input } from '../../../src/rtc/media-fault.ts';

export interface ScriptedDevice {
  readonly kind: MediaDeviceKind;
  readonly deviceId: string;
  readonly label: string;
  readonly groupId?: string;
  readonly facingMode?: 'user' | 'environment';
}

const NAMES = { microphone: 'audioinput', camera: 'videoinput' } as const;

export const microphone = (name: string, more: Partial<ScriptedDevice> = {}): ScriptedDevice => ({
  kind: 'audioinput',
  deviceId: name,
  label: `Microphone ${name}`,
  ...more,
});

export const camera = (name: string, more: Partial<ScriptedDevice> = {}): ScriptedDevice => ({
  kind: 'videoinput',
  deviceId: name,
  label: `Camera ${name}`,
  ...more,
});

export const speaker = (name: string): ScriptedDevice => ({
  kind: 'audiooutput',
  deviceId: name,
  label: `Speaker ${name}`,
});

/**
 * In the place of `navigator.mediaDevices` and of the permissions, so that devices can be plugged, pulled out, refused
 * and broken at will. The tracks are real ones.
 */
export class ScriptedDevices extends EventTarget {
  devices: readonly ScriptedDevice[] = [];
  /** Null: the browser has no such name. */
  permissions: Record<Input, PermissionState | null> = { microphone: 'granted', camera: 'granted' };
  /** What was asked for: `microphone`, `camera`, `microphone camera`, with `=id` or `=facing` where one was named. */
  readonly asked: string[] = [];
  /** Every track that was given out. */
  readonly tracks: MediaStreamTrack[] = [];
  /** Called before each answer; throws in the place of the browser, or takes its time. */
  answer: (inputs: readonly Input[], deviceId: string | null) => unknown = () => undefined;
  /** The same for `getDisplayMedia`. */
  answerScreen: () => unknown = () => undefined;
  /** Phones have one camera open at a time. */
  oneCamera = false;
  readonly #context = new AudioContext();

  install(): void {
    const put = (key: string, value: unknown): unknown =>
      Object.defineProperty(navigator, key, { value, configurable: true });
    put('mediaDevices', this);
    put('permissions', {
      query: ({ name }: { name: Input }) =>
        this.permissions[name] === null
          ? Promise.reject(new TypeError(`${name} is no permission`))
          : Promise.resolve({ state: this.permissions[name] }),
    });
  }

  restore(): void {
    for (const key of ['mediaDevices', 'permissions']) Reflect.deleteProperty(navigator, key);
    for (const track of this.tracks) track.stop();
    void this.#context.close();
  }

  get live(): readonly MediaStreamTrack[] {
    return this.tracks.filter(({ readyState }) => readyState === 'live');
  }

  plug(...devices: ScriptedDevice[]): void {
    this.devices = [...this.devices, ...devices];
    this.dispatchEvent(new Event('devicechange'));
  }

  /** Its tracks end, and then the list is another one, as browsers do it. */
  unplug(deviceId: string): void {
    this.devices = this.devices.filter((device) => device.deviceId !== deviceId);
    for (const track of this.live) if (track.getSettings().deviceId === deviceId) this.end(track);
    this.dispatchEvent(new Event('devicechange'));
  }

  /** As the browser ends a track: with an event. */
  end(track: MediaStreamTrack): void {
    track.stop();
    track.dispatchEvent(new Event('ended'));
  }

  enumerateDevices(): Promise<readonly ScriptedDevice[]> {
    return Promise.resolve(this.devices.map((device) => ({ groupId: '', ...device })));
  }

  async getUserMedia(constraints: Partial<Record<'audio' | 'video', MediaTrackConstraints>>) {
    const wanted: (readonly [Input, MediaTrackConstraints])[] = [];
    if (constraints.audio) wanted.push(['microphone', constraints.audio]);
    if (constraints.video) wanted.push(['camera', constraints.video]);
    const exactly = (value: unknown): string | null =>
      (value as { exact?: string } | undefined)?.exact ?? null;
    const named = ({ deviceId, facingMode }: MediaTrackConstraints): string | null =>
      exactly(deviceId) ?? exactly(facingMode);
    this.asked.push(
      wanted.map(([input, each]) => (named(each) ? `${input}=${named(each)}` : input)).join(' '),
    );
    await this.answer(
      wanted.map(([input]) => input),
      wanted.length === 1 ? named(wanted[0]![1]) : null,
    );
    const tracks = wanted.map(([input, each]) => this.#open(input, each, exactly));
    return new MediaStream(tracks);
  }

  async getDisplayMedia(): Promise<MediaStream> {
    this.asked.push('screen');
    await this.answerScreen();
    return new MediaStream([this.#track('camera', {}), this.#track('microphone', {})]);
  }

  #open(
    input: Input,
    { deviceId, facingMode }: MediaTrackConstraints,
    exactly: (value: unknown) => string | null,
  ): MediaStreamTrack {
    const all = this.devices.filter(({ kind }) => kind === NAMES[input]);
    if (!all.length) throw new DOMException('none', 'NotFoundError');
    const [id, facing] = [exactly(deviceId), exactly(facingMode)];
    const device = all.find(
      (each) => (!id || each.deviceId === id) && (!facing || each.facingMode === facing),
    );
    if (!device) throw new DOMException('no such', 'OverconstrainedError');
    if (input === 'camera' && this.oneCamera && this.live.some(({ kind }) => kind === 'video'))
      throw new DOMException('could not start', 'NotReadableError');
    return this.#track(input, device);
  }

  #track(input: Input, { deviceId, groupId, facingMode }: Partial<ScriptedDevice>) {
    const stream =
      input === 'microphone'
        ? this.#context.createMediaStreamDestination().stream
        : picture().captureStream();
    const track = stream.getTracks()[0]!;
    const settings = { deviceId, groupId, facingMode };
    Object.defineProperty(track, 'getSettings', { value: () => settings });
    this.tracks.push(track);
    return track;
  }
}

function picture(): HTMLCanvasElement {
  const canvas = document.createElement('canvas');
  // A canvas without a context cannot be captured.
  canvas.getContext('2d');
  return canvas;
}
