import { expect } from 'chai';
import { SocketIoSignaling } from '../../src/rtc/signaling.ts';

describe('SocketIoSignaling without a broadcaster', () => {
  it('tries at once when it is asked to, instead of at the end of the pause', async () => {
    // Port 9 is "discard": browsers refuse it, so every attempt ends at once.
    const signaling = new SocketIoSignaling(new URL('http://127.0.0.1:9'));
    const attempts = 6;
    let toldMs = 0;
    const startMs = performance.now();
    await new Promise<void>((resolve) => {
      let failed = 0;
      signaling.open({
        connected: () => undefined,
        disconnected: (retryInMs) => {
          if (++failed === attempts) return resolve();
          toldMs += retryInMs;
          // Not within the attempt that has just failed.
          setTimeout(() => signaling.retry());
        },
        peerJoined: () => undefined,
        peerLeft: () => undefined,
        signal: () => undefined,
        replaced: () => undefined,
      });
    });
    signaling.close();
    expect(performance.now() - startMs).to.be.below(toldMs / 2);
  }).timeout(30_000);
});
