import { html, type LitElement, nothing, type TemplateResult } from 'lit';
import { type IconName, icon } from './icon.ts';
import { iconButton } from './icon-button.ts';
import type { Invitation } from './invitation.ts';
import type { Scene } from './scene.ts';
import type { WordKey } from './words.ts';

/** What a notice says: the state, and what it means or what to do. */
interface Words {
  /** Tells notices apart: what was dismissed stays away until it has gone and come again. */
  readonly key: WordKey;
  readonly sign: IconName;
  readonly warns?: boolean;
  readonly title: unknown;
  readonly text: unknown;
}

/** The strip under the header: the one thing about the connection that is worth a sentence now. */
export class Notice {
  readonly #host: LitElement;
  readonly #invitation: Invitation;
  #shown: WordKey | null = null;
  #dismissed: WordKey | null = null;
  #helps = false;

  constructor(host: LitElement, invitation: Invitation) {
    this.#host = host;
    this.#invitation = invitation;
  }

  #wordsFor({ room, messages, language, peers, unreachable, down, offline }: Scene): Words | null {
    const lost = peers.filter(({ link }) => link === 'reconnecting');
    const [far] = unreachable;
    if (far) {
      const title = language.show('unreachableTitle', { name: far.name });
      return {
        key: 'unreachableTitle',
        sign: 'cut',
        warns: true,
        title: [title, '.'],
        text: language.say('unreachableShort'),
      };
    }
    if (down && lost[0]) {
      const title =
        lost.length > 1
          ? language.show('downMany')
          : language.show('downTitle', { name: lost[0].name });
      return { key: 'downTitle', sign: 'cut', warns: true, title, text: language.say('downHint') };
    }
    if (room.error) {
      return {
        key: 'displacedTitle',
        sign: 'tower',
        title: language.say('displacedTitle'),
        text: language.say('offlineHint'),
      };
    }
    if (offline) {
      const text = language.say(peers.length ? 'offlineHint' : 'offlineAlone');
      return { key: 'offlineTitle', sign: 'tower', title: language.say('offlineTitle'), text };
    }
    if (room.status === 'waiting' && messages.length) {
      return {
        key: 'aloneNotice',
        sign: 'people',
        title: nothing,
        text: language.say('aloneNotice'),
      };
    }
    if (room.historyError) {
      return {
        key: 'memoryTitle',
        sign: 'history',
        title: language.say('memoryTitle'),
        text: language.say('memoryHint'),
      };
    }
    return null;
  }

  #dismiss(key: WordKey): void {
    this.#dismissed = key;
    this.#host.requestUpdate();
  }

  readonly #toggleHelp = (): void => {
    this.#helps = !this.#helps;
    this.#host.requestUpdate();
  };

  render(scene: Scene): TemplateResult | typeof nothing {
    const words = this.#wordsFor(scene);
    if (words?.key !== this.#shown) {
      this.#shown = words?.key ?? null;
      this.#helps = false;
      if (this.#shown !== 'memoryTitle' && this.#dismissed !== 'memoryTitle')
        this.#dismissed = null;
    }
    if (!words || words.key === this.#dismissed) return nothing;
    const { language, room } = scene;
    const { key, sign, warns, title, text } = words;
    return html`<div class="notice ${warns ? 'warn' : ''}" role="note" part="notice">
      ${icon(sign)}
      <div class="words">
        <b>${title}</b> ${this.#helps ? language.say('unreachableHelp') : text}
      </div>
      ${
        key === 'unreachableTitle'
          ? this.#helps
            ? html`<button class="text-button" @click=${() => room.retry()}>
                ${language.say('tryAgain')}
              </button>`
            : html`<button class="text-button" aria-expanded="false" @click=${this.#toggleHelp}>
                ${language.say('whatHelps')}
              </button>`
          : nothing
      }
      ${key === 'aloneNotice' ? this.#invitation.button(language) : nothing}
      ${
        warns || key === 'aloneNotice'
          ? nothing
          : iconButton('x', language.say('dismiss'), () => this.#dismiss(key))
      }
    </div>`;
  }
}
