import type { PeerId } from '../protocol/ids.ts';

/**
 * `connecting`: first connection under way · `connected`: proven and live · `reconnecting`: was connected, is being
 * mended · `unreachable`: no first connection was found in 20 s; attempts go on.
 */
export type LinkState = 'connecting' | 'connected' | 'reconnecting' | 'unreachable';

/** Another participant, a snapshot: a change makes a new object with the same `id`. */
export interface Peer {
  readonly id: PeerId;
  readonly name: string;
  readonly link: LinkState;
  /** Writing at this moment. */
  readonly typing: boolean;
  /** Whether the broadcaster lists it at present. */
  readonly listed: boolean;
  /** There is no link, and this one passes on what is said; absent where there is a link or nobody who does. */
  readonly through?: { readonly id: PeerId; readonly name: string };
}
