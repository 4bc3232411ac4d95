import { RtcChatError } from '../protocol/errors.ts';
import type { PeerId } from '../protocol/ids.ts';
import { MAX_TEXT_UNITS } from '../protocol/limits.ts';
import type { BroadcasterState, ChatRoom, History } from './chat-room.ts';
import type { Call, CallState, CallWishes } from './call.ts';
import type { Calls } from './calls.ts';
import { depart } from './departures.ts';
import { fetched } from './fetched.ts';
import type { Input } from './local-media.ts';
import type { MediaFault } from './media-fault.ts';
import type { Message, Receipt } from './message.ts';
import type { Peer } from './peer.ts';
import type { RoomStatus } from './room-events.ts';
import {
  RoomCallEndEvent,
  RoomCallEvent,
  RoomDeliveryEvent,
  RoomErrorEvent,
  RoomHistoryEvent,
  RoomMessageEvent,
  RoomPeerChangeEvent,
  RoomPeerJoinEvent,
  RoomPeerLeaveEvent,
  RoomStatusEvent,
} from './room-events.ts';
import type { CheckedOptions, RoomOptions } from './room-options.ts';
import { checkOptions, checkPersonName, placeOf } from './room-options.ts';
import type { ShownSizes } from './sending.ts';
import type { Stay } from './stay.ts';

export type { RtcChatErrorCode } from '../protocol/errors.ts';
export { RtcChatError } from '../protocol/errors.ts';
export { MemoryBroadcaster } from './memory-signaling.ts';
export type { BroadcasterState, ChatRoom, History } from './chat-room.ts';
export type { Lease, LeaseRequest } from './lease.ts';
export type { Message, MessageState, Receipt } from './message.ts';
export type { LinkState, Peer } from './peer.ts';
export * from './room-events.ts';
export type { RoomOptions } from './room-options.ts';
export type { Signaling, SignalingHandlers } from './signaling.ts';
export type { LogStore } from './store.ts';

/** One join, from the call to its end. */
interface Visit {
  readonly life: AbortController;
  /** Rejects when the stay cannot begin. */
  readonly begun: Promise<Stay>;
  readonly admitted: PromiseWithResolvers<void>;
  stay: Stay | null;
}

/**
 * A room, headless: the engine of `<rtc-chat>` for pages that bring their own looks. Needs a secure context and
 * RTCPeerConnection; touches no DOM. `join()` begins, `leave()` ends and releases everything; both may be called again.
 */
export class Room extends EventTarget implements ChatRoom {
  readonly #options: CheckedOptions;
  #visit: Visit | null = null;
  #status: RoomStatus = 'idle';
  #failure: RtcChatError | null = null;
  #name: string;
  /** What was to be seen at the end of the last stay. */
  #last: { readonly messages: readonly Message[]; readonly self: ChatRoom['self'] } = {
    messages: [],
    self: null,
  };
  #departure: Promise<void> = Promise.resolve();

  /** @throws RtcChatError `invalid-options`, with a sentence that names the option. */
  constructor(options: RoomOptions) {
    super();
    this.#options = checkOptions(options);
    this.#name = this.#options.personName;
  }

  /** The room's name in its normal form. */
  get roomName(): string {
    return this.#options.roomName;
  }

  get status(): RoomStatus {
    return this.#status;
  }

  get error(): RtcChatError | null {
    return this.#failure ?? this.#visit?.stay?.error ?? null;
  }

  get trouble(): ChatRoom['trouble'] {
    return this.#visit?.stay?.trouble ?? null;
  }

  get retryAt(): number | null {
    return this.#visit?.stay?.retryAt ?? null;
  }

  get self(): ChatRoom['self'] {
    const stay = this.#visit?.stay;
    return stay ? (stay.capacity === null ? null : stay.self) : this.#last.self;
  }

  get peers(): readonly Peer[] {
    return this.#visit?.stay?.peers ?? [];
  }

  get messages(): readonly Message[] {
    const transcript = this.#visit?.stay?.transcript;
    return transcript?.isOpen ? transcript.messages : this.#last.messages;
  }

  get capacity(): number | null {
    return this.#visit?.stay?.capacity ?? null;
  }

  get broadcaster(): BroadcasterState {
    return this.#visit ? (this.#visit.stay?.broadcaster ?? 'connecting') : 'offline';
  }

  get history(): History {
    return this.#visit?.stay?.transcript.history ?? this.#options.keep;
  }

  get historyError(): RtcChatError | null {
    return this.#visit?.stay?.transcript.historyError ?? null;
  }

  get trimmed(): boolean {
    return this.#visit?.stay?.transcript.trimmed ?? false;
  }

  get restoring(): boolean {
    return this.#visit?.stay?.transcript.restoring ?? false;
  }

  join(): Promise<void> {
    this.#visit ??= this.#begin();
    return this.#visit.admitted.promise;
  }

  leave(): Promise<void> {
    if (this.#visit) {
      this.#end();
      this.#become('closed');
    }
    return this.#departure;
  }

  async send(text: string): Promise<Message> {
    if (text.trim() === '') throw new RtcChatError('message-empty', 'There is nothing to send.');
    if (text.length > MAX_TEXT_UNITS) {
      throw new RtcChatError(
        'message-too-long',
        `A message has at most ${MAX_TEXT_UNITS.toLocaleString('en')} characters.`,
      );
    }
    const stay = await this.#begun();
    return stay.transcript.send(text);
  }

  receipts(messageId: string): readonly Receipt[] {
    return this.#visit?.stay?.transcript.receiptsOf(messageId) ?? [];
  }

  async rename(name: string): Promise<void> {
    const checked = checkPersonName(name);
    const stay = await this.#begun();
    await stay.rename(checked);
    this.#name = checked;
  }

  async clearHistory(): Promise<void> {
    const stay = await this.#begun();
    await stay.transcript.clear();
  }

  get callState(): CallState {
    return this.currentCall?.state ?? 'idle';
  }

  get currentCall(): Call | null {
    return this.#visit?.stay?.calls.calls?.current ?? null;
  }

  async call({ to, ...wishes }: Parameters<ChatRoom['call']>[0] = {}): Promise<void> {
    const calls = await this.#calls();
    await calls.call(to ? (to as readonly PeerId[]) : null, wishes);
  }

  async answer(wishes: CallWishes = {}): Promise<void> {
    await (await this.#calls()).answer(wishes);
  }

  async decline(): Promise<void> {
    (await this.#calls()).decline();
  }

  async hangUp(): Promise<void> {
    (await this.#calls()).hangUp();
  }

  async turn(input: Input, on: boolean): Promise<void> {
    await (await this.#calls()).turn(input, on);
  }

  async chooseDevice(kind: Input | 'speaker', deviceId: string): Promise<void> {
    await (await this.#calls()).choose(kind, deviceId);
  }

  async flipCamera(): Promise<void> {
    await (await this.#calls()).flip();
  }

  async shareScreen(): Promise<void> {
    await (await this.#calls()).shareScreen();
  }

  async stopSharing(): Promise<void> {
    (await this.#calls()).stopSharing();
  }

  showing(id: string, sizes: ShownSizes): void {
    this.#visit?.stay?.calls.calls?.showing(id as PeerId, sizes);
  }

  setTyping(typing: boolean): void {
    this.#visit?.stay?.setTyping(typing);
  }

  markSeen(messageId: string): void {
    this.#visit?.stay?.markSeen(messageId);
  }

  retry(): void {
    this.#visit?.stay?.retry();
  }

  declare addEventListener: ChatRoom['addEventListener'] & EventTarget['addEventListener'];
  declare removeEventListener: ChatRoom['removeEventListener'] & EventTarget['removeEventListener'];

  async #calls(): Promise<Calls> {
    const stay = await this.#begun();
    return stay.calls.load();
  }

  #begun(): Promise<Stay> {
    if (!this.#visit) throw new RtcChatError('not-joined', 'Join the room first.');
    return this.#visit.begun;
  }

  #begin(): Visit {
    const life = new AbortController();
    const admitted = promiseWithResolvers<void>();
    const isCurrent = (): boolean => this.#visit === visit;
    const options = { ...this.#options, personName: checkPersonName(this.#name) };
    const begun = fetchEngine().then((engine) =>
      engine.Stay.begin(
        options,
        {
          changed: () => this.#follow(),
          admitted: () => admitted.resolve(),
          failed: (error) => this.#fail(visit, error),
          forked: (texts) => this.#renew(visit, texts),
          message: (message) => this.dispatchEvent(new RoomMessageEvent(message)),
          restored: () => this.dispatchEvent(new RoomHistoryEvent()),
          delivery: (message) => this.dispatchEvent(new RoomDeliveryEvent(message)),
          peerJoined: (peer) => this.dispatchEvent(new RoomPeerJoinEvent(peer)),
          peerChanged: (peer) => this.dispatchEvent(new RoomPeerChangeEvent(peer)),
          peerLeft: (peer, reason) => this.dispatchEvent(new RoomPeerLeaveEvent(peer, reason)),
          trouble: (error) => this.dispatchEvent(new RoomErrorEvent(error)),
          calls: {
            changed: () => this.dispatchEvent(new RoomCallEvent(this.currentCall)),
            ended: (ended) => this.dispatchEvent(new RoomCallEndEvent(ended)),
            failed: (fault) => this.dispatchEvent(new RoomErrorEvent(deviceError(fault))),
          },
        },
        life.signal,
      ),
    );
    const visit: Visit = { life, begun, admitted, stay: null };
    // Who awaits `join()` or `send()` is told; a page that awaits neither is told by the status.
    admitted.promise.catch(() => undefined);
    begun.then(
      (stay) => {
        visit.stay = stay;
        if (isCurrent()) this.#follow();
      },
      (cause: unknown) => {
        const error =
          cause instanceof RtcChatError
            ? cause
            : new RtcChatError('closed', 'The room could not be entered.', { cause });
        this.#fail(visit, error);
      },
    );
    this.#failure = null;
    queueMicrotask(() => isCurrent() && this.#become('joining'));
    return visit;
  }

  /** The visit is over; what it held is released in the background, and `leave()` waits for that. */
  #end(): void {
    const visit = this.#visit;
    if (!visit) return;
    this.#last = { messages: this.messages, self: this.self };
    this.#visit = null;
    visit.life.abort(new RtcChatError('closed', 'The room was left.'));
    visit.admitted.reject(new RtcChatError('closed', 'The room was left before anybody was met.'));
    const departure = visit.begun.then(
      (stay) => stay.leave(),
      // It never began: `begin` has released what it held.
      () => undefined,
    );
    this.#departure = departure;
    depart(placeOf(this.#options), departure);
  }

  #fail(visit: Visit, error: RtcChatError): void {
    if (this.#visit !== visit) return;
    this.#failure = error;
    visit.admitted.reject(error);
    this.#end();
    this.#become('failed');
  }

  /** The same place under a new key: our log has been continued from an earlier state somewhere. */
  #renew(visit: Visit, texts: readonly string[]): void {
    if (this.#visit !== visit) return;
    this.#end();
    this.#visit = this.#begin();
    // Who wrote them has been told that they are kept; what fails now fails like anything else in this room.
    for (const text of texts) void this.send(text).catch((error: unknown) => reportError(error));
  }

  #follow(): void {
    const stay = this.#visit?.stay;
    if (stay) this.#become(stay.status);
  }

  #become(status: RoomStatus): void {
    this.#status = status;
    this.dispatchEvent(new RoomStatusEvent(status));
  }
}

/**
 * Fetches what runs a conversation, which a page that only shows a form does not need (docs/decisions/0002), and does what
 * is slow the first time. For whoever expects a join, ahead of it; may be called often. Rejects with `load-failed`.
 */
export async function loadEngine(): Promise<void> {
  const { warmUp } = await fetchEngine();
  warmUp();
}

/**
 * For whoever expects a join within half a minute: somebody is writing a name, a button is about to be pressed. Keeps a
 * connection ready that the next join takes; nothing leaves the machine. May be called often. Rejects with `load-failed`,
 * `webrtc-unavailable`.
 */
export async function prepareJoin(): Promise<void> {
  const { makeSpare } = await fetchEngine();
  makeSpare();
}

interface Engine {
  readonly Stay: typeof Stay;
  readonly warmUp: () => void;
  readonly makeSpare: () => void;
}

function fetchEngine(): Promise<Engine> {
  return fetched(import('./stay.ts'));
}

/** Without words for people: those who have some find the reason in `cause`. */
function deviceError(fault: MediaFault): RtcChatError {
  const message = `The ${fault.device} cannot be used: ${fault.reason}.`;
  return new RtcChatError('device-unavailable', message, { cause: fault });
}

/** `Promise.withResolvers`, which not every browser has that we support. */
function promiseWithResolvers<T>(): PromiseWithResolvers<T> {
  let resolve!: (value: T | PromiseLike<T>) => void;
  let reject!: (reason?: unknown) => void;
  const promise = new Promise<T>((yes, no) => {
    resolve = yes;
    reject = no;
  });
  return { promise, resolve, reject };
}

interface PromiseWithResolvers<T> {
  readonly promise: Promise<T>;
  readonly resolve: (value: T | PromiseLike<T>) => void;
  readonly reject: (reason?: unknown) => void;
}
