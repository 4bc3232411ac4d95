import { MAX_CANDIDATES } from '../protocol/limits.ts';
import type { Connection, ShownOffer } from './connection.ts';
import { closeConnection, createConnection, offerAhead } from './connection.ts';
import { takeSpare } from './spare-connection.ts';
import { Timer } from './timer.ts';

/** An offer that has waited longer is made anew: the network may be another one by now. */
const KEPT_MS = 10_000;
/** The next spare is made when those who have just come are connected: until then the processor is theirs. */
const CALM_MS = 1_000;

/**
 * Keeps one connection ready, because making it takes milliseconds that nobody should wait for. While a room is entered
 * that is one with an offer and its candidates; for whoever waits in a room one that can answer. (A candidate pool would
 * save nothing that can be measured, and would hold sockets and relays for somebody who may never come.)
 * Closed by whoever releases the stay.
 */
export class ConnectionSupply {
  readonly #configuration: () => RTCConfiguration;
  readonly #calm = new Timer();
  #spare: Connection | null = null;
  #madeAt = 0;
  #closed = false;

  /** `configuration` is asked for each connection: credentials change. */
  constructor(configuration: () => RTCConfiguration) {
    this.#configuration = configuration;
  }

  /** Other servers are known now. An offer made without them is of no use. */
  configure(): void {
    if (this.#spare?.ahead) return this.#drop();
    try {
      this.#spare?.pc.setConfiguration(this.#configuration());
    } catch {
      // An engine that cannot change a configuration: the spare is made anew when it is needed.
      this.#drop();
    }
  }

  /** Somebody may be there to offer to. Behind a relay nothing is prepared: its addresses are asked for when needed. */
  prepareOffer(): void {
    if (this.#closed || this.#spare) return;
    const configuration = this.#configuration();
    this.#keep(
      takeSpare(configuration) ??
        (configuration.iceTransportPolicy === 'relay'
          ? createConnection(configuration)
          : offerAhead(createConnection(configuration))),
    );
  }

  /** The prepared offer as it can be handed out before it is known who is there; null where there is none. */
  async show(): Promise<ShownOffer | null> {
    const spare = this.#fresh();
    if (!spare?.ahead) return null;
    const { ahead, pc } = spare;
    try {
      await Promise.all([ahead.set, ahead.gathered]);
    } catch {
      // It cannot even offer: whoever is found gets another one.
      if (spare === this.#spare) this.#drop();
    }
    const { localDescription } = pc;
    if (spare !== this.#spare || localDescription?.type !== 'offer') return null;
    return (ahead.shown ??= {
      description: { type: 'offer', sdp: localDescription.sdp },
      candidates: ahead.candidates.slice(0, MAX_CANDIDATES),
    });
  }

  /** Somebody has got it: whoever is offered to next. */
  said(): void {
    if (this.#spare?.ahead?.shown) this.#spare.ahead.said = true;
  }

  /** Nobody is there to offer to any more. `mayCome`: somebody else can still come, and will offer. */
  expect(mayCome: boolean, soon: boolean): void {
    if (this.#spare?.ahead || !mayCome) this.#drop();
    this.#calm.clear();
    if (!mayCome || this.#closed || this.#spare) return;
    if (soon) this.#rest();
    else this.#calm.set(CALM_MS, () => this.#rest());
  }

  /** A connection nobody has used: the spare, or a new one. */
  take(purpose: 'offer' | 'answer'): Connection {
    const spare = this.#fresh();
    if (!spare || (purpose === 'answer' && spare.ahead))
      return createConnection(this.#configuration());
    this.#spare = null;
    return spare;
  }

  close(): void {
    this.#closed = true;
    this.#calm.clear();
    this.#drop();
  }

  #fresh(): Connection | null {
    if (this.#spare?.ahead && performance.now() - this.#madeAt > KEPT_MS) this.#drop();
    return this.#spare;
  }

  #rest(): void {
    try {
      this.#keep(createConnection(this.#configuration()));
    } catch {
      // Whoever needs one tries again, and tells.
    }
  }

  #keep(connection: Connection): void {
    this.#spare = connection;
    this.#madeAt = performance.now();
  }

  #drop(): void {
    if (this.#spare) closeConnection(this.#spare);
    this.#spare = null;
  }
}
