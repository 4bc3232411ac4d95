import { expect } from 'chai';
import { LocalMedia } from '../../../src/rtc/local-media.ts';
import type { Line } from '../../../src/rtc/lines.ts';
import type { Input } from '../../../src/rtc/media-fault.ts';
import { camera, microphone, ScriptedDevices } from './scripted-devices.ts';

/** A call's media, and what they have told. */
export class ToldMedia {
  readonly sent = new Map<Line, MediaStreamTrack | null>();
  readonly faults: string[] = [];
  readonly media: LocalMedia;
  #waiting: (() => void)[] = [];

  constructor() {
    this.media = new LocalMedia({
      track: (line, track) => this.sent.set(line, track),
      changed: () => {
        for (const look of this.#waiting) look();
      },
      failed: ({ device, reason }) => this.faults.push(`${device} ${reason}`),
    });
  }

  device(input: Input): string | undefined {
    return this.sent.get(input)?.getSettings().deviceId;
  }

  /** Fulfils when it is so, at the latest after the next change that makes it so. */
  async until(isSo: () => boolean): Promise<void> {
    await new Promise<void>((resolve) => {
      const look = (): void => {
        if (!isSo()) return;
        this.#waiting = this.#waiting.filter((each) => each !== look);
        resolve();
      };
      this.#waiting.push(look);
      look();
    });
  }
}

/** Scripted devices, two of each kind, and media that use them: anew for each test, with nothing left running. */
export class MediaStand {
  devices!: ScriptedDevices;
  told!: ToldMedia;

  begin(): LocalMedia {
    this.told = new ToldMedia();
    return this.told.media;
  }

  open(): void {
    localStorage.removeItem('rtc-chat devices');
    this.devices = new ScriptedDevices();
    this.devices.devices = [
      microphone('mic-1'),
      microphone('mic-2'),
      camera('cam-1'),
      camera('cam-2'),
    ];
    this.devices.install();
  }

  close(): void {
    this.told.media.close();
    const { live } = this.devices;
    this.devices.restore();
    expect(live, 'tracks left running').to.deep.equal([]);
  }
}

export function mediaStand(): MediaStand {
  const stand = new MediaStand();
  beforeEach(() => stand.open());
  afterEach(() => stand.close());
  return stand;
}

export const refusal = (name: string, message = ''): DOMException =>
  new DOMException(message, name);

/** Another value of a global, and the way back. */
export function override(key: string, descriptor: PropertyDescriptor): () => void {
  const former = Object.getOwnPropertyDescriptor(globalThis, key)!;
  Object.defineProperty(globalThis, key, { ...descriptor, configurable: true });
  return () => void Object.defineProperty(globalThis, key, former);
}
