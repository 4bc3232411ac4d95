import type { IncomingMessage } from 'node:http';

import { addressKey } from './address.ts';
import { hangUp, isOverrun } from './backlog.ts';
import type { Outlet } from './backlog.ts';
import type { Limits } from './limits.ts';
import type { CutOffReason } from './observer.ts';

/** A connection below Socket.IO, as far as its traffic goes. */
export interface Line extends Outlet {
  readonly id: string;
  readonly request: IncomingMessage;
  on(event: 'packet', listener: (packet: Packet) => void): unknown;
  on(event: 'flush', listener: () => void): unknown;
  once(event: 'close', listener: () => void): unknown;
}

interface Packet {
  readonly type: string;
  readonly data?: unknown;
}

/** Bytes of a packet that count as one. */
const PACKET_POINT_BYTES = 4_096;

/** How long the goodbye of a polled connection waits to be fetched. */
const GOODBYE_MS = 1_000;

/**
 * Watches one connection where everything passes: also what never becomes an event, such as acknowledgements, connects to other
 * namespaces, heartbeats. It ends the connection of whoever sends too much of it, leaves too much unread, or answers
 * pings that it cannot have read. An honest client has met a limit of its events long before, with a word.
 */
export function watchTraffic(
  line: Line,
  limits: Limits,
  address: string,
  cutOffBecause: (why: CutOffReason) => void,
): void {
  const caller = { connectionId: line.id, addressKey: addressKey(address) };
  let over = false;
  /** Whether the transport has taken anything since the last pong; a ping has to be among it. */
  let taken = true;
  const cutOff = (why: CutOffReason): void => {
    if (over) return;
    over = true;
    cutOffBecause(why);
    hangUp(line);
  };
  // Half a minute otherwise, for whoever has gone without it.
  if (line.transport.closeTimeout !== undefined) line.transport.closeTimeout = GOODBYE_MS;
  line.once('close', () => limits.forget(caller.connectionId));
  line.on('flush', () => (taken = true));
  line.on('packet', ({ type, data }) => {
    if (over) return;
    if (isOverrun(line) || (type === 'pong' && !taken)) return cutOff('does-not-read');
    if (type === 'pong') taken = false;
    if (limits.floods(caller, 1 + Math.floor(sizeOf(data) / PACKET_POINT_BYTES))) cutOff('flood');
  });
}

/**
 * What is written to a connection within one turn of the event loop leaves in one system call, which costs more than all
 * that we do for a signal: its acknowledgement, and what else comes at the same time, costs next to nothing then.
 */
export function bundleWrites(line: Line): void {
  const { socket } = line.request;
  const letGo = (): void => socket.uncork();
  line.on('flush', () => {
    if (socket.writableCorked > 0) return;
    socket.cork();
    setImmediate(letGo);
  });
  // The process may end in this very turn, with a goodbye unsent.
  line.once('close', letGo);
}

function sizeOf(data: unknown): number {
  if (typeof data === 'string') return data.length;
  return ArrayBuffer.isView(data) || data instanceof ArrayBuffer ? data.byteLength : 0;
}
