import type { RawPeer } from './peer.ts';

interface RawWebSocket {
  send(data: string | Uint8Array): void;
  pause(): void;
  resume(): void;
  readonly readyState: number;
}

/** The WebSocket below a peer, for what Socket.IO's client would never do. */
export function rawWebSocket({ socket }: RawPeer): RawWebSocket {
  return (socket.io.engine.transport as unknown as { ws: RawWebSocket }).ws;
}

export function sendRaw(peer: RawPeer, data: string | Uint8Array): void {
  rawWebSocket(peer).send(data);
}
