import type { LitElement } from 'lit';
import { RtcChatError } from '../protocol/errors.ts';
import type { EndedCall } from '../rtc/call.ts';
import type { ChatRoom } from '../rtc/chat-room.ts';
import { fetched } from '../rtc/fetched.ts';
import type { CallDoor, CallOptions } from './call-regions.ts';
import type { CallView } from './call-view.ts';
import { languageOf } from './language.ts';
import type { RoomController } from './room-controller.ts';

/**
 * The way to what draws calls, which is fetched aside: as soon as the room says that there can be any, so that a page of
 * text waits for nothing and a ring waits for nobody.
 */
export class CallPart implements CallDoor {
  /** Null until it is there. */
  view: CallView | null = null;
  missing = false;
  readonly #host: LitElement;
  readonly #rooms: RoomController;
  #loading: Promise<CallView> | null = null;

  constructor(host: LitElement, rooms: RoomController) {
    this.#host = host;
    this.#rooms = rooms;
  }

  /** Something was heard of calls, and perhaps of one that is over. */
  note(ended?: EndedCall): void {
    const { room } = this.#rooms;
    const call = room?.currentCall ?? null;
    this.#load().then(
      (view) => room && view.note(room, call, ended),
      // Fetched again by whatever comes next; said where there is a call that it is needed for.
      () => call && this.#miss(true),
    );
  }

  start(options: CallOptions): void {
    this.ready()
      .then(() => this.view!.actions.ask((room) => room.call(options)))
      .catch(this.#rooms.report);
  }

  /** Fulfils with the room when calls can be drawn. Rejects with `not-joined`, `load-failed`. */
  async ready(): Promise<ChatRoom> {
    const { room } = this.#rooms;
    if (!room) throw new RtcChatError('not-joined', languageOf(this.#host).say('noRoom'));
    await this.#load().catch((error: unknown) => {
      this.#miss(true);
      throw error;
    });
    return room;
  }

  #load(): Promise<CallView> {
    return (this.#loading ??= this.#fetch());
  }

  async #fetch(): Promise<CallView> {
    try {
      const { CallView } = await fetched(import('./call-view.ts'));
      this.#miss(false);
      return (this.view = new CallView(this.#host, this.#rooms));
    } catch (error) {
      this.#loading = null;
      throw error;
    }
  }

  #miss(missing: boolean): void {
    this.missing = missing;
    this.#host.requestUpdate();
  }
}
