import { randomBytes } from 'node:crypto';

import type { BroadcasterEvents, ListedPeer } from '../protocol/broadcaster-messages.ts';
import type { PeerId, RoomName } from '../protocol/ids.ts';
import type { Census } from './observer.ts';
import { RollCall } from './roll-call.ts';
import type { BroadcasterServer, BroadcasterSocket } from './session.ts';

const CHANNEL = 'room:';
const channelOf = (room: RoomName) => CHANNEL + room;

/**
 * Says things to sockets, wherever they are connected. Those of this process hear it in the same turn; those of others,
 * where there are any, hear it through the adapter. So what happens within one process depends on nothing else.
 */
export class Relay {
  /** Whether other processes hold sockets of the same rooms. */
  readonly shared: boolean;
  readonly #io: BroadcasterServer;
  readonly #rollCall: RollCall | null;
  /** Begins the names of channels of which the sockets of this process alone are members. */
  readonly #here = `${randomBytes(8).toString('hex')}:`;
  /** Rooms that this process has somebody in. */
  #rooms = 0;

  constructor(io: BroadcasterServer, shared: boolean) {
    this.#io = io;
    this.shared = shared;
    this.#rollCall = shared ? new RollCall() : null;
    // Every socket is a room of Socket.IO's as well.
    const isRoom = (channel: string): boolean => channel.startsWith(CHANNEL);
    io.sockets.adapter.on('create-room', (channel: string) => {
      if (isRoom(channel)) this.#rooms += 1;
    });
    io.sockets.adapter.on('delete-room', (channel: string) => {
      if (isRoom(channel)) this.#rooms -= 1;
    });
  }

  get rooms(): number {
    return this.#rooms;
  }

  /** Whether somebody in this room is connected to this process. */
  has(room: RoomName): boolean {
    return this.#io.sockets.adapter.rooms.has(channelOf(room));
  }

  /** `peers`: who it has just been told is there, besides itself. */
  async enter(
    socket: BroadcasterSocket,
    room: RoomName,
    self: PeerId,
    peers: readonly ListedPeer[],
  ): Promise<void> {
    this.#rollCall?.seated(socket, self, peers);
    const channel = channelOf(room);
    await socket.join(this.shared ? [channel, this.#here + channel] : channel);
  }

  async exit(socket: BroadcasterSocket, room: RoomName): Promise<void> {
    this.#rollCall?.left(socket);
    await socket.leave(channelOf(room));
    if (this.shared) await socket.leave(this.#here + channelOf(room));
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
    if (!this.shared) return;
    // The adapter would tell those here as well, later, when others may have come who know it from their answer.
    this.#io
      .to(channel)
      .except([this.#here + channel, ...except])
      .emit(event, ...args);
  }

  /** Tells every socket of this process that is in the room what it has missed; `peers` is everyone. */
  compare(room: RoomName, peers: readonly ListedPeer[]): void {
    for (const socketId of this.#io.sockets.adapter.rooms.get(channelOf(room)) ?? []) {
      const socket = this.#io.sockets.sockets.get(socketId);
      if (socket) this.#rollCall?.compare(socket, peers);
    }
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
    else if (this.shared) this.#io.to(socketId).emit(event, ...args);
  }

  /** Ends one socket for good: a client of Socket.IO does not come back from this by itself. */
  end(socketId: string): void {
    const socket = this.#io.sockets.sockets.get(socketId);
    if (socket) socket.disconnect(true);
    else if (this.shared) this.#io.in(socketId).disconnectSockets(true);
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
