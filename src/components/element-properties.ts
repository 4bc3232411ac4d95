import type { PropertyDeclarations } from 'lit';
import type { History } from '../rtc/chat-room.ts';
import { ElementLook } from './element-look.ts';

/** What a page tells the element: its attributes, and the same as properties. */
export class ElementProperties extends ElementLook {
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

  constructor() {
    super();
    this.server = this.room = this.name = this.capacity = this.token = null;
    this.history = 'session';
    this.calls = 'video';
    this.iceTransportPolicy = 'all';
    this.iceServers = [];
  }

  static override get observedAttributes(): string[] {
    return [...super.observedAttributes, 'lang'];
  }

  override attributeChangedCallback(name: string, old: string | null, value: string | null): void {
    super.attributeChangedCallback(name, old, value);
    if (name === 'lang') this.requestUpdate();
  }
}
