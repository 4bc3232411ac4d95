import { html, type LitElement, nothing, type ReactiveController, type TemplateResult } from 'lit';
import type { Call } from '../rtc/call.ts';
import type { Peer } from '../rtc/chat-room.ts';
import type { CallActions } from './call-actions.ts';
import { callWords } from './call-words.ts';
import { face } from './face.ts';
import { icon } from './icon.ts';
import { RingSound } from './ring-sound.ts';
import type { Scene } from './scene.ts';
import { TitleSign } from './title-sign.ts';

/**
 * Somebody calls: a dialog over the conversation. It takes the focus itself, not a button of it, so that whoever is
 * writing accepts nothing with Enter; Escape does not close it.
 */
export class IncomingCall implements ReactiveController {
  readonly #host: LitElement;
  readonly #actions: CallActions;
  readonly #sound = new RingSound();
  readonly #title = new TitleSign();
  /** The one that rings; empty while none does. */
  #ringing = '';
  /** What had the focus before. */
  #before: HTMLElement | null = null;

  constructor(host: LitElement, actions: CallActions) {
    this.#host = host;
    this.#actions = actions;
    host.addController(this);
  }

  hostDisconnected(): void {
    this.#end();
  }

  /** `call`: the one that rings; null where none does. */
  render(call: Call | null, scene: Scene): TemplateResult | undefined {
    if (!call) {
      if (this.#ringing) void this.#giveFocus();
      this.#end();
      return undefined;
    }
    const caller = scene.peers.find((peer) => peer.id === call.from);
    if (!this.#ringing) {
      void this.#takeFocus();
      this.#sound.start();
    }
    this.#title.show(callWords(scene.language).say('isCalling', { name: caller?.name }));
    this.#ringing = call.id;
    return this.#dialog(call, caller, scene);
  }

  #end(): void {
    this.#ringing = '';
    this.#sound.stop();
    this.#title.hide();
  }

  #dialog(call: Call, caller: Peer | undefined, scene: Scene): TemplateResult {
    const { language, peers, calls } = scene;
    const words = callWords(language);
    const name = caller?.name;
    const video = !!call.offers?.video;
    // For whom it is goes without saying where there are two of us.
    const whom = call.private && peers.length > 1 ? 'private' : 'call';
    const ownVideo = video && calls === 'video';
    const answer = (video: boolean) => () => this.#actions.ask((room) => room.answer({ video }));
    return html`<div class="scrim over">
      <dialog
        open
        class="incoming card"
        part="incoming"
        role="alertdialog"
        aria-labelledby="caller"
        aria-describedby="kind"
        tabindex="-1"
        @keydown=${this.#handleKey}
      >
        <span class="pulse">${caller ? face(caller, 'xl') : nothing}</span>
        <div class="title">
          <h2 id="caller">${words.show('isCalling', { name })}</h2>
          <p id="kind" class="muted">${words.say(`${whom}${video ? 'Video' : 'Voice'}`)}</p>
        </div>
        <button class="button main wide" @click=${answer(ownVideo)}>
          ${icon(ownVideo ? 'video' : 'phone')}${words.say('accept')}
        </button>
        ${
          ownVideo
            ? html`<button class="button wide" @click=${answer(false)}>
                ${icon('phone')}${words.say('acceptWithout')}
              </button>`
            : nothing
        }
        <button class="button wide bye" @click=${() => this.#actions.ask((room) => room.decline())}>
          ${words.say('decline')}
        </button>
        <button
          class="button switch"
          role="switch"
          aria-checked=${this.#sound.wanted}
          @click=${this.#toggleSound}
        >
          ${icon(this.#sound.wanted ? 'delivered' : 'x')}${words.say('ringSound')}
        </button>
      </dialog>
    </div>`;
  }

  readonly #toggleSound = (): void => {
    this.#sound.wanted = !this.#sound.wanted;
    if (this.#sound.wanted) this.#sound.start();
    else this.#sound.stop();
    this.#host.requestUpdate();
  };

  readonly #handleKey = (event: KeyboardEvent): void => {
    // What lies beneath is not to be closed through it.
    if (event.key === 'Escape') event.stopPropagation();
  };

  async #takeFocus(): Promise<void> {
    const { activeElement } = this.#host.shadowRoot!;
    this.#before = activeElement as HTMLElement | null;
    await this.#host.updateComplete;
    // Who is writing elsewhere on the page goes on writing there.
    const root = this.#host.getRootNode() as Document | ShadowRoot;
    const elsewhere = root.activeElement && root.activeElement !== this.#host;
    if (elsewhere && root.activeElement !== document.body) return;
    this.#dialogElement?.focus();
  }

  async #giveFocus(): Promise<void> {
    const before = this.#before;
    this.#before = null;
    const had = this.#host.shadowRoot!.activeElement?.closest('.incoming');
    await this.#host.updateComplete;
    if (had && before?.isConnected) before.focus();
  }

  get #dialogElement(): HTMLElement | null {
    return this.#host.renderRoot.querySelector('.incoming');
  }
}
