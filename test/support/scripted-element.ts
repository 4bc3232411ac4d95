import { RtcChatElement } from '../../src/components/rtc-chat-element.ts';
import type { RtcChatError } from '../../src/protocol/errors.ts';
import { type RoomOptions, valueOf } from '../../src/rtc/room-options.ts';
import { ScriptedRoom } from './scripted-room.ts';

/** The element with scripted rooms. Keeps every room that it has made, with what it was asked for. */
export class ScriptedElement extends RtcChatElement {
  readonly made: {
    readonly room: ScriptedRoom;
    /** As they were at that moment. */
    readonly options: RoomOptions;
    /** As a room asks for them. */
    readonly asked: RoomOptions;
  }[] = [];
  /** Thrown in the place of the next room. */
  refuse: RtcChatError | null = null;
  prepare: (room: ScriptedRoom) => void = () => {};

  get room$(): ScriptedRoom {
    return this.made.at(-1)!.room;
  }

  protected override createRoom(options: RoomOptions): ScriptedRoom {
    if (this.refuse) throw this.refuse;
    const room = new ScriptedRoom();
    this.prepare(room);
    const { token, iceServers = [], ...rest } = options;
    const given = valueOf(token);
    const now = { ...rest, iceServers: valueOf(iceServers), ...(given && { token: given }) };
    this.made.push({ options: now, asked: options, room });
    return room;
  }
}

customElements.define('scripted-chat', ScriptedElement);
