import type { IceServer } from '../protocol/broadcaster-messages.ts';
import type { PersonName } from '../protocol/ids.ts';
import { Clock } from './clock.ts';
import { ConnectionSupply } from './connection-supply.ts';
import { departed } from './departures.ts';
import type { Lease } from './lease.ts';
import { leaseIdentity } from './lease.ts';
import type { LogOptions } from './log.ts';
import { Log } from './log.ts';
import type { NameLease } from './name-lease.ts';
import { leaseName } from './name-lease.ts';
import { type CheckedOptions, placeOf, valueOf } from './room-options.ts';
import type { Signaling, SignalingHandlers } from './signaling.ts';
import { SocketIoSignaling } from './signaling.ts';
import { stopWarmUp } from './warm-up.ts';

/** What a stay begins with. Whoever gets it releases it, in the order of `releaseArrival`. */
export interface Arrival {
  readonly options: CheckedOptions;
  readonly signaling: Signaling;
  readonly supply: ConnectionSupply;
  /** What the broadcaster gives to every connection from now on; answers what those that run need, null for nothing new. */
  readonly giveServers: (given: readonly IceServer[]) => RTCConfiguration | null;
  readonly clock: Clock;
  readonly lease: Lease;
  readonly name: NameLease;
  readonly log: Log;
  /** Tells the wiring, which is there now, whether there is a session. */
  readonly replay: () => void;
}

/** What the stay answers to signaling and log; there is none before there is a stay. */
export interface Wiring
  extends
    SignalingHandlers,
    Required<Pick<LogOptions, 'audience' | 'present' | 'beforeWrite' | 'lateSignature'>> {
  readonly name: () => PersonName;
}

/**
 * Gets a key, a name and a log, while the broadcaster is being dialled and a first connection prepared. Rejects when
 * `signal` aborts, and with what makes a stay impossible; then nothing is held.
 */
export async function arrive(
  options: CheckedOptions,
  signal: AbortSignal,
  wiring: () => Wiring | null,
): Promise<Arrival> {
  stopWarmUp();
  // First of all: who has been left already would wait for its own departure.
  signal.throwIfAborted();
  await departed(placeOf(options));
  signal.throwIfAborted();
  const servers: { given: readonly IceServer[] } = { given: [] };
  const supply = new ConnectionSupply(() => configurationOf(options, servers.given));
  const undo: (() => unknown)[] = [() => supply.close()];
  try {
    const signaling = options.signaling?.() ?? new SocketIoSignaling(options.serverUrl);
    undo.unshift(() => signaling.close());
    const replay = listen(signaling, wiring);
    const place = { broadcaster: signaling.origin, room: options.roomName, signal };
    // The broadcaster is being dialled: until it answers there is time for all that needs nobody else.
    const leasing = (options.lease ?? leaseIdentity)({ ...place, history: options.keep });
    undo.unshift(() => leasing.then((lease) => lease.release(), ignore));
    const naming = leaseName({ ...place, name: options.personName });
    undo.unshift(() => naming.then((name) => name.release(), ignore));
    supply.prepareOffer();
    const [lease, name] = await Promise.all([leasing, naming]);
    const clock = new Clock();
    const log = await Log.open({
      ...options,
      lease,
      room: options.roomName,
      clock,
      name: () => wiring()?.name() ?? name.name,
      audience: () => wiring()?.audience() ?? [],
      present: () => wiring()?.present() ?? [],
      beforeWrite: () => wiring()?.beforeWrite() ?? null,
      lateSignature: () => wiring()?.lateSignature() ?? false,
    });
    undo.unshift(() => log.close());
    signal.throwIfAborted();
    const giveServers = (given: readonly IceServer[]): RTCConfiguration | null => {
      if (given.length === 0 && servers.given.length === 0) return null;
      servers.given = given;
      supply.configure();
      return configurationOf(options, given);
    };
    return { options, signaling, supply, giveServers, clock, lease, name, log, replay };
  } catch (cause) {
    for (const step of undo) await step();
    throw cause;
  }
}

/** What is released has failed already, and that was told. */
const ignore = (): void => {};

/** Nothing but the session's state comes before a join; the last of it is kept for when there is somebody to tell. */
function listen(signaling: Signaling, wiring: () => Wiring | null): () => void {
  let session: ((wired: Wiring) => void) | null = null;
  const replay = (): void => {
    const wired = wiring();
    if (wired) session?.(wired);
  };
  signaling.open({
    connected: () => {
      session = (wired) => wired.connected();
      replay();
    },
    disconnected: (retryInMs) => {
      session = (wired) => wired.disconnected(retryInMs);
      replay();
    },
    peerJoined: (peer) => wiring()?.peerJoined(peer),
    peerLeft: (peer) => wiring()?.peerLeft(peer),
    signal: (delivery) => wiring()?.signal(delivery),
    replaced: () => wiring()?.replaced(),
  });
  return replay;
}

/** Everything that an arrival holds, given free. Nothing may be written to the log any more. */
export async function releaseArrival({ signaling, supply, log, lease }: Arrival): Promise<void> {
  signaling.close();
  supply.close();
  await log.close();
  await lease.release();
}

/** What connections are made with: the broadcaster's servers first, then the page's. */
function configurationOf(options: CheckedOptions, given: readonly IceServer[]): RTCConfiguration {
  return {
    iceServers: [...given.map(plainServer), ...valueOf(options.iceServers ?? [])],
    iceTransportPolicy: options.iceTransportPolicy ?? 'all',
    bundlePolicy: 'max-bundle',
  };
}

/** Without keys whose value is undefined: engines take those for values. */
function plainServer({ urls, username, credential }: IceServer): RTCIceServer {
  return {
    urls,
    ...(username === undefined ? {} : { username }),
    ...(credential === undefined ? {} : { credential }),
  };
}
