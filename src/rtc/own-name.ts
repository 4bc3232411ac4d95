import type { PersonName } from '../protocol/ids.ts';
import { foldPersonName } from '../protocol/names.ts';
import type { Admission } from './admission.ts';
import type { NameLease } from './name-lease.ts';

/** The name that we have in a room, which no other tab of this browser uses there. Released by its stay. */
export class OwnName {
  readonly #leaseOf: (name: PersonName) => Promise<NameLease>;
  /** It knows how the name was written first. */
  #lease: NameLease;
  #name: PersonName;

  constructor(lease: NameLease, leaseOf: (name: PersonName) => Promise<NameLease>) {
    this.#leaseOf = leaseOf;
    this.#lease = lease;
    this.#name = lease.name;
  }

  /** As it is written now. */
  get current(): PersonName {
    return this.#name;
  }

  /** Rejects, and nothing has changed, where the broadcaster refuses. */
  async change(name: PersonName, admission: Pick<Admission, 'rename'>): Promise<void> {
    // The same name written otherwise is ours already.
    if (foldPersonName(name) === foldPersonName(this.#name)) {
      await admission.rename(name);
      this.#name = name;
      return;
    }
    const lease = await this.#leaseOf(name);
    try {
      await admission.rename(lease.name);
    } catch (error) {
      lease.release();
      throw error;
    }
    this.#lease.release();
    this.#lease = lease;
    this.#name = lease.name;
  }

  release(): void {
    this.#lease.release();
  }
}
