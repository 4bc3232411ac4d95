import { io } from 'socket.io-client';

/** Publish and subscribe over Socket.IO, WebSocket from the start: what every adapter without a server of its own uses. */
export interface Relay {
  /** Fulfils when the relay has taken it; what is published later arrives. Said before it is connected, it is kept. */
  subscribe(topic: string, received: (payload: unknown) => void): Promise<void>;
  unsubscribe(topic: string): void;
  /** To everyone else there. */
  publish(topic: string, payload: unknown): void;
  close(): void;
}

export function connectRelay(url: string): Relay {
  const socket = io(url, { transports: ['websocket'], forceNew: true, reconnection: false });
  const topics = new Map<string, (payload: unknown) => void>();
  socket.on('published', (topic: string, payload: unknown) => topics.get(topic)?.(payload));
  return {
    async subscribe(topic, received) {
      topics.set(topic, received);
      await socket.emitWithAck('subscribe', topic);
    },
    unsubscribe(topic) {
      topics.delete(topic);
      socket.emit('unsubscribe', topic);
    },
    publish: (topic, payload) => void socket.emit('publish', topic, payload),
    close: () => void socket.close(),
  };
}
