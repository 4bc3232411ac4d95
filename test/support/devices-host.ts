import { html, LitElement, nothing, type TemplateResult } from 'lit';
import { englishAsides } from '../../src/components/aside-words.ts';
import { addCallWords, callWords } from '../../src/components/call-words.ts';
import { CallActions } from '../../src/components/call-actions.ts';
import { callStyles } from '../../src/components/call-styles.ts';
import { DevicesPanel } from '../../src/components/devices-panel.ts';
import { devicesStyles } from '../../src/components/devices-styles.ts';
import { elementStyles } from '../../src/components/element-styles.ts';
import { languageOf } from '../../src/components/language.ts';
import { Playback } from '../../src/components/playback.ts';
import type { RoomController } from '../../src/components/room-controller.ts';
import type { Scene } from '../../src/components/scene.ts';
import { WidthController } from '../../src/components/width-controller.ts';
import type { OwnMedia } from '../../src/rtc/call.ts';
import { callOf, participant } from './scripted-call.ts';
import { ScriptedRoom } from './scripted-room.ts';

/** The panel of devices by itself, beside a field to write in, in a call with Bo. */
export class DevicesHost extends LitElement {
  static override styles = [...elementStyles, ...callStyles, devicesStyles];

  readonly room$ = new ScriptedRoom();
  readonly #rooms = {
    room: this.room$,
    report: (error: unknown) => {
      throw error;
    },
  } as unknown as RoomController;
  readonly #actions = new CallActions(this, this.#rooms);
  readonly #panel = new DevicesPanel(this, this.#actions);
  readonly #width = new WidthController(this);
  readonly #playback = new Playback(this);
  #own: OwnMedia | null = null;
  /** What is played. */
  voices: TemplateResult | typeof nothing = nothing;

  constructor() {
    super();
    addCallWords('en', englishAsides);
    this.room$.admit('Ada', ['Bo']);
    this.addEventListener('keydown', ({ key }) => key === 'Escape' && this.#panel.escape());
  }

  /** What we send; null: we are in no call. */
  set own(own: OwnMedia | null) {
    this.#own = own;
    this.requestUpdate();
  }

  open(): void {
    this.#actions.showDevices(true);
  }

  protected override render(): TemplateResult {
    const call =
      this.#own && callOf('active', { own: this.#own, participants: [participant('Bo')] });
    const { peers } = this.room$;
    const { wide } = this.#width;
    const scene = { language: languageOf(this), peers, wide, room: this.room$ } as unknown as Scene;
    const sheet = this.#panel.render(call, scene);
    return html`<div class="frame ${sheet ? 'aside' : ''}">
      <div class="talk" ?inert=${sheet && !wide}><textarea aria-label="Message"></textarea></div>
      ${this.voices} ${this.#playback.render(call, callWords(scene.language))} ${sheet ?? nothing}
    </div>`;
  }
}

customElements.define('devices-host', DevicesHost);
