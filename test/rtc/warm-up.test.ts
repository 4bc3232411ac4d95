import { expect } from 'chai';
import { stopWarmUp, warmUp } from '../../src/rtc/warm-up.ts';

describe('warmUp', () => {
  const real = globalThis.RTCPeerConnection;
  afterEach(() => {
    globalThis.RTCPeerConnection = real;
  });

  it('makes one connection in a page that gathers nothing, and closes it', async () => {
    const made: RTCPeerConnection[] = [];
    const gathered: string[] = [];
    const closed = new Promise<void>((resolve) => {
      globalThis.RTCPeerConnection = class extends real {
        constructor(configuration?: RTCConfiguration) {
          super(configuration);
          made.push(this);
          this.addEventListener('icecandidate', ({ candidate }) => {
            if (candidate?.candidate) gathered.push(candidate.candidate);
          });
        }
        override close(): void {
          super.close();
          resolve();
        }
      };
    });
    warmUp();
    warmUp();
    await closed;
    warmUp();
    await new Promise((resolve) => setTimeout(resolve));
    stopWarmUp();
    expect(made.map(({ signalingState }) => signalingState)).to.deep.equal(['closed']);
    expect(gathered).to.deep.equal([]);
  });
});
