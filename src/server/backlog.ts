import type { BroadcasterSocket } from './session.ts';

/** What is kept for a client that reads more slowly than it is written to: a hundred descriptions, or 2 s of 16 Mbit/s. */
export const MAX_BACKLOG_BYTES = 4_194_304;
/** So few packets are never too much: the largest ones are 64 KiB. */
const FEW_PACKETS = 32;

/** Engine.IO's queue of what its transport has not taken yet; not part of its typed surface. */
interface Queue {
  readonly writeBuffer: readonly { readonly data?: unknown }[];
}

/** Whether a client has left so much unread that it is cut off rather than waited for. */
export function isOverrun(socket: BroadcasterSocket): boolean {
  const { writeBuffer } = socket.conn as unknown as Queue;
  if (writeBuffer.length <= FEW_PACKETS) return false;
  let bytes = 0;
  for (const { data } of writeBuffer) bytes += typeof data === 'string' ? data.length : 0;
  return bytes > MAX_BACKLOG_BYTES;
}
