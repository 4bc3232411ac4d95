import { expect } from 'chai';
import { blockWebSockets } from './support/blocked-web-socket.ts';
import { FakeTime } from './support/fake-time.ts';
import { listeningTo } from './support/signaling-handlers.ts';

describe('SocketIoSignaling without a broadcaster', () => {
  it('dials at once when it is asked to, each time: no pause has to end for that', async () => {
    const unblock = blockWebSockets();
    const { SocketIoSignaling } = await import('../../src/rtc/signaling.ts');
    // Pauses never end on a clock that stands still.
    const time = new FakeTime();
    // Port 9 is "discard": what else is tried than WebSockets is refused by the browser itself.
    const signaling = new SocketIoSignaling(new URL('http://127.0.0.1:9'));
    const failures: number[] = [];
    let told: () => void = () => undefined;
    const failure = (): Promise<void> => new Promise((resolve) => (told = resolve));
    try {
      let attempt = failure();
      const disconnected = (retryInMs: number): void => {
        failures.push(retryInMs);
        told();
      };
      signaling.open(listeningTo({ disconnected }));
      for (let asked = 0; asked < 2; asked++) {
        await attempt;
        attempt = failure();
        signaling.retry();
      }
      await attempt;
      expect(failures).to.have.lengthOf(3);
    } finally {
      signaling.close();
      time.restore();
      unblock();
    }
  });
});
