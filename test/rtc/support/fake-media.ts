/** A track that a test has made, and its end. */
export interface FakeTrack {
  readonly track: MediaStreamTrack;
  stop(): void;
}

/** A moving picture of one colour. */
export function fakePicture(colour: string, width = 160, height = 120): FakeTrack {
  const canvas = Object.assign(document.createElement('canvas'), { width, height });
  const context = canvas.getContext('2d')!;
  let at = 0;
  const draw = (): void => {
    context.fillStyle = at % 2 ? colour : 'white';
    context.fillRect(0, 0, width, height);
    context.fillStyle = colour;
    context.fillRect(at++ % width, 0, 20, height);
  };
  draw();
  const timer = setInterval(draw, 33);
  const [track] = canvas.captureStream(30).getVideoTracks();
  return {
    track: track!,
    stop: () => {
      clearInterval(timer);
      track!.stop();
    },
  };
}

/** A tone. */
export function fakeSound(): FakeTrack {
  const context = new AudioContext();
  const tone = context.createOscillator();
  const target = context.createMediaStreamDestination();
  tone.connect(target);
  tone.start();
  const [track] = target.stream.getAudioTracks();
  return {
    track: track!,
    stop: () => {
      track!.stop();
      void context.close();
    },
  };
}

/** Fulfils when so many frames of a track have been on the screen. */
export async function framesOf(track: MediaStreamTrack, count: number): Promise<void> {
  const video = document.createElement('video');
  video.muted = true;
  video.srcObject = new MediaStream([track]);
  document.body.append(video);
  void video.play().catch(() => undefined);
  for (let frame = 0; frame < count; frame++)
    await new Promise((resolve) => video.requestVideoFrameCallback(resolve));
  video.srcObject = null;
  video.remove();
}
