import type { PropertyValues, TemplateResult } from 'lit';
import { RtcChatError } from '../protocol/errors.ts';
import { normalizePersonName, normalizeRoomName } from '../protocol/names.ts';
import type { CallState, CallWishes } from '../rtc/call.ts';
import type { ChatRoom, Peer, RoomStatus } from '../rtc/chat-room.ts';
import type { Message } from '../rtc/message.ts';
import type { CallKind } from '../rtc/room-options.ts';
import { loadEngine, prepareJoin, Room, type RoomOptions } from '../rtc/room.ts';
import { CallPart } from './call-part.ts';
import type { CallOptions } from './call-regions.ts';
import { Conversation } from './conversation.ts';
import { doorway } from './doorway.ts';
import type { RtcChatEventMap } from './element-events.ts';
import { ElementProperties } from './element-properties.ts';
import { focusDrawn } from './focus.ts';
import { JoinForm } from './join-form.ts';
import { lackedWords, languageOf } from './language.ts';
import { RoomController } from './room-controller.ts';
import { type Surroundings, viewOf } from './scene.ts';
import { WakeController } from './wake-controller.ts';
import { WidthController } from './width-controller.ts';

/**
 * A private conversation between browsers. With `room` and `name` it joins by itself; what is missing it asks for.
 *
 * @summary A private conversation between browsers, straight over WebRTC.
 * @tag rtc-chat
 *
 * @event {RtcChatStatusEvent} rtc-chat-status - `status` changed.
 * @event {RtcChatMessageEvent} rtc-chat-message - A message was committed, ours or another's; once for each.
 * @event {RtcChatDeliveryEvent} rtc-chat-delivery - A message of ours has moved on.
 * @event {RtcChatPeerJoinEvent} rtc-chat-peer-join - Somebody has come in.
 * @event {RtcChatPeerLeaveEvent} rtc-chat-peer-leave - Somebody is no longer here.
 * @event {RtcChatCallEvent} rtc-chat-call - The call changed.
 * @event {RtcChatErrorEvent} rtc-chat-error - Something went wrong.
 */
export class RtcChatElement extends ElementProperties {
  readonly #rooms = new RoomController(this, {
    create: () => {
      const [room, name] = [this.room, this.name];
      return room && name ? this.createRoom(this.#roomOptions(room, name)) : null;
    },
    onMessage: (message) => this.#conversation.log.noteMessage(message),
    onCall: (ended) => this.#calls.note(ended),
  });
  readonly #calls: CallPart = new CallPart(this, this.#rooms);
  readonly #wake = new WakeController(this);
  readonly #width = new WidthController(this);
  readonly #conversation = new Conversation(this, this.#rooms, this.#calls);
  readonly #form = new JoinForm(
    this,
    (name, room) => this.#joinByHand(name, room),
    () => this.#expectJoin(),
  );
  /** The room was chosen here, so it may be chosen again. */
  #roomByHand = false;
  #focusComposer = false;

  /** Where the conversation stands. */
  get status(): RoomStatus {
    return this.#rooms.status;
  }

  /** Who we are here; null until admitted. */
  get self(): ChatRoom['self'] {
    return this.#rooms.room?.self ?? null;
  }

  /** The others. */
  get peers(): readonly Peer[] {
    return this.#rooms.room?.peers ?? [];
  }

  /** All messages kept, oldest first. */
  get messages(): readonly Message[] {
    return this.#rooms.room?.messages ?? [];
  }

  /** Whether there is a call, and whether we are in it. */
  get callState(): CallState {
    return this.#rooms.room?.callState ?? 'idle';
  }

  override connectedCallback(): void {
    super.connectedCallback();
    // While somebody thinks of a name, or the first picture is drawn. Should it fail, the join tries again and says so.
    loadEngine().catch(() => {});
    // Connected again after it was removed for good: a conversation as on the first day.
    if (this.hasUpdated && !this.#rooms.room && this.#named) this.#rooms.start();
  }

  /** The first picture is in the reader's language: it waits for the words. What is drawn already goes on meanwhile. */
  protected override scheduleUpdate(): void | Promise<unknown> {
    const words = lackedWords(languageOf(this))?.then(() => this.requestUpdate());
    if (!words || this.hasUpdated) return super.scheduleUpdate();
    return words.then(() => super.scheduleUpdate());
  }

  protected override willUpdate(changed: PropertyValues<this>): void {
    if (!this.isConnected) return;
    if (changed.has('server') || changed.has('room')) {
      this.#rooms.stop();
      if (this.#named) this.#rooms.start();
    } else if (changed.has('name') && this.#named) {
      const { room } = this.#rooms;
      if (!room?.self) {
        this.#rooms.stop();
        this.#rooms.start();
      } else if (room.status !== 'closed') {
        room.rename(this.name!).catch(this.#rooms.report);
      }
    }
  }

  protected override updated(): void {
    if (this.#focusComposer && this.renderRoot.querySelector('textarea')) {
      this.#focusComposer = false;
      this.#conversation.composer.focus();
    }
  }

  protected override async getUpdateComplete(): Promise<boolean> {
    await this.#rooms.settled;
    return super.getUpdateComplete();
  }

  get #named(): boolean {
    return (
      normalizeRoomName(this.room ?? '') !== null && normalizePersonName(this.name ?? '') !== null
    );
  }

  /** Makes the room of the conversation; a page may extend the element and make another one. */
  protected createRoom(options: RoomOptions): ChatRoom {
    return new Room(options);
  }

  get #callKind(): CallKind {
    const { calls } = this;
    return calls === 'none' || calls === 'audio' ? calls : 'video';
  }

  #roomOptions(room: string, name: string): RoomOptions {
    const { server, capacity, history, iceTransportPolicy } = this;
    return {
      server: server || location.origin,
      room,
      name,
      history: history === 'none' || history === 'device' ? history : 'session',
      calls: this.#callKind,
      iceServers: () => this.iceServers,
      iceTransportPolicy: iceTransportPolicy === 'relay' ? 'relay' : 'all',
      ...(capacity !== null && { capacity }),
      token: () => this.token || undefined,
    };
  }

  #joinByHand(name: string, room: string): void {
    this.#focusComposer = true;
    if (!normalizeRoomName(this.room ?? '')) this.#roomByHand = true;
    if (this.name === name && this.room === room) this.#rooms.start();
    this.name = name;
    this.room = room;
  }

  #expectJoin(): void {
    // With relays only it would be made in vain.
    if (this.iceTransportPolicy === 'relay') return;
    // Should it fail, the join tries again and says so.
    prepareJoin().catch(() => {});
  }

  readonly #leaveByHand = (): void => {
    this.#conversation.close();
    void this.leave()
      .catch(this.#rooms.report)
      // What had the focus is gone; the way back has it now.
      .then(() => focusDrawn(this, '.card .button'));
  };

  readonly #joinAgain = (): void => {
    this.#focusComposer = true;
    this.#rooms.start();
  };

  readonly #chooseRoom = (): void => {
    this.#rooms.stop();
    this.#roomByHand = false;
    this.room = null;
  };

  /** Fulfils when admitted. Rejects with an `RtcChatError` when it is refused for good. */
  join(): Promise<void> {
    // What was set in this task counts: else it would be set, and joined, once more.
    if (this.isConnected && this.isUpdatePending) this.performUpdate();
    return this.#rooms.join();
  }

  /** Fulfils when the others have been told and everything is released. */
  leave(): Promise<void> {
    return this.#rooms.leave();
  }

  /** Fulfils with the message once it is committed. Rejects with `message-too-long`, `store-full`, `not-joined`, … */
  async send(text: string): Promise<Message> {
    const { room } = this.#rooms;
    if (!room) throw new RtcChatError('not-joined', languageOf(this).say('noRoom'));
    return room.send(text);
  }

  /**
   * Rings at everyone, or at those that `to` names by id; goes into their call where one is on. Fulfils when it rings.
   * Rejects with `busy`, `peer-unavailable`, `unsupported`, `load-failed`, `not-joined`.
   */
  async call(options: CallOptions = {}): Promise<void> {
    await (await this.#calls.ready()).call(options);
  }

  /** Into the call that rings or goes on; with sound and without a picture, unless told otherwise. Rejects with `no-call`, `busy`. */
  async answer(wishes: CallWishes = {}): Promise<void> {
    await (await this.#calls.ready()).answer(wishes);
  }

  /** Rejects with `no-call`. */
  async decline(): Promise<void> {
    await (await this.#calls.ready()).decline();
  }

  /** Out of the call, or no longer ringing; nothing happens where there is none. */
  async hangUp(): Promise<void> {
    await this.#rooms.room?.hangUp();
  }

  /** Fulfils when the screen is shared, or the person has thought better of it. Rejects with `no-call`. */
  async shareScreen(): Promise<void> {
    await (await this.#calls.ready()).shareScreen();
  }

  /** The call goes on without the screen. */
  async stopSharing(): Promise<void> {
    await this.#rooms.room?.stopSharing();
  }

  /** Drops all messages on this device, and only here. Rejects with `not-joined`, `store-unavailable`. */
  async clearHistory(): Promise<void> {
    const { room } = this.#rooms;
    if (!room) throw new RtcChatError('not-joined', languageOf(this).say('noRoom'));
    await room.clearHistory();
  }

  protected override render(): TemplateResult {
    const rooms = this.#rooms;
    const { wide, widest } = this.#width;
    const surroundings: Surroundings = {
      language: languageOf(this),
      wake: this.#wake,
      roomName: normalizeRoomName(this.room ?? '') ?? '',
      name: this.name ?? '',
      server: this.server || location.origin,
      capacity: this.capacity,
      calls: this.#callKind,
      callPart: this.#calls,
      wide,
      widest,
      join: this.#joinAgain,
      leave: this.#leaveByHand,
      chooseRoom: this.#roomByHand ? this.#chooseRoom : null,
    };
    const view = viewOf(rooms, this.#named);
    return view === 'talk'
      ? this.#conversation.render(surroundings)
      : doorway(view, rooms, this.#form, surroundings);
  }
}

export interface RtcChatElement {
  addEventListener<K extends keyof RtcChatEventMap>(
    type: K,
    listener: (this: RtcChatElement, event: RtcChatEventMap[K]) => void,
    options?: AddEventListenerOptions | boolean,
  ): void;
  addEventListener<K extends keyof HTMLElementEventMap>(
    type: K,
    listener: (this: RtcChatElement, event: HTMLElementEventMap[K]) => void,
    options?: AddEventListenerOptions | boolean,
  ): void;
  addEventListener(
    type: string,
    listener: EventListenerOrEventListenerObject,
    options?: AddEventListenerOptions | boolean,
  ): void;
}

declare global {
  interface HTMLElementTagNameMap {
    'rtc-chat': RtcChatElement;
  }
}
