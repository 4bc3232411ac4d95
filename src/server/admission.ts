import { OPEN_OFFER, refuse } from '../protocol/broadcaster-messages.ts';
import type { JoinAnswer, JoinRequest, Refusal } from '../protocol/broadcaster-messages.ts';
import type { BroadcasterErrorCode } from '../protocol/errors.ts';
import type { PeerId } from '../protocol/ids.ts';
import { MAX_SIGNAL_BYTES } from '../protocol/limits.ts';
import type { Authorization } from './authorization.ts';
import type { IceServers } from './ice-servers.ts';
import type { Settings } from './options.ts';
import { provenId } from './proof.ts';
import type { Relay } from './relay.ts';
import type { Rooms } from './rooms.ts';
import type { Admitted } from './seat.ts';
import type { Session } from './session.ts';

export interface Entry {
  readonly id: PeerId;
  readonly admission: Admitted;
}

/** Rooms end with conversations: nobody knows when. */
const NO_PLACE_RETRY_MS = 10_000;

interface Checks {
  readonly rooms: Rooms;
  readonly relay: Pick<Relay, 'rooms' | 'has'>;
  readonly authorization: Authorization;
}

const REASONS: Partial<Record<BroadcasterErrorCode, string>> = {
  'room-full': 'All seats of this room are taken.',
  'name-taken': 'Somebody else has this name in this room.',
};

/**
 * Everything that is asked between the shape of a join and its seat, in PROTOCOL.md's order after the rates: token,
 * proof, name, capacity. `sessionId` is the one that the proof has to name. Whoever has left or gone while the proof was
 * checked gets no seat.
 */
export async function admit(
  session: Session,
  join: symbol,
  request: JoinRequest,
  sessionId: string,
  { rooms, relay, authorization }: Checks,
  settings: Settings,
): Promise<Entry | Refusal> {
  const { socket, caller, member } = session;
  const permission = await authorization.ask(request, session);
  if ('ok' in permission) return permission;

  const id = await provenId(request, sessionId, hostsOf(session, settings));
  if (!id) return refuse('bad-proof', 'The key or its proof does not hold for this connection.');
  if (!session.isCurrent(join)) {
    return refuse('not-in-room', 'The room was left while the join was checked.');
  }

  const { room, name, instance, features } = request;
  if (relay.rooms >= settings.maxRooms && !relay.has(room)) {
    return refuse('rate-limited', 'There is no place for another room.', NO_PLACE_RETRY_MS);
  }
  const wanted = permission.capacity ?? request.capacity ?? settings.maxCapacity;
  const capacity = Math.min(wanted, settings.maxCapacity);
  const admission = await rooms.admit({
    room,
    id,
    name,
    instance,
    capacity,
    socketId: socket.id,
    takesOpenOffers: features?.includes(OPEN_OFFER) ?? false,
  });
  if (!admission.admitted) {
    const { code, retryAfterMs } = admission;
    return refuse(code, REASONS[code] ?? code, retryAfterMs);
  }
  const { peers, replaced } = admission;
  if (permission.unknown && !member && peers.length === 0 && replaced === null) {
    // Not waited for: between a seat and the news of it there is no time in which others could miss each other.
    void authorization.foundNobody(caller.addressKey);
  }
  return { id, admission };
}

export function joinAnswer(
  entry: Entry,
  request: JoinRequest,
  offered: boolean,
  ice: IceServers,
  settings: Settings,
): JoinAnswer {
  return {
    ok: true,
    self: { id: entry.id, name: request.name },
    peers: [...entry.admission.peers],
    ...ice.grant(entry.id),
    limits: {
      capacity: entry.admission.capacity,
      graceMs: settings.graceMs,
      maxSignalBytes: MAX_SIGNAL_BYTES,
    },
    now: Date.now(),
    ...(request.offer !== undefined && { offered }),
  };
}

function hostsOf(session: Session, settings: Settings): string[] {
  const dialled = session.socket.handshake.headers.host?.toLowerCase();
  return dialled === undefined ? settings.publicHosts : [dialled, ...settings.publicHosts];
}
