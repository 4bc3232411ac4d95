import type { InputState, OwnMedia, Participant } from '../../src/rtc/call.ts';
import { participant } from './scripted-call.ts';

const OFF: InputState = { on: false, wanted: false, track: null, deviceId: null, fault: null };
const ON: InputState = { ...OFF, on: true, wanted: true };

let own: MediaStreamTrack | undefined;

/** A still picture in the shape of a camera's. */
export function stillPicture(width = 64, height = 36): MediaStream {
  const canvas = Object.assign(document.createElement('canvas'), { width, height });
  const stream = canvas.captureStream();
  canvas.getContext('2d')!.fillRect(0, 0, width, height);
  return stream;
}

/** What we send: by default microphone and camera. */
export function ownMedia(
  change: { audio?: boolean; video?: boolean; screen?: boolean } = {},
): OwnMedia {
  const { audio = true, video = true, screen = false } = change;
  own ??= stillPicture().getVideoTracks()[0]!;
  return {
    microphone: audio ? ON : OFF,
    camera: video ? { ...ON, track: own } : OFF,
    screen: screen ? own : null,
    screenFault: null,
    facing: null,
    canFlip: false,
    devices: [],
    speaker: '',
  };
}

/** Somebody who is in the call with a picture, unless `media` says otherwise. */
export function seen(
  name: string,
  media: Partial<Participant['media']> = {},
  change: Partial<Participant> = {},
): Participant {
  return participant(name, {
    media: { audio: true, video: true, ...media },
    streams: {
      person: stillPicture(),
      screen: media.screen ? stillPicture(64, 40) : new MediaStream(),
    },
    ...change,
  });
}
