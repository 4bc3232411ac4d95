import type { PeerId, PersonName, RoomName } from '../protocol/ids.ts';
import type { Clock } from './clock.ts';
import type { Lease } from './lease.ts';

export interface LogOptions {
  readonly lease: Pick<Lease, 'identity' | 'store' | 'history'>;
  readonly room: RoomName;
  readonly clock: Clock;
  readonly name: () => PersonName;
  /** Who is present; asked at each commit of ours. */
  readonly audience: () => readonly PeerId[];
  /** Who is in the room, whether there is a connection or not. What may be given to nobody else is given to them. */
  readonly present?: () => readonly PeerId[];
  readonly maxEntries?: number | undefined;
  /** Bytes of bodies. */
  readonly maxBytes?: number | undefined;
  readonly maxAuthors?: number | undefined;
  readonly maxAgeMs?: number | undefined;
  /** Back-pressure: awaited before each own batch is built; null where nothing keeps us from writing. */
  readonly beforeWrite?: () => Promise<void> | null;
  /** Whether everybody present takes a batch ahead of its signature. */
  readonly lateSignature?: () => boolean;
}
