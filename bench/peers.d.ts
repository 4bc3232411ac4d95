// What the adapters use of packages that only `npm run bench` installs: so that this folder is checked without them.

declare module 'peerjs' {
  export interface DataConnection {
    readonly dataChannel: RTCDataChannel;
    readonly bufferSize: number;
    on(event: 'open', listener: () => void): this;
    on(event: 'data', listener: (data: unknown) => void): this;
    send(data: string | ArrayBuffer): void | Promise<void>;
  }
  export interface MediaConnection {
    on(event: 'stream', listener: (stream: MediaStream) => void): this;
    answer(stream: MediaStream): void;
  }
  export class Peer {
    constructor(
      id: string,
      options: {
        readonly host: string;
        readonly port: number;
        readonly path: string;
        readonly secure: boolean;
        readonly config: RTCConfiguration;
        readonly debug: number;
      },
    );
    once(event: 'open', listener: (id: string) => void): this;
    once(event: 'connection', listener: (connection: DataConnection) => void): this;
    once(event: 'error', listener: (error: Error) => void): this;
    on(event: 'call', listener: (call: MediaConnection) => void): this;
    call(id: string, stream: MediaStream): MediaConnection;
    connect(
      id: string,
      options: { readonly reliable: boolean; readonly serialization: string },
    ): DataConnection;
    destroy(): void;
  }
}

declare module 'peer' {
  import type { Server } from 'node:http';

  export function PeerServer(
    options: {
      readonly host: string;
      readonly port: number;
      readonly path: string;
      readonly concurrent_limit?: number;
    },
    callback: (server: Server) => void,
  ): unknown;
}

declare module 'simple-peer/simplepeer.min.js' {
  export default class SimplePeer {
    constructor(options: {
      readonly initiator: boolean;
      readonly objectMode: boolean;
      readonly config: RTCConfiguration;
    });
    on(event: string, listener: (value: never) => void): this;
    once(event: string, listener: () => void): this;
    signal(signal: unknown): void;
    write(data: Uint8Array | string): boolean;
    addStream(stream: MediaStream): void;
    destroy(): void;
  }
}

declare module '@thaunknown/simple-peer/lite.js' {
  export { default } from 'simple-peer/simplepeer.min.js';
}

declare module '@trystero-p2p/core' {
  export interface Action<T> {
    send(data: T): Promise<void>;
  }
  export interface Room {
    makeAction<T>(name: string, options: { onMessage(data: T): void }): Action<T>;
    onPeerJoin: ((id: string) => void) | null;
    leave(): Promise<void>;
  }
  export interface Configuration {
    readonly appId: string;
    readonly relayConfig?: { readonly urls?: readonly string[] };
    readonly rtcConfig?: RTCConfiguration;
  }
  export function createTopicStrategy<Relay>(adapter: {
    init(config: Configuration): Relay;
    subscribeTopic(
      relay: Relay,
      topic: string,
      onMessage: (topic: string, message: string) => unknown,
    ): Promise<() => void>;
    publishTopic(relay: Relay, topic: string, message: unknown): void;
  }): (config: Configuration, room: string) => Room;
}
