import { closeConnection, createConnection, offerAhead, type Connection } from './connection.ts';
import { Timer } from './timer.ts';

/** Addresses are those of the network that we are in now; and whoever has not come by then may not come at all. */
const KEPT_MS = 30_000;
/** The network goes away, or the page is put away, which it could not be with a connection. */
const STALE_AFTER = ['offline', 'pagehide'] as const;

/** Of this page; whichever room is joined next has it. */
let spare: Connection | null = null;
const age = new Timer();

/** Keeps one connection with an offer and its candidates, which know of this machine only. May be called often. */
export function makeSpare(): void {
  if (spare) return;
  spare = offerAhead(createConnection({ bundlePolicy: 'max-bundle' }));
  age.set(KEPT_MS, dropSpare);
  for (const type of STALE_AFTER) globalThis.addEventListener?.(type, dropSpare);
}

/** The spare, for a configuration that it fits: without servers of its own and without relays only. */
export function takeSpare({ iceServers, iceTransportPolicy }: RTCConfiguration): Connection | null {
  const taken = spare;
  if (taken) {
    spare = null;
    age.clear();
    for (const type of STALE_AFTER) globalThis.removeEventListener?.(type, dropSpare);
    if (!iceServers?.length && iceTransportPolicy !== 'relay') return taken;
    closeConnection(taken);
  }
  return null;
}

const dropSpare = (): unknown => takeSpare({ iceTransportPolicy: 'relay' });
