import type { LitElement } from 'lit';
import { RtcChatError } from '../protocol/errors.ts';
import type { ChatRoom } from '../rtc/chat-room.ts';
import type { Input } from '../rtc/local-media.ts';
import type { ShownSizes } from '../rtc/sending.ts';
import type { RoomController } from './room-controller.ts';

/**
 * What a person can do about a call, each at the press of a button: what goes wrong is told by an event, and is drawn in
 * words until the call changes.
 */
export class CallActions {
  /** Why the last of them did not work; null when it did. */
  failure: RtcChatError | null = null;
  /** The panel of devices is wanted, or has come because one of them does not work. */
  devicesOpen = false;
  /** The chat is wanted beside or over the stage; null until somebody has decided: then the width does. */
  chatOpen: boolean | null = null;
  readonly #host: LitElement;
  readonly #rooms: RoomController;

  constructor(host: LitElement, rooms: RoomController) {
    this.#host = host;
    this.#rooms = rooms;
  }

  /** Asks the room for something; what goes wrong is told, and said. */
  ask(act: (room: ChatRoom) => Promise<void>): void {
    const { room } = this.#rooms;
    this.failure = null;
    if (!room) return;
    act(room).catch((error: unknown) => {
      if (room === this.#rooms.room) this.fail(error);
    });
  }

  turn(input: Input, on: boolean): void {
    this.ask((room) => room.turn(input, on));
  }

  /** How large somebody's pictures are shown here, in the screen's own pixels. */
  showing(id: string, sizes: ShownSizes): void {
    this.#rooms.room?.showing(id, sizes);
  }

  showDevices(open: boolean): void {
    this.devicesOpen = open;
    this.#host.requestUpdate();
  }

  /** `shown`: whether it is in sight now. */
  toggleChat(shown: boolean): void {
    this.chatOpen = !shown;
    this.#host.requestUpdate();
  }

  /** Something that was asked for did not happen: told to the page, and said. */
  fail(error: unknown): void {
    if (error instanceof RtcChatError) this.failure = error;
    this.#rooms.report(error);
    this.#host.requestUpdate();
  }

  /** The words of a failure have been read. */
  dismiss(): void {
    this.failure = null;
    this.#host.requestUpdate();
  }
}
