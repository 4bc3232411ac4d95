import { html, type LitElement, nothing, type TemplateResult } from 'lit';
import { icon } from './icon.ts';
import type { Language } from './language.ts';

const COPIED_MS = 2_000;

/** The link to this page, to be sent to the people one wants to talk to. */
export class Invitation {
  readonly #host: LitElement;
  #state: 'idle' | 'copied' | 'refused' = 'idle';

  constructor(host: LitElement) {
    this.#host = host;
  }

  readonly #copy = async (): Promise<void> => {
    try {
      await navigator.clipboard.writeText(location.href);
      this.#state = 'copied';
      setTimeout(() => this.#set('idle'), COPIED_MS);
    } catch {
      // No permission, or no clipboard in this frame: the person can still select the link.
      this.#state = 'refused';
    }
    this.#set(this.#state);
  };

  #set(state: 'idle' | 'copied' | 'refused'): void {
    this.#state = state;
    this.#host.requestUpdate();
  }

  /** The button alone. */
  button(language: Language, className = ''): TemplateResult {
    const copied = this.#state === 'copied';
    return html`<button class="button ${className}" @click=${this.#copy}>
      ${icon(copied ? 'delivered' : 'copy', 's')}<span aria-live="polite"
        >${language.say(copied ? 'copied' : 'copyLink')}</span
      >
    </button>`;
  }

  render(language: Language, className = ''): TemplateResult {
    return html`<div class="copy">
        <span class="clip link">${location.href.replace(/^https?:\/\//u, '')}</span
        >${this.button(language, className)}
      </div>
      ${this.#state === 'refused' ? html`<p class="small" role="alert">${language.say('copyByHand')}</p>` : nothing}`;
  }
}
