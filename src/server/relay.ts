import type { BroadcasterEvents } from '../protocol/broadcaster-messages.ts';
import type { RoomName } from '../protocol/ids.ts';
import type { Census } from './observer.ts';
import type { BroadcasterServer, BroadcasterSocket } from './session.ts';

const CHANNEL = 'room:';
const channelOf = (room: RoomName) => CHANNEL + room;

/**
 * Says things to sockets, wherever they are connected. Those of this process hear it in the same turn; those of others,
 * where there are any, hear it through the adapter. So what happens within one process depends on nothing else.
 */
export class Relay {
  readonly #io: BroadcasterServer;
  readonly #shared: boolean;

  /** `shared`: other processes hold sockets of the same rooms. */
  constructor(io: BroadcasterServer, shared: boolean) {
    this.#io = io;
    this.#shared = shared;
  }

  async enter(socket: BroadcasterSocket, room: RoomName): Promise<void> {
    await socket.join(channelOf(room));
  }

  async exit(socket: BroadcasterSocket, room: RoomName): Promise<void> {
    await socket.leave(channelOf(room));
  }

  /** To everyone in the room but `except`. */
  tellRoom<E extends keyof BroadcasterEvents>(
    room: RoomName,
    event: E,
    payload: Parameters<BroadcasterEvents[E]>[0],
    except: readonly string[] = [],
  ): void {
    const channel = channelOf(room);
    const args = [payload] as Parameters<BroadcasterEvents[E]>;
    this.#io.local
      .to(channel)
      .except([...except])
      .emit(event, ...args);
    if (!this.#shared) return;
    // Who has just heard it is not told again when the adapter has passed it on.
    const heard = this.#io.sockets.adapter.rooms.get(channel) ?? [];
    this.#io
      .to(channel)
      .except([...heard, ...except])
      .emit(event, ...args);
  }

  /** To one socket. */
  tell<E extends keyof BroadcasterEvents>(
    socketId: string,
    event: E,
    payload: Parameters<BroadcasterEvents[E]>[0],
  ): void {
    const args = [payload] as Parameters<BroadcasterEvents[E]>;
    const socket = this.#io.sockets.sockets.get(socketId);
    if (socket) socket.emit(event, ...args);
    else if (this.#shared) this.#io.to(socketId).emit(event, ...args);
  }

  /** Ends one socket for good: a client of Socket.IO does not come back from this by itself. */
  end(socketId: string): void {
    const socket = this.#io.sockets.sockets.get(socketId);
    if (socket) socket.disconnect(true);
    else if (this.#shared) this.#io.in(socketId).disconnectSockets(true);
  }

  /** The rooms that this process has somebody in, and how many those are. */
  count(): Pick<Census, 'rooms' | 'peers'> {
    let rooms = 0;
    let peers = 0;
    // Every socket is a room of Socket.IO's as well.
    for (const [name, sockets] of this.#io.sockets.adapter.rooms) {
      if (!name.startsWith(CHANNEL)) continue;
      rooms += 1;
      peers += sockets.size;
    }
    return { rooms, peers };
  }
}
