import { html, type LitElement, nothing, type TemplateResult } from 'lit';
import type { Call } from '../rtc/call.ts';
import type { CallActions } from './call-actions.ts';
import { callWords } from './call-words.ts';
import { face } from './face.ts';
import { icon } from './icon.ts';
import type { Scene } from './scene.ts';

/**
 * Somebody calls: a dialog over the conversation. It takes the focus itself, not a button of it, so that whoever is
 * writing accepts nothing with Enter; Escape does not close it.
 */
export class IncomingCall {
  readonly #host: LitElement;
  readonly #actions: CallActions;
  #ringing = '';
  /** What had the focus before. */
  #before: HTMLElement | null = null;

  constructor(host: LitElement, actions: CallActions) {
    this.#host = host;
    this.#actions = actions;
  }

  /** `call`: the one that rings; null where none does. */
  render(call: Call | null, scene: Scene): TemplateResult | undefined {
    const id = call?.id ?? '';
    if (!!id !== !!this.#ringing) void (id ? this.#takeFocus() : this.#giveFocus());
    this.#ringing = id;
    return call ? this.#dialog(call, scene) : undefined;
  }

  #dialog({ from, offers, private: isPrivate }: Call, scene: Scene): TemplateResult {
    const { language, peers, calls } = scene;
    const words = callWords(language);
    const caller = peers.find((peer) => peer.id === from);
    const name = caller?.name ?? '';
    const video = !!offers?.video;
    const kind = isPrivate && peers.length > 1 ? 'private' : '';
    const ownVideo = video && calls === 'video';
    const answer = (video: boolean) => () => this.#actions.answer({ video });
    return html`<div class="scrim ringing">
      <dialog
        open
        class="incoming"
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
          <p id="kind" class="muted">
            ${words.say(kind ? (video ? 'privateVideo' : 'privateVoice') : video ? 'videoCall' : 'voiceCall')}
          </p>
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
        <button class="button wide decline" @click=${() => this.#actions.decline()}>
          ${words.say('decline')}
        </button>
      </dialog>
    </div>`;
  }

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
