import { html, type LitElement, type ReactiveController, type TemplateResult } from 'lit';
import type { Call, Participant } from '../rtc/call.ts';
import type { CallActions } from './call-actions.ts';
import { callBar } from './call-bar.ts';
import { CallClock } from './call-clock.ts';
import { callMenu } from './call-menu.ts';
import { CallNews } from './call-news.ts';
import { callWords } from './call-words.ts';
import { ChatBeside } from './chat-beside.ts';
import { Listening } from './listening.ts';
import type { PeoplePanel } from './people-panel.ts';
import { Pictures } from './pictures.ts';
import type { Scene } from './scene.ts';
import { Screenful } from './screenful.ts';
import { shortcutOf } from './shortcuts.ts';
import { Tiles } from './tiles.ts';
import { voiceStrip } from './voice-strip.ts';
import { Voices } from './voices.ts';

/** As long as a refusal is to be read. */
const REFUSAL_MS = 5_000;

/** What is drawn of a call that we are in, or ring at others for. */
export interface StageRegions {
  /** Class names of the frame, which say how it is divided. */
  readonly look: string;
  /** Beside the conversation, or over it: the pictures, and what plays the voices. */
  readonly stage: TemplateResult | undefined;
  /** Under the header: a call without pictures. */
  readonly strip: TemplateResult | undefined;
}

/** The pictures and voices of a call, and what one can do in it. What was chosen in it, like a corner, ends with it. */
export class Stage implements ReactiveController {
  readonly #host: LitElement;
  readonly #actions: CallActions;
  readonly #tiles: Tiles;
  readonly #chat: ChatBeside;
  readonly #clock: CallClock;
  readonly #listening: Listening;
  readonly #pictures: Pictures;
  readonly #screenful: Screenful;
  readonly #voices = new Voices();
  readonly #news = new CallNews();
  readonly #refusedMs = new Map<string, number>();
  #call: Call | null = null;
  /** There is, was or will be a picture in this call: the stage stays. */
  #pictured = false;
  #hadFocus = false;
  #wasStaged = false;

  constructor(host: LitElement, actions: CallActions) {
    this.#host = host;
    this.#actions = actions;
    this.#tiles = new Tiles(host);
    this.#chat = new ChatBeside(actions);
    this.#clock = new CallClock(host);
    this.#listening = new Listening(host);
    this.#pictures = new Pictures(host, (id, shown) => actions.showing(id, shown));
    this.#screenful = new Screenful(host);
    host.addController(this);
  }

  hostConnected(): void {
    this.#host.addEventListener('keydown', this.#handleKey);
  }

  hostDisconnected(): void {
    this.#host.removeEventListener('keydown', this.#handleKey);
  }

  hostUpdate(): void {
    this.#hadFocus = Boolean(this.#focused?.closest('.stage, .voice'));
  }

  hostUpdated(): void {
    const stage = this.#find('.stage');
    const staged = stage !== null;
    // What had the focus is covered, or gone: it goes to what has come in its place.
    if (staged && !this.#wasStaged && !this.#chat.shown && this.#focused?.closest('.talk'))
      stage.focus();
    else if (this.#hadFocus && !this.#focused)
      (stage ?? this.#find('.header .round:enabled'))?.focus();
    this.#wasStaged = staged;
  }

  get #focused(): Element | null {
    return (this.#host.renderRoot as ShadowRoot).activeElement;
  }

  #find(selector: string): HTMLElement | null {
    return this.#host.renderRoot.querySelector<HTMLElement>(selector);
  }

  readonly #handleKey = (event: KeyboardEvent): void => {
    const [call, actions] = [this.#call, this.#actions];
    const shortcut = call && shortcutOf(event);
    if (!shortcut) return;
    event.preventDefault();
    if (shortcut === 'hangUp') actions.ask((room) => room.hangUp());
    else if (shortcut !== 'chat') actions.turn(shortcut, !call.own?.[shortcut].wanted);
    else if (this.#pictured) this.#chat.toggle();
  };

  /** `call`: null where we are in none. */
  render(call: Call | null, scene: Scene, panel: PeoplePanel): StageRegions {
    if (call?.id !== this.#call?.id) this.#begin();
    this.#call = call;
    const inside = call?.participants.filter(({ answer }) => answer === 'in') ?? [];
    this.#clock.since = call?.since ?? null;
    this.#pictures.people = inside.map(({ id }) => id);
    this.#listening.hear(call?.state === 'active' ? inside : []);
    if (!call) return { look: '', stage: undefined, strip: undefined };
    this.#pictured ||= hasPicture(call);
    const seen = { ...call, participants: this.#notLongRefused(call.participants, scene) };
    const news = this.#news.of(call, scene.peers, callWords(scene.language));
    const sound = this.#voices.render(call.participants);
    if (!this.#pictured)
      return { look: '', stage: sound, strip: voiceStrip(seen, this.#actions, scene, news) };
    this.#chat.look(scene, panel);
    return {
      look: `calling ${this.#chat.shown ? 'chat' : ''}`,
      stage: html`${sound}${this.#stage(seen, scene, news)}`,
      strip: undefined,
    };
  }

  #begin(): void {
    this.#pictured = false;
    this.#refusedMs.clear();
    this.#tiles.reset();
    this.#chat.reset();
  }

  /** Who says no is seen to say so, and goes from the stage. */
  #notLongRefused(participants: readonly Participant[], { wake }: Scene): readonly Participant[] {
    return participants.filter(({ id, answer }) => {
      if (answer === 'in' || answer === 'ringing') return true;
      const ms = this.#refusedMs.get(id) ?? Date.now();
      this.#refusedMs.set(id, ms);
      return !wake.passed(ms + REFUSAL_MS);
    });
  }

  #stage(call: Call, scene: Scene, news: string): TemplateResult {
    const actions = this.#actions;
    const words = callWords(scene.language);
    const chat = this.#chat;
    const tiles = this.#tiles.render(call, scene, words, this.#listening.speaker);
    const { division, choose } = this.#tiles;
    const menu = callMenu(call, actions, words, {
      division,
      choose: call.participants.length > 0 ? choose : null,
      screenful: this.#screenful,
    });
    return html`<section
      class="stage"
      part="stage"
      aria-label=${words.say('call')}
      tabindex="-1"
      ?inert=${chat.covered}
    >
      ${tiles} ${callBar(call, actions, words, { chat, unread: chat.unread(scene), menu })}
      <p class="hidden" aria-live="polite">${news}</p>
    </section>`;
  }
}

/** Somebody is seen, wants to be, or would be if the camera worked. */
const hasPicture = ({ own, participants }: Call): boolean =>
  !!(own && (own.camera.wanted || own.camera.fault || own.screen)) ||
  participants.some(({ media }) => media.video || media.screen);
