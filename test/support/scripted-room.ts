import type { RtcChatError } from '../../src/protocol/errors.ts';
import type { PeerId } from '../../src/protocol/ids.ts';
import type {
  BroadcasterState,
  ChatRoom,
  History,
  LinkState,
  Peer,
  RoomStatus,
} from '../../src/rtc/chat-room.ts';
import type { Call, CallState, CallWishes, EndedCall } from '../../src/rtc/call.ts';
import type { Message, MessageState, Receipt } from '../../src/rtc/message.ts';
import type { ShownSizes } from '../../src/rtc/sending.ts';
import {
  type LeaveReason,
  RoomCallEndEvent,
  RoomCallEvent,
  RoomDeliveryEvent,
  RoomErrorEvent,
  type RoomEventMap,
  RoomHistoryEvent,
  RoomMessageEvent,
  RoomPeerChangeEvent,
  RoomPeerJoinEvent,
  RoomPeerLeaveEvent,
  RoomStatusEvent,
} from '../../src/rtc/room-events.ts';

type State = Partial<
  Pick<
    ScriptedRoom,
    | 'status'
    | 'error'
    | 'retryAt'
    | 'self'
    | 'capacity'
    | 'broadcaster'
    | 'history'
    | 'historyError'
    | 'trouble'
    | 'trimmed'
    | 'restoring'
    | 'messages'
  >
>;

export interface Line {
  readonly text: string;
  /** A peer's name; ours where it is left out. */
  readonly from?: string;
  readonly at?: Date;
  readonly state?: MessageState;
  readonly delivered?: number;
  readonly of?: number;
  readonly seen?: number;
}

/** A peer id that is the same for the same name. */
export const idOf = (name: string): PeerId => name.toLowerCase().padEnd(22, 'x') as PeerId;

/** A room that does what a test tells it, so that every state of the element can be had at will. */
export class ScriptedRoom implements ChatRoom {
  status: RoomStatus = 'idle';
  error: RtcChatError | null = null;
  retryAt: number | null = null;
  self: { readonly id: PeerId; readonly name: string } | null = null;
  peers: readonly Peer[] = [];
  messages: readonly Message[] = [];
  capacity: number | null = null;
  broadcaster: BroadcasterState = 'offline';
  history: History = 'session';
  historyError: RtcChatError | null = null;
  trouble: ChatRoom['trouble'] = null;
  trimmed = false;
  restoring = false;
  currentCall: Call | null = null;

  /** What the element has asked of the room, in order. */
  readonly calls: string[] = [];
  readonly seen: string[] = [];
  /** By message: what is said of it on demand. */
  readonly receiptsOf = new Map<string, readonly Receipt[]>();
  readonly renames: string[] = [];
  /** Replaced by tests of refusals and of slow commits. */
  onJoin: () => Promise<void> = () => Promise.resolve();
  onSend: (text: string) => Promise<void> = () => Promise.resolve();
  onRename: (name: string) => Promise<void> = () => Promise.resolve();
  onCall: () => Promise<void> = () => Promise.resolve();
  onClear: () => Promise<void> = () => Promise.resolve();

  readonly #events = new EventTarget();
  readonly #seqs = new Map<string, number>();
  listeners = 0;

  join(): Promise<void> {
    this.calls.push('join');
    if (this.status === 'idle' || this.status === 'failed')
      this.set({ status: 'joining', error: null });
    return this.onJoin();
  }

  leave(): Promise<void> {
    this.calls.push('leave');
    this.set({ status: 'closed' });
    return Promise.resolve();
  }

  async send(text: string): Promise<Message> {
    this.calls.push(`send ${text}`);
    await this.onSend(text);
    return this.say({
      text,
      state: this.peers.length ? 'sending' : 'waiting',
      of: this.peers.length,
    });
  }

  receipts(messageId: string): readonly Receipt[] {
    return this.receiptsOf.get(messageId) ?? [];
  }

  rename(name: string): Promise<void> {
    this.renames.push(name);
    return this.onRename(name);
  }

  setTyping(typing: boolean): void {
    this.calls.push(`typing ${typing}`);
  }

  markSeen(messageId: string): void {
    this.seen.push(messageId);
  }

  async clearHistory(): Promise<void> {
    this.calls.push('clearHistory');
    await this.onClear();
    this.set({ messages: [] });
  }

  retry(): void {
    this.calls.push('retry');
  }

  get callState(): CallState {
    return this.currentCall?.state ?? 'idle';
  }

  call({ to, ...wishes }: Parameters<ChatRoom['call']>[0] = {}): Promise<void> {
    return this.#asked(`call ${to?.join(' ') ?? 'room'}`, wishes);
  }

  answer(wishes: CallWishes = {}): Promise<void> {
    return this.#asked('answer', wishes);
  }

  decline(): Promise<void> {
    return this.#asked('decline');
  }

  hangUp(): Promise<void> {
    return this.#asked('hangUp');
  }

  turn(input: string, on: boolean): Promise<void> {
    return this.#asked(`turn ${input} ${on ? 'on' : 'off'}`);
  }

  chooseDevice(kind: string, deviceId: string): Promise<void> {
    return this.#asked(`choose ${kind} ${deviceId}`);
  }

  flipCamera(): Promise<void> {
    return this.#asked('flipCamera');
  }

  shareScreen(): Promise<void> {
    return this.#asked('shareScreen');
  }

  stopSharing(): Promise<void> {
    return this.#asked('stopSharing');
  }

  /** What the element has last said about the size of each person's pictures. */
  readonly shown = new Map<string, ShownSizes>();

  showing(id: string, sizes: ShownSizes): void {
    this.shown.set(id, sizes);
  }

  /** The call is this now; null: there is none any more. */
  setCall(call: Call | null): void {
    this.currentCall = call;
    this.#tell(new RoomCallEvent(call));
  }

  /** `call` goes on. */
  endCall(ended: EndedCall, call: Call | null = null): void {
    this.currentCall = call;
    this.#tell(new RoomCallEndEvent(ended));
    this.#tell(new RoomCallEvent(call));
  }

  /** Changes what the status event stands for. */
  set(state: State): void {
    Object.assign(this, state);
    this.#tell(new RoomStatusEvent(this.status));
  }

  /** Lets the person in, with these peers. */
  admit(name = 'Ada', peers: readonly string[] = [], link: LinkState = 'connected'): void {
    for (const peer of peers) this.meet(peer, link);
    const status = !peers.length ? 'waiting' : link === 'connected' ? 'connected' : 'reconnecting';
    this.set({
      status,
      self: { id: idOf(name), name },
      capacity: 8,
      broadcaster: 'online',
      error: null,
      retryAt: null,
    });
  }

  fail(error: RtcChatError): void {
    this.set({ status: 'failed', error });
  }

  meet(name: string, link: LinkState = 'connected'): Peer {
    const peer: Peer = { id: idOf(name), name, link, typing: false, listed: true };
    this.peers = [...this.peers, peer];
    this.#tell(new RoomPeerJoinEvent(peer));
    return peer;
  }

  change(name: string, change: Partial<Peer>): void {
    this.peers = this.peers.map((peer) => (peer.name === name ? { ...peer, ...change } : peer));
    this.#tell(new RoomPeerChangeEvent(this.peers.find((peer) => peer.id === idOf(name))!));
  }

  part(name: string, reason: LeaveReason = 'left'): void {
    const peer = this.peers.find((candidate) => candidate.name === name)!;
    this.peers = this.peers.filter((candidate) => candidate !== peer);
    this.#tell(new RoomPeerLeaveEvent(peer, reason));
  }

  /** A message without its event: as if it had been kept from before. */
  make({ text, from, at = new Date(), state, delivered = 0, of = 1, seen = 0 }: Line): Message {
    const name = from ?? this.self?.name ?? 'Ada';
    const id = idOf(name);
    const seq = (this.#seqs.get(id) ?? 0) + 1;
    this.#seqs.set(id, seq);
    return {
      id: `${id}:${seq}`,
      author: { id, name },
      text,
      sentAt: at,
      own: !from,
      state: state ?? 'delivered',
      delivered: from ? 0 : delivered,
      of: from ? 0 : of,
      seen,
    };
  }

  say(line: Line): Message {
    const message = this.make(line);
    this.messages = [...this.messages, message];
    this.#tell(new RoomMessageEvent(message));
    return message;
  }

  /** Older messages have been read: they stand before the others. */
  restore(older: readonly Message[], restoring = false): void {
    this.messages = [...older, ...this.messages];
    this.restoring = restoring;
    this.#tell(new RoomHistoryEvent());
  }

  deliver(id: string, change: Partial<Pick<Message, 'state' | 'delivered' | 'of' | 'seen'>>): void {
    this.messages = this.messages.map((message) =>
      message.id === id ? { ...message, ...change } : message,
    );
    this.#tell(new RoomDeliveryEvent(this.messages.find((message) => message.id === id)!));
  }

  complain(error: RtcChatError): void {
    this.#tell(new RoomErrorEvent(error));
  }

  addEventListener<K extends keyof RoomEventMap>(
    type: K,
    listener: (event: RoomEventMap[K]) => void,
    options?: AddEventListenerOptions,
  ): void {
    this.listeners++;
    options?.signal?.addEventListener('abort', () => this.listeners--);
    this.#events.addEventListener(type, listener as EventListener, options);
  }

  removeEventListener<K extends keyof RoomEventMap>(
    type: K,
    listener: (event: RoomEventMap[K]) => void,
  ): void {
    this.listeners--;
    this.#events.removeEventListener(type, listener as EventListener);
  }

  #asked(what: string, { audio, video }: CallWishes = {}): Promise<void> {
    const wishes = [audio && 'audio', video && 'video'].filter(Boolean);
    this.calls.push([what, ...wishes].join(' '));
    return this.onCall();
  }

  #tell(event: Event): void {
    this.#events.dispatchEvent(event);
  }
}
