import type { Adapter, Talk } from './adapter.ts';
import { closeCamera, openCamera } from './camera.ts';
import { connectRelay } from './relay.ts';
import { deferred } from '../deferred.ts';

/** What the two simple-peers have in common: a Duplex stream of bytes with signals to be passed on. */
export interface StreamPeer {
  on(event: 'signal', listener: (signal: unknown) => void): unknown;
  on(event: 'data', listener: (data: Uint8Array | string) => void): unknown;
  on(event: 'error', listener: (error: Error) => void): unknown;
  on(event: 'stream', listener: (stream: MediaStream) => void): unknown;
  once(event: 'connect' | 'drain', listener: () => void): unknown;
  signal(signal: never): void;
  /** False: wait for `drain`. */
  write(data: Uint8Array | string): boolean;
  destroy(): unknown;
  /** Missing in a build without media. */
  addStream?(stream: MediaStream): void;
}

/**
 * A simple-peer over the Socket.IO relay, trickling, made with `objectMode` so that a message arrives as it was sent. The
 * second person is the initiator: its offer goes out as soon as it is there. Back-pressure is the stream's own.
 */
export function streamAdapter(make: (initiator: boolean) => StreamPeer): Adapter {
  return {
    join({ servers, room, seat }, received) {
      const relay = connectRelay(servers.relay);
      const met = deferred<Talk>();
      let peer: StreamPeer | null = null;
      let camera: MediaStream | null = null;
      const show = async (made: StreamPeer): Promise<void> => {
        if (camera) return;
        // Set at once: theirs can come while ours is being opened.
        camera = new MediaStream();
        camera = await openCamera();
        made.addStream?.(camera);
      };
      const open = (): StreamPeer => {
        const made = make(seat === 'second');
        made.on('signal', (signal) => relay.publish(room, signal));
        made.on('error', (error) => met.reject(error));
        made.on('data', (data) => {
          if (typeof data === 'string') received.text(data);
          else received.bytes(data.length);
        });
        made.on('stream', (stream) => {
          received.media(stream);
          void show(made);
        });
        const call = made.addStream ? { call: () => show(made) } : {};
        made.once('connect', () => met.resolve({ ...talk(made), ...call }));
        return made;
      };
      if (seat === 'second') peer = open();
      const waiting = relay.subscribe(room, (signal) => {
        peer ??= open();
        peer.signal(signal as never);
      });
      return {
        waiting,
        usable: met.promise,
        leave: async () => {
          closeCamera(camera);
          peer?.destroy();
          relay.close();
        },
      };
    },
  };
}

function talk(peer: StreamPeer): Talk {
  let full: Promise<void> | null = null;
  const write = (data: Uint8Array | string): void => {
    if (peer.write(data) || full) return;
    full = new Promise((resolve) => {
      peer.once('drain', () => {
        full = null;
        resolve();
      });
    });
  };
  return {
    send: write,
    ready: () => full,
    async sendFile(bytes) {
      const frame = 16_384;
      for (let at = 0; at < bytes.length; at += frame) {
        if (full) await full;
        write(bytes.subarray(at, at + frame));
      }
    },
  };
}
