import type { ReactiveController, ReactiveControllerHost } from 'lit';
import { RtcChatError } from '../protocol/errors.ts';
import type { ChatRoom, RoomStatus } from '../rtc/chat-room.ts';
import type { Call, EndedCall } from '../rtc/call.ts';
import type { Message } from '../rtc/message.ts';
import type { RoomEventMap } from '../rtc/room-events.ts';
import {
  RtcChatCallEvent,
  RtcChatDeliveryEvent,
  RtcChatErrorEvent,
  RtcChatMessageEvent,
  RtcChatPeerJoinEvent,
  RtcChatPeerLeaveEvent,
  RtcChatStatusEvent,
} from './element-events.ts';

export interface RoomControllerOptions {
  /** Makes the room of the host's present properties; null while they name none. May throw an `RtcChatError`. */
  readonly create: () => ChatRoom | null;
  /** Called once for each message, before the host's event. */
  readonly onMessage: (message: Message) => void;
  /** Something is known of calls: there may be some from now on, one has changed, or one is over. */
  readonly onCall: (ended?: EndedCall) => void;
}

/** A page in the background gets no animation frames; it is drawn this often. */
const HIDDEN_FRAME_MS = 250;

/**
 * Owns the host's room for the host's connected time, and tells the page about it by events on the host. The host is
 * drawn at most once per frame, however much the room has to say. Moving the host in the document is not a leave.
 */
export class RoomController implements ReactiveController {
  room: ChatRoom | null = null;
  /** Why there is no room although its name is known: its options were refused. */
  failure: RtcChatError | null = null;
  /** Somebody else has been here since we joined. */
  hadCompany = false;
  /** Since when no link is up, or the broadcaster is away (milliseconds since the epoch); null while all is well. */
  downSince: number | null = null;
  offlineSince: number | null = null;

  readonly #host: ReactiveControllerHost & HTMLElement;
  readonly #options: RoomControllerOptions;
  #life = new AbortController();
  #calling = false;
  #ended: EndedCall | null = null;
  #told: RoomStatus = 'idle';
  #toldError: RtcChatError | null = null;
  #frame: Promise<void> | undefined;

  constructor(host: ReactiveControllerHost & HTMLElement, options: RoomControllerOptions) {
    this.#host = host;
    this.#options = options;
    host.addController(this);
  }

  get status(): RoomStatus {
    return this.room?.status ?? (this.failure ? 'failed' : 'idle');
  }

  /** Fulfils when what has happened in the room is handed to the host to draw. */
  get settled(): Promise<void> {
    return this.#frame ?? Promise.resolve();
  }

  async join(): Promise<void> {
    // A room keeps the options that it was made with; the properties may say something else by now.
    if (!this.room || ['closed', 'failed'].includes(this.room.status)) this.#open();
    if (!this.room)
      throw (
        this.failure ?? new RtcChatError('invalid-options', 'The element needs a room and a name.')
      );
    await this.room.join();
  }

  /** Joins without anybody waiting for it: what goes wrong is told by `rtc-chat-error` and by what is drawn. */
  start(): void {
    this.join().catch((error: unknown) => {
      // Left before it was admitted: somebody wanted that.
      if (!(error instanceof RtcChatError && error.code === 'closed')) this.report(error);
    });
  }

  async leave(): Promise<void> {
    await this.room?.leave();
  }

  /** Tells the page about an error, once; what is none of ours goes where uncaught ones go. */
  readonly report = (error: unknown): void => {
    if (!(error instanceof RtcChatError)) return reportError(error);
    if (error === this.#toldError) return;
    this.#toldError = error;
    this.#host.dispatchEvent(new RtcChatErrorEvent(error));
  };

  hostDisconnected(): void {
    // A move disconnects and connects in one task; only what is still gone afterwards has left.
    queueMicrotask(() => {
      if (!this.#host.isConnected) this.stop();
    });
  }

  /** Leaves the present room, and has none. */
  stop(): void {
    const { room } = this;
    this.room = null;
    this.failure = null;
    this.#life.abort();
    this.#tellCall(null);
    // What a room cannot tidy up has nobody to be told to: the element has gone on without it.
    room?.leave().catch(() => {});
    this.#changed();
  }

  #open(): void {
    this.#life.abort();
    this.#life = new AbortController();
    this.failure = null;
    this.hadCompany = false;
    this.downSince = this.offlineSince = null;
    try {
      this.room = this.#options.create();
    } catch (error) {
      this.room = null;
      if (!(error instanceof RtcChatError)) throw error;
      this.failure = error;
    }
    if (this.room) this.#listen(this.room);
    this.#changed();
  }

  #listen(room: ChatRoom): void {
    const on = <K extends keyof RoomEventMap>(
      type: K,
      tell?: (event: RoomEventMap[K]) => Event | void,
    ): void =>
      room.addEventListener(
        type,
        (event) => {
          this.#changed();
          const told = tell?.(event);
          if (told) this.#host.dispatchEvent(told);
        },
        { signal: this.#life.signal },
      );
    on('status');
    on('peer-change');
    on('history');
    on('message', ({ message }) => {
      this.#options.onMessage(message);
      return new RtcChatMessageEvent(message);
    });
    on('delivery', ({ message }) => new RtcChatDeliveryEvent(message));
    on('peer-join', ({ peer }) => new RtcChatPeerJoinEvent(peer));
    on('peer-leave', ({ peer, reason }) => new RtcChatPeerLeaveEvent(peer, reason));
    on('call-end', ({ ended }) => {
      this.#ended = ended;
      this.#options.onCall(ended);
    });
    on('call', ({ call }) => {
      this.#options.onCall();
      this.#tellCall(call);
    });
    on('error', ({ error }) => this.report(error));
  }

  #tellCall(call: Call | null): void {
    if (!call && !this.#calling) return;
    this.#calling = !!call;
    const ended = this.#ended;
    this.#ended = null;
    this.#host.dispatchEvent(new RtcChatCallEvent(call ?? { state: 'idle', ended }));
  }

  #changed(): void {
    const { room, status } = this;
    const now = Date.now();
    if (room?.peers.length) this.hadCompany = true;
    this.downSince = status === 'reconnecting' ? (this.downSince ?? now) : null;
    this.offlineSince =
      room?.self && room.broadcaster !== 'online' ? (this.offlineSince ?? now) : null;
    if (status !== this.#told) {
      this.#told = status;
      this.#host.dispatchEvent(new RtcChatStatusEvent(status));
    }
    const error = room?.error ?? this.failure;
    if (error) this.report(error);
    this.#frame ??= new Promise<void>((drawn) => {
      const draw = () => {
        this.#frame = undefined;
        this.#host.requestUpdate();
        drawn();
      };
      if (document.visibilityState === 'hidden') setTimeout(draw, HIDDEN_FRAME_MS);
      else requestAnimationFrame(draw);
    });
  }
}
