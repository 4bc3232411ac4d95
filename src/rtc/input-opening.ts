import type { ChosenDevice } from './device-choice.ts';
import type { Input } from './media-fault.ts';

/** Which way a camera of a phone looks: at the person, or away. */
export type Facing = 'user' | 'environment';

/** Which microphone or camera is wanted; any, where both are null. */
export interface InputWish {
  readonly chosen: ChosenDevice | null;
  readonly facing: Facing | null;
}

const MICROPHONE: MediaTrackConstraints = {
  echoCancellation: true,
  noiseSuppression: true,
  autoGainControl: true,
};

const CAMERA: MediaTrackConstraints = {
  width: { ideal: 1_280 },
  height: { ideal: 720 },
  frameRate: { ideal: 30 },
};

/** Opens a microphone or a camera. Rejects as `getUserMedia` does; one that was chosen and is gone is no reason to. */
export async function openInput(input: Input, wish: InputWish): Promise<MediaStreamTrack> {
  try {
    return trackOf(await ask({ [input]: wish }), input);
  } catch (error) {
    if (!(wish.chosen || wish.facing) || !isGone(error)) throw error;
    return openInput(input, { chosen: null, facing: null });
  }
}

/**
 * Both by one question, so that the person is asked once and not twice. Where that fails each is opened by itself: one
 * that is refused, missing or broken takes the other not with it.
 */
export function openBoth(
  wishes: Readonly<Record<Input, InputWish>>,
): (input: Input) => Promise<MediaStreamTrack> {
  const both = ask(wishes);
  return (input) =>
    both.then(
      (stream) => trackOf(stream, input),
      async (error: Error) => {
        // Who has just closed the question would be asked a third time.
        const isClosed = input === 'camera' && error.name === 'NotAllowedError';
        if (isClosed && (await permissionFor(input)) === 'prompt') throw error;
        return openInput(input, wishes[input]);
      },
    );
}

/** Whether the browser would ask; null where it does not tell. */
export async function permissionFor(input: Input): Promise<PermissionState | null> {
  try {
    return (await navigator.permissions.query({ name: input })).state;
  } catch {
    // This browser has no such name.
    return null;
  }
}

function ask(wishes: Readonly<Partial<Record<Input, InputWish>>>): Promise<MediaStream> {
  const { microphone, camera } = wishes;
  return navigator.mediaDevices.getUserMedia({
    ...(microphone && { audio: { ...MICROPHONE, ...exactly(microphone) } }),
    ...(camera && { video: { facingMode: 'user', ...CAMERA, ...exactly(camera) } }),
  });
}

function exactly({ chosen, facing }: InputWish): MediaTrackConstraints {
  if (facing) return { facingMode: { exact: facing } };
  return chosen ? { deviceId: { exact: chosen.id } } : {};
}

function trackOf(stream: MediaStream, input: Input): MediaStreamTrack {
  const [track] = input === 'camera' ? stream.getVideoTracks() : stream.getAudioTracks();
  if (!track) throw new DOMException('No track', 'NotFoundError');
  return track;
}

const isGone = (error: unknown): boolean =>
  error instanceof Error && ['OverconstrainedError', 'NotFoundError'].includes(error.name);
