import {
  LitElement,
  type PropertyDeclarations,
  type PropertyValues,
  type TemplateResult,
} from 'lit';
import { RtcChatError } from '../protocol/errors.ts';
import { normalizePersonName, normalizeRoomName } from '../protocol/names.ts';
import type { ChatRoom, History, Peer, RoomStatus } from '../rtc/chat-room.ts';
import type { Message } from '../rtc/message.ts';
import { loadEngine, prepareJoin, Room, type RoomOptions } from '../rtc/room.ts';
import { Conversation } from './conversation.ts';
import { doorway } from './doorway.ts';
import type { CallState, RtcChatEventMap } from './element-events.ts';
import { elementStyles } from './element-styles.ts';
import { focusDrawn } from './focus.ts';
import { JoinForm } from './join-form.ts';
import { languageOf } from './language.ts';
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
 * @slot header - In the place of the title: the other person's name, or the room's.
 * @slot empty - In the place of what stands in a conversation without messages.
 * @slot join - In the place of the picture and the sentences above the join form.
 *
 * @event {RtcChatStatusEvent} rtc-chat-status - `status` changed.
 * @event {RtcChatMessageEvent} rtc-chat-message - A message was committed, ours or another's; once for each.
 * @event {RtcChatDeliveryEvent} rtc-chat-delivery - A message of ours has moved on.
 * @event {RtcChatPeerJoinEvent} rtc-chat-peer-join - Somebody has come in.
 * @event {RtcChatPeerLeaveEvent} rtc-chat-peer-leave - Somebody is no longer here.
 * @event {RtcChatCallEvent} rtc-chat-call - The call changed.
 * @event {RtcChatErrorEvent} rtc-chat-error - Something went wrong.
 *
 * @csspart frame - Everything.
 * @csspart join - The join form.
 * @csspart card - The sentences that stand alone: joining, alone, refused, left.
 * @csspart header - The line at the top.
 * @csspart status - The state of the connection, in the header.
 * @csspart notice - The strip under the header.
 * @csspart find - The strip to find messages with.
 * @csspart log - The messages.
 * @csspart message - One message with its name and time.
 * @csspart bubble - The text of one message.
 * @csspart pill - The button to what is new.
 * @csspart typing - Who is writing.
 * @csspart composer - The field to write in.
 * @csspart send - Its button.
 * @csspart find-button - The button in the header that opens it.
 * @csspart people-button - The button in the header that opens the panel of people.
 * @csspart people - The panel of people.
 *
 * @cssproperty --rtc-chat-accent - The one colour: what to do next, own bubbles, links.
 * @cssproperty --rtc-chat-on-accent - What stands on the accent.
 * @cssproperty --rtc-chat-accent-text - The accent as text; made from it.
 * @cssproperty --rtc-chat-own - Own bubbles; made from the accent.
 * @cssproperty --rtc-chat-surface - The ground.
 * @cssproperty --rtc-chat-sunken - Notices, and the ground around a card.
 * @cssproperty --rtc-chat-raised - Cards and sheets.
 * @cssproperty --rtc-chat-bubble - Bubbles of others.
 * @cssproperty --rtc-chat-text - Text.
 * @cssproperty --rtc-chat-muted - Times and hints.
 * @cssproperty --rtc-chat-line - Lines between regions.
 * @cssproperty --rtc-chat-edge - Edges of fields and buttons.
 * @cssproperty --rtc-chat-danger-text - What went wrong, and what ends something.
 * @cssproperty --rtc-chat-warn-text - Signs of what waits.
 * @cssproperty --rtc-chat-warn-soft - The ground of a warning.
 * @cssproperty --rtc-chat-scrim - Over the conversation, behind a sheet.
 * @cssproperty --rtc-chat-font - The typeface.
 * @cssproperty --rtc-chat-font-code - The typeface of code.
 * @cssproperty --rtc-chat-text-s - Size of times and hints.
 * @cssproperty --rtc-chat-text-m - Size of messages.
 * @cssproperty --rtc-chat-text-field - Size of fields; below 16 px iOS zooms into them.
 * @cssproperty --rtc-chat-text-l - Size of the panel's title.
 * @cssproperty --rtc-chat-text-xl - Size of a card's title.
 * @cssproperty --rtc-chat-column - The widest that a conversation is set.
 * @cssproperty --rtc-chat-radius - Corners of the frame, buttons and fields.
 * @cssproperty --rtc-chat-radius-bubble - Corners of bubbles.
 * @cssproperty --rtc-chat-shadow-1 - Under what floats.
 * @cssproperty --rtc-chat-shadow-2 - Under what covers.
 */
export class RtcChatElement extends LitElement {
  static override styles = [...elementStyles];

  static override properties: PropertyDeclarations = {
    server: {},
    room: {},
    name: {},
    capacity: { type: Number },
    history: {},
    calls: {},
    token: {},
    iceTransportPolicy: { attribute: 'ice-transport-policy' },
    iceServers: { attribute: false },
  };

  /** The broadcaster's URL; the page's origin where it is empty. */
  declare server: string | null;
  /** The room's name, 1–128 UTF-16 units; where it is empty, the element asks. */
  declare room: string | null;
  /** The person's name, 1–64 UTF-16 units; where it is empty, the element asks. A new one renames in place. */
  declare name: string | null;
  /** How many may be in the room (2–32): the first to enter sets it. The broadcaster's default where it is null. */
  declare capacity: number | null;
  /** How long what is said is kept: `none`, `session` (the default) or `device`. */
  declare history: History | null;
  /** What an upgrade may offer: `none`, `audio` or `video`. */
  declare calls: 'none' | 'audio' | 'video';
  /** Passed to the broadcaster's authorisation at the next join. */
  declare token: string | null;
  /** `all`, or `relay` to connect through relays only. */
  declare iceTransportPolicy: RTCIceTransportPolicy | null;
  /** Added to the servers that the broadcaster gives, from the next connection on. */
  declare iceServers: readonly RTCIceServer[];

  readonly #rooms = new RoomController(this, {
    create: () => {
      const [room, name] = [this.room, this.name];
      return room && name ? this.createRoom(this.#roomOptions(room, name)) : null;
    },
    onMessage: (message) => this.#conversation.log.noteMessage(message),
  });
  readonly #wake = new WakeController(this);
  readonly #width = new WidthController(this);
  readonly #conversation = new Conversation(this, this.#rooms);
  readonly #form = new JoinForm(
    this,
    (name, room) => this.#joinByHand(name, room),
    () => this.#expectJoin(),
  );
  /** The room was chosen here, so it may be chosen again. */
  #roomByHand = false;
  #focusComposer = false;

  constructor() {
    super();
    this.server = this.room = this.name = this.capacity = this.token = null;
    this.history = 'session';
    this.calls = 'video';
    this.iceTransportPolicy = 'all';
    this.iceServers = [];
  }

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

  /** The state of the call; `idle`, since this version has none. */
  get callState(): CallState {
    return 'idle';
  }

  static override get observedAttributes(): string[] {
    return [...super.observedAttributes, 'lang'];
  }

  override attributeChangedCallback(name: string, old: string | null, value: string | null): void {
    super.attributeChangedCallback(name, old, value);
    if (name === 'lang') this.requestUpdate();
  }

  override connectedCallback(): void {
    super.connectedCallback();
    // While somebody thinks of a name, or the first picture is drawn. Should it fail, the join tries again and says so.
    loadEngine().catch(() => {});
    // Connected again after it was removed for good: a conversation as on the first day.
    if (this.hasUpdated && !this.#rooms.room && this.#named) this.#rooms.start();
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

  #roomOptions(room: string, name: string): RoomOptions {
    const { server, capacity, history, iceTransportPolicy } = this;
    return {
      server: server || location.origin,
      room,
      name,
      history: history === 'none' || history === 'device' ? history : 'session',
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

  /** Calls are not part of this version: rejects with `unsupported`. */
  call(_options?: { to?: readonly string[]; audio?: boolean; video?: boolean }): Promise<void> {
    return this.#unsupported();
  }

  /** Calls are not part of this version: rejects with `unsupported`. */
  answer(_options?: { audio?: boolean; video?: boolean }): Promise<void> {
    return this.#unsupported();
  }

  /** Calls are not part of this version: rejects with `unsupported`. */
  decline(): Promise<void> {
    return this.#unsupported();
  }

  /** Calls are not part of this version: rejects with `unsupported`. */
  hangUp(): Promise<void> {
    return this.#unsupported();
  }

  /** Calls are not part of this version: rejects with `unsupported`. */
  shareScreen(): Promise<void> {
    return this.#unsupported();
  }

  /** Calls are not part of this version: rejects with `unsupported`. */
  stopSharing(): Promise<void> {
    return this.#unsupported();
  }

  /** Drops all messages on this device, and only here. Rejects with `not-joined`, `store-unavailable`. */
  async clearHistory(): Promise<void> {
    const { room } = this.#rooms;
    if (!room) throw new RtcChatError('not-joined', languageOf(this).say('noRoom'));
    await room.clearHistory();
  }

  #unsupported(): Promise<void> {
    return Promise.reject(new RtcChatError('unsupported', languageOf(this).say('notYet')));
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
