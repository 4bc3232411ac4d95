import type { BroadcasterSocket } from './session.ts';

/** What is kept for a client that reads more slowly than it is written to: all that 31 peers say to a newcomer, twice. */
export const MAX_BACKLOG_BYTES = 2_097_152;
/** So few packets are never too much: the largest ones are 64 KiB. */
const FEW_PACKETS = 16;

/** A connection below Socket.IO; not all of it is part of Engine.IO's typed surface. */
export interface Outlet {
  /** What the transport has not taken yet. */
  readonly writeBuffer: readonly { readonly data?: unknown }[];
  readonly transport: {
    readonly socket?: { terminate?(): void };
    /** Of long polling: how long a goodbye waits to be fetched. */
    closeTimeout?: number;
  };
  close(discard: boolean): void;
}

export function outletOf(socket: BroadcasterSocket): Outlet {
  return socket.conn as unknown as Outlet;
}

/** Whether a client has left so much unread that it is cut off rather than waited for. */
export function isOverrun({ writeBuffer }: Outlet): boolean {
  if (writeBuffer.length <= FEW_PACKETS) return false;
  let bytes = 0;
  for (const { data } of writeBuffer) bytes += typeof data === 'string' ? data.length : 0;
  return bytes > MAX_BACKLOG_BYTES;
}

/** Ends a connection at once and gives back what was kept for it; WebSocket's closing handshake would wait 30 s for an answer. */
export function hangUp(outlet: Outlet): void {
  outlet.close(true);
  outlet.transport.socket?.terminate?.();
}
