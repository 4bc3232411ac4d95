import { type DataConnection, type MediaConnection, Peer } from 'peerjs';
import type { Adapter, Received, Talk } from './adapter.ts';
import { closeCamera, openCamera } from './camera.ts';

/** PeerJS's own queue holds what its channel does not take; the documentation names `bufferSize` for back-pressure. */
const HIGH_WATER_BYTES = 1_048_576;
const PAUSE_MS = 1;

/**
 * PeerJS with its own server, which knows peers by id: the second person is told the first one's id, so nobody has to be
 * found. `raw` is its fastest serialization; files are sent in `ArrayBuffer`s, as that mode wants it.
 */
export const adapter: Adapter = {
  join({ servers, room, seat }, received) {
    const own = `${room}-${seat}`;
    const peer = new Peer(own, {
      ...servers.peerjs,
      path: '/',
      secure: false,
      // Its default asks STUN and TURN servers of its makers.
      config: { iceServers: [] },
      debug: 0,
    });
    const waiting = new Promise<void>((resolve, reject) => {
      peer.once('open', () => resolve());
      peer.once('error', reject);
    });
    let camera: MediaStream | null = null;
    const show = (call: MediaConnection): void => {
      // It says so for each track.
      let shown = false;
      call.on('stream', (stream) => {
        if (!shown) received.media(stream);
        shown = true;
      });
    };
    peer.on('call', (call) => {
      show(call);
      void openCamera().then((stream) => call.answer((camera = stream)));
    });
    const call = async (): Promise<void> => {
      camera = await openCamera();
      show(peer.call(`${room}-${seat === 'first' ? 'second' : 'first'}`, camera));
    };
    const usable = new Promise<Talk>((resolve) => {
      const follow = (connection: DataConnection): void => {
        connection.on('open', () => resolve({ ...talk(connection), call }));
        connection.on('data', (data) => take(data, received));
      };
      if (seat === 'first') peer.once('connection', follow);
      else {
        const options = { reliable: true, serialization: 'raw' };
        void waiting.then(() => follow(peer.connect(`${room}-first`, options)));
      }
    });
    return {
      waiting,
      usable,
      leave: async () => {
        closeCamera(camera);
        peer.destroy();
      },
    };
  },
};

function take(data: unknown, received: Received): void {
  if (typeof data === 'string') received.text(data);
  else if (data instanceof ArrayBuffer) received.bytes(data.byteLength);
}

function talk(connection: DataConnection): Talk {
  const full = (): boolean =>
    connection.bufferSize > 0 || connection.dataChannel.bufferedAmount > HIGH_WATER_BYTES;
  const room = async (): Promise<void> => {
    while (full()) await new Promise((resolve) => setTimeout(resolve, PAUSE_MS));
  };
  return {
    send: (text) => void connection.send(text),
    ready: () => (full() ? room() : null),
    async sendFile(bytes) {
      const frame = 16_384;
      for (let at = 0; at < bytes.length; at += frame) {
        if (full()) await room();
        void connection.send(bytes.slice(at, at + frame).buffer);
      }
    },
  };
}
