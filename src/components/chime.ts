import { playNote } from './note.ts';
import { speakThrough } from './playback.ts';

/** Hertz, and the second at which each begins. */
const NOTES = [
  [523.25, 0],
  [783.99, 0.16],
] as const;
const NOTE_S = 0.5;
const LOUDNESS = 0.25;

/** Longer than the notes take; where the browser has no sound they never end. */
const TIMEOUT_MS = 3_000;

/** Two notes through a speaker. Fulfils when they have been heard; rejects where the browser plays nothing. */
export async function chime(speaker: string): Promise<void> {
  const context = new AudioContext();
  const target = context.createMediaStreamDestination();
  const element = new Audio();
  element.srcObject = target.stream;
  let timer: ReturnType<typeof setTimeout> | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error('There is no sound.')), TIMEOUT_MS);
  });
  const heard = async (): Promise<void> => {
    await speakThrough(element, speaker);
    await element.play();
    await Promise.all(
      NOTES.map(([hertz, afterS]) => {
        const note = playNote(target, hertz, afterS, NOTE_S, LOUDNESS);
        return new Promise((resolve) => (note.onended = resolve));
      }),
    );
  };
  try {
    await Promise.race([heard(), late]);
  } finally {
    clearTimeout(timer);
    element.srcObject = null;
    // It plays to nobody any more; a browser that cannot even close it has nothing running.
    void context.close().catch(() => undefined);
  }
}
