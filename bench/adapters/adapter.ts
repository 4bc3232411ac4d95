/** Where the servers of a run are. */
export interface Servers {
  /** Our broadcaster, a URL. */
  readonly broadcaster: string;
  /** The Socket.IO relay, a URL. */
  readonly relay: string;
  readonly peerjs: { readonly host: string; readonly port: number };
}

/** One meeting of two people. */
export interface Place {
  readonly servers: Servers;
  /** A room that no other meeting has. */
  readonly room: string;
  /** `first` is there and waits; `second` joins, and is the one whose time is taken. */
  readonly seat: 'first' | 'second';
}

/** What arrives. */
export interface Received {
  text(text: string): void;
  /** So many more bytes of a file. */
  bytes(count: number): void;
  /** The other person is heard and seen in this stream. */
  media(stream: MediaStream): void;
}

/** A conversation that carries both ways. */
export interface Talk {
  /** Hands a message over. */
  send(text: string): void;
  /** Null while the next message may be handed over, else a promise of when it may: each adapter's own back-pressure. */
  ready(): Promise<void> | null;
  /** Sends a file, where the adapter has a way for files. Fulfils when everything is handed over. */
  sendFile?(bytes: Uint8Array<ArrayBuffer>): Promise<void>;
  /** Begins a video call, where the adapter has a way for calls; the other side answers by itself, with its own video. */
  call?(): Promise<void>;
}

export interface Visit {
  /** The other person can come. */
  readonly waiting: Promise<void>;
  /** From our side the conversation can be used. */
  readonly usable: Promise<Talk>;
  leave(): Promise<void>;
}

/** One way to talk from browser to browser. An adapter is written as well as its library allows. */
export interface Adapter {
  /** What a page has done before anybody wants to talk; not measured. */
  prepare?(place: Place): Promise<void>;
  join(place: Place, received: Received): Visit;
}

export function required<T>(value: T | null | undefined, what: string): T {
  if (value === null || value === undefined) throw new Error(`There is no ${what}.`);
  return value;
}
