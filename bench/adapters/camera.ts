/** What every adapter asks for; the browsers have devices of their own for tests. */
export const FULL_WIDTH = 1_280;

export function openCamera(): Promise<MediaStream> {
  return navigator.mediaDevices.getUserMedia({
    audio: true,
    video: {
      width: { ideal: FULL_WIDTH },
      height: { ideal: 720 },
      frameRate: { ideal: 30 },
    },
  });
}

export function closeCamera(stream: MediaStream | null): void {
  for (const track of stream?.getTracks() ?? []) track.stop();
}
