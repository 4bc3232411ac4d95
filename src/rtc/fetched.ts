import { RtcChatError } from '../protocol/errors.ts';

/** What `import()` gives. Rejects with `load-failed`. */
export async function fetched<Part>(part: Promise<Part>): Promise<Part> {
  try {
    return await part;
  } catch (cause) {
    throw new RtcChatError(
      'load-failed',
      'A part of the chat could not be loaded. Load this page again.',
      { cause },
    );
  }
}
