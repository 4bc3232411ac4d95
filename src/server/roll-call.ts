import type { BroadcasterEvents, ListedPeer } from '../protocol/broadcaster-messages.ts';
import type { PeerId } from '../protocol/ids.ts';
import type { BroadcasterSocket } from './session.ts';

/** Who a socket has been told is there, besides itself: each peer as it was described. */
interface Told {
  readonly self: PeerId;
  readonly peers: Map<PeerId, string>;
}

const described = ({ name, instance }: ListedPeer): string => `${instance} ${name}`;

/**
 * Knows what each socket has been told about its room, and tells it what it has missed: news from other processes come at
 * most once, and a process can die between taking a seat and saying so.
 */
export class RollCall {
  readonly #told = new WeakMap<BroadcasterSocket, Told>();
  readonly #followed = new WeakSet<BroadcasterSocket>();

  #follow(socket: BroadcasterSocket): void {
    this.#followed.add(socket);
    socket.onAnyOutgoing((event: keyof BroadcasterEvents, payload: unknown) => {
      const peers = this.#told.get(socket)?.peers;
      if (!peers) return;
      if (event === 'peer-joined') {
        const peer = payload as ListedPeer;
        peers.set(peer.id, described(peer));
      } else if (event === 'peer-left') peers.delete((payload as { id: PeerId }).id);
    });
  }

  seated(socket: BroadcasterSocket, self: PeerId, peers: readonly ListedPeer[]): void {
    if (!this.#followed.has(socket)) this.#follow(socket);
    this.#told.set(socket, {
      self,
      peers: new Map(peers.map((peer) => [peer.id, described(peer)])),
    });
  }

  left(socket: BroadcasterSocket): void {
    this.#told.delete(socket);
  }

  /** `peers`: everyone who is in the room of this socket. */
  compare(socket: BroadcasterSocket, peers: readonly ListedPeer[]): void {
    const told = this.#told.get(socket);
    if (!told) return;
    for (const peer of peers) {
      if (peer.id === told.self || told.peers.get(peer.id) === described(peer)) continue;
      socket.emit('peer-joined', peer);
    }
    const present = new Set(peers.map(({ id }) => id));
    for (const id of told.peers.keys()) {
      if (!present.has(id)) socket.emit('peer-left', { id, reason: 'lost' });
    }
  }
}
