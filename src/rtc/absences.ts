import type { PeerId } from '../protocol/ids.ts';
import type { Link } from './link.ts';
import { Timer } from './timer.ts';

/** Who is not listed has been without the broadcaster for the whole of its grace; and without a path for so long. */
const UNLISTED_MS = 3_000;
/** Where nobody can say whether they are here: a path that comes back has most often done so by then. */
const UNKNOWN_MS = 15_000;

export interface AbsencesPorts {
  linkTo(id: PeerId): Pick<Link, 'state' | 'listed'> | undefined;
  /** Whether the broadcaster's list is of now. */
  online(): boolean;
  /** They count as gone from now on, or are here again. */
  away(id: PeerId, away: boolean): void;
}

/**
 * Tells those who are gone for good, such as with a browser that was killed, from those whose path is cut for a while.
 * Whom the broadcaster lists is waited for without end. Closed by its calls.
 */
export class Absences {
  readonly #ports: AbsencesPorts;
  /** When the path to somebody was lost. */
  readonly #since = new Map<PeerId, number>();
  readonly #timer = new Timer();

  constructor(ports: AbsencesPorts) {
    this.#ports = ports;
  }

  /** Somebody's path, or what the broadcaster says of them, may have become another one. */
  changed(id: PeerId): void {
    const link = this.#ports.linkTo(id);
    if (link && link.state !== 'connected') {
      if (!this.#since.has(id)) this.#since.set(id, performance.now());
      this.#look();
    } else if (this.#since.delete(id)) this.#ports.away(id, false);
  }

  close(): void {
    this.#timer.clear();
  }

  #look(): void {
    const isOnline = this.#ports.online();
    for (const [id, since] of this.#since) {
      const link = this.#ports.linkTo(id);
      const waitMs = !isOnline ? UNKNOWN_MS : link?.listed ? Infinity : UNLISTED_MS;
      // The link itself may have ended: whoever is told of that knows more.
      if (!link) this.#since.delete(id);
      else if (performance.now() - since >= waitMs) this.#ports.away(id, true);
    }
    if (this.#since.size > 0) this.#timer.set(UNLISTED_MS, () => this.#look());
  }
}
