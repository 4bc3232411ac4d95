import { RtcChatError } from '../protocol/errors.ts';
import type { PeerId } from '../protocol/ids.ts';
import type { ChatRoom } from './chat-room.ts';

/** With whom there can be no conversation although they are here, and why: the last of them. */
export class Trouble {
  #last: { readonly id: PeerId; readonly error: RtcChatError } | null = null;

  /** Takes note of what is wrong between us; what merely takes time is none. */
  note(id: PeerId, error: RtcChatError): void {
    const { code } = error;
    if (code === 'protocol-violation' || code === 'unsupported-version') this.#last = { id, error };
  }

  /** Somebody is gone, comes again, or is understood after all. Whether that changes anything. */
  relieve(id: PeerId): boolean {
    if (this.#last?.id !== id) return false;
    this.#last = null;
    return true;
  }

  describe(nameOf: (id: PeerId) => string): ChatRoom['trouble'] {
    const last = this.#last;
    return last && { name: nameOf(last.id), error: last.error };
  }
}

/** `detail` can be what the other side says of us. */
export function violationError(detail: string): RtcChatError {
  return detail === 'unsupported-version'
    ? new RtcChatError(detail, 'Somebody here uses another version of this chat.')
    : new RtcChatError('protocol-violation', 'A connection was ended: what came was not in order.');
}
