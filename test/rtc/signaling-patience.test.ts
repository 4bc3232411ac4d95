import { expect } from 'chai';
import { listeningTo } from './support/signaling-handlers.ts';

/** What a network looks like that swallows everything. */
let swallows = false;
const sockets: WebSocket[] = [];

const Native = globalThis.WebSocket;

describe('SocketIoSignaling, when the network swallows everything', () => {
  before(() => {
    // Socket.IO takes the constructor when it is loaded.
    globalThis.WebSocket = new Proxy(Native, {
      construct(target, words) {
        if (swallows) return Object.assign(new EventTarget(), { close: () => undefined });
        const socket = Reflect.construct(target, words) as WebSocket;
        sockets.push(socket);
        return socket;
      },
    });
  });
  after(() => {
    globalThis.WebSocket = Native;
  });

  it('gives an attempt to come back up sooner than the first one', async () => {
    const { SocketIoSignaling } = await import('../../src/rtc/signaling.ts');
    const signaling = new SocketIoSignaling(new URL(location.origin));
    const pauses: number[] = [];
    let told: () => void = () => undefined;
    const next = (): Promise<void> => new Promise((resolve) => (told = resolve));
    const connected = next();
    const disconnected = (retryInMs: number): void => {
      pauses.push(retryInMs);
      told();
    };
    signaling.open(listeningTo({ connected: () => told(), disconnected }));
    try {
      await connected;
      swallows = true;
      const lost = next();
      for (const socket of sockets) socket.close();
      await lost;
      const lostAt = performance.now();
      await next();
      // The first one would have been waited for ten seconds long.
      expect(performance.now() - lostAt - pauses[0]!).to.be.within(1_900, 9_000);
    } finally {
      signaling.close();
    }
  });
});
