import { RtcChatError } from '../../../src/protocol/errors.ts';

/** The code that a promise is rejected with; `fulfilled` where it is not. */
export async function codeOf(promise: Promise<unknown>): Promise<string> {
  try {
    await promise;
    return 'fulfilled';
  } catch (error) {
    return error instanceof RtcChatError ? error.code : String(error);
  }
}
