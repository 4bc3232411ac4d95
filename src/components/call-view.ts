import { html, type LitElement, nothing, type TemplateResult } from 'lit';
import type { Call, CallState, EndedCall } from '../rtc/call.ts';
import type { ChatRoom } from '../rtc/chat-room.ts';
import { AsidesPart } from './asides-part.ts';
import { CallActions } from './call-actions.ts';
import { fetchCallWords } from './call-languages.ts';
import { CallLines } from './call-lines.ts';
import type { CallRegions } from './call-regions.ts';
import { callStyles } from './call-styles.ts';
import { callWords } from './call-words.ts';
import { iconButton } from './icon-button.ts';
import { IncomingCall } from './incoming-call.ts';
import type { Language } from './language.ts';
import type { PeoplePanel } from './people-panel.ts';
import { Playback } from './playback.ts';
import type { RoomController } from './room-controller.ts';
import type { Scene } from './scene.ts';
import { Stage } from './stage.ts';
import { availableStrip, failureStrip } from './call-strip.ts';

/** Draws calls: fetched aside, and there for as long as its element. */
export class CallView {
  readonly actions: CallActions;
  readonly #stage: Stage;
  readonly #asides: AsidesPart;
  readonly #incoming: IncomingCall;
  readonly #playback: Playback;
  readonly #lines: CallLines;
  readonly #host: LitElement;
  #state: CallState = 'idle';
  #language: Language | null = null;

  constructor(host: LitElement, rooms: RoomController) {
    this.#host = host;
    const root = host.renderRoot as ShadowRoot;
    root.adoptedStyleSheets = [
      ...root.adoptedStyleSheets,
      ...callStyles.map(({ styleSheet }) => styleSheet!),
    ];
    this.actions = new CallActions(host, rooms);
    this.#stage = new Stage(host, this.actions);
    this.#asides = new AsidesPart(host, this.actions);
    this.#incoming = new IncomingCall(host, this.actions);
    this.#playback = new Playback(host);
    this.#lines = new CallLines(host, this.actions);
    host.requestUpdate();
  }

  /** Something about calls has changed in this room; `ended`: one that came to its end without us. */
  note(room: ChatRoom, call: Call | null, ended?: EndedCall): void {
    const state = call?.state ?? 'idle';
    if (state !== this.#state) this.actions.failure = null;
    this.#state = state;
    this.#lines.note(room, call, ended);
  }

  /** Closes what of calls is open on top. Whether there was something. */
  escape(): boolean {
    return this.#asides.escape();
  }

  /** `panel`: where it is open beside the stage, it has the place of the chat. */
  render(scene: Scene, panel: PeoplePanel): CallRegions {
    const { actions } = this;
    const { language, room, calls } = scene;
    this.#speak(language);
    const call = room.currentCall;
    const words = callWords(language);
    const inside = call?.state === 'calling' || call?.state === 'active' ? call : null;
    // It knows first whether there is a sheet, which the stage makes room for.
    const sheet = this.#asides.devices(inside, scene);
    const { look, stage, strip } = this.#stage.render(inside, scene, panel);
    return {
      look,
      stage: html`${stage}${this.#playback.render(inside, words)}`,
      strip: this.#strips(call, strip, scene),
      sheet,
      dialog: this.#incoming.render(call?.state === 'ringing' ? call : null, scene),
      person: ({ id, name, link }) => {
        const participant = inside?.participants.find((each) => each.id === id);
        if (participant) return this.#asides.details(participant, name, scene);
        return calls === 'none' || inside || link !== 'connected'
          ? nothing
          : iconButton('phone', words.say('callName', { name }), () =>
              actions.ask((each) => each.call({ to: [id] })),
            );
      },
      after: this.#lines.after(language, calls, !inside && room.status === 'connected'),
    };
  }

  #speak(language: Language): void {
    if (language === this.#language) return;
    this.#language = language;
    fetchCallWords(language).then(
      () => this.#host.requestUpdate(),
      () => {
        // English words are better than none; the next language is asked for anew.
      },
    );
  }

  #strips(
    call: Call | null,
    voice: TemplateResult | undefined,
    scene: Scene,
  ): TemplateResult | undefined {
    const { actions } = this;
    const available = call?.state === 'available';
    if (!voice && !available && !actions.failure) return undefined;
    return html`<div class="strips">
      ${voice} ${available ? availableStrip(call, scene, actions) : nothing}
      ${actions.failure ? failureStrip(actions.failure.code, scene, actions) : nothing}
    </div>`;
  }
}
