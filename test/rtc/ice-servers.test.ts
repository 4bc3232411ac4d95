import { expect } from 'chai';
import type { SignalingHandlers } from '../../src/rtc/signaling.ts';
import { SocketIoSignaling } from '../../src/rtc/signaling.ts';
import { isConnected, textsOf, twoRooms, until } from './support/rooms.ts';

const turn = (username: string) => ({
  urls: 'turn:127.0.0.1:3478',
  username,
  credential: 'secret',
});

/** The runner's broadcaster, as if it minted credentials for a relay. */
class MintingSignaling extends SocketIoSignaling {
  #minted = 0;
  handlers: SignalingHandlers | null = null;

  constructor() {
    super(new URL(location.origin));
  }

  override open(handlers: SignalingHandlers): void {
    this.handlers = handlers;
    super.open(handlers);
  }

  override async join(...args: Parameters<SocketIoSignaling['join']>) {
    const answer = await super.join(...args);
    return { ...answer, iceServers: [turn(String(++this.#minted))], expiresInMs: 60_000 };
  }
}

describe('ICE servers with credentials that expire', () => {
  const Native = globalThis.RTCPeerConnection;
  let made: RTCPeerConnection[];
  beforeEach(() => {
    made = [];
    globalThis.RTCPeerConnection = class extends Native {
      constructor(configuration?: RTCConfiguration) {
        super(configuration);
        made.push(this);
      }
    };
  });
  afterEach(() => {
    globalThis.RTCPeerConnection = Native;
    made = [];
  });

  it('gives fresh ones to connections that run, which go on', async () => {
    const signaling = new MintingSignaling();
    const [ada, bo] = await twoRooms({}, { signaling: () => signaling });
    const given = (): unknown[] =>
      made
        .filter((pc) => pc.connectionState !== 'closed' && pc.currentRemoteDescription)
        .flatMap((pc) => pc.getConfiguration().iceServers ?? [])
        .map(({ username }) => username);
    expect(given()).to.deep.equal(['1']);

    signaling.handlers?.disconnected(0);
    signaling.handlers?.connected();
    await until(bo, (room) => room.broadcaster === 'online');
    expect(given()).to.deep.equal(['2']);
    expect([ada, bo].every(isConnected)).to.equal(true);
    await ada.send('still here');
    await until(bo, (room) => textsOf(room).includes('still here'));
  });
});
