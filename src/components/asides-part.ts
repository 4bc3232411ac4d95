import type { LitElement, TemplateResult } from 'lit';
import type { Call } from '../rtc/call.ts';
import { fetched } from '../rtc/fetched.ts';
import { whenIdle } from '../rtc/idle.ts';
import type { CallActions } from './call-actions.ts';
import type { CallAsides } from './call-asides.ts';
import type { Scene } from './scene.ts';

/** The way to what is opened beside a call, for which no ring and no call waits: fetched when the page is idle, or is needed. */
export class AsidesPart {
  readonly #host: LitElement;
  readonly #actions: CallActions;
  #asides: CallAsides | null = null;
  #loading: Promise<void> | null = null;

  constructor(host: LitElement, actions: CallActions) {
    this.#host = host;
    this.#actions = actions;
    whenIdle(() => {
      // Asked for again when it is needed, and said then.
      this.#load().catch(() => {});
    });
  }

  /** Whether there was something to close. */
  escape(): boolean {
    return this.#asides?.devices.escape() ?? false;
  }

  /** The sheet of devices. `call`: null where we are in none. Undefined where there is nothing to show. */
  devices(call: Call | null, scene: Scene): TemplateResult | undefined {
    if (this.#asides) return this.#asides.devices.render(call, scene);
    const actions = this.#actions;
    const own = call?.own;
    if (actions.devicesOpen || own?.camera.fault || own?.microphone.fault || own?.screenFault) {
      this.#load().catch((error: unknown) => {
        if (!actions.devicesOpen) return;
        actions.devicesOpen = false;
        actions.fail(error);
      });
    }
    return undefined;
  }

  /** How the connection to somebody in the call is. */
  details(...about: Parameters<CallAsides['details']['render']>): unknown {
    return this.#asides?.details.render(...about);
  }

  #load(): Promise<void> {
    return (this.#loading ??= this.#fetch());
  }

  async #fetch(): Promise<void> {
    try {
      const { CallAsides, asideStyles } = await fetched(import('./call-asides.ts'));
      const root = this.#host.renderRoot as ShadowRoot;
      root.adoptedStyleSheets.push(...asideStyles.map(({ styleSheet }) => styleSheet!));
      this.#asides = new CallAsides(this.#host, this.#actions);
      this.#host.requestUpdate();
    } catch (error) {
      this.#loading = null;
      throw error;
    }
  }
}
