import { html, type LitElement, nothing, type TemplateResult } from 'lit';
import { type IconName, icon } from './icon.ts';
import { iconButton } from './icon-button.ts';
import type { Invitation } from './invitation.ts';
import type { Scene } from './scene.ts';

const signs = {
  'load-failed': 'cut',
  otherVersion: 'cut',
  interfered: 'cut',
  noWay: 'cut',
  down: 'cut',
  downMany: 'cut',
  displaced: 'tower',
  offline: 'tower',
  offlineAlone: 'tower',
  alone: 'people',
  memory: 'history',
  'store-full': 'history',
} satisfies Record<string, IconName>;

type Subject = keyof typeof signs;

/** The one thing about the connection that is worth a sentence now, and who it is about. */
function subjectOf(scene: Scene): [subject: Subject, name?: string] | [] {
  const { room, messages, peers, trouble, unreachable } = scene;
  const lost = peers.filter(({ link, through }) => link === 'reconnecting' && !through);
  if (scene.callPart.missing) return ['load-failed'];
  if (trouble) return [trouble.news, trouble.name];
  if (unreachable[0]) return ['noWay', unreachable[0].name];
  if (scene.down && lost[0]) return [lost[1] ? 'downMany' : 'down', lost[0].name];
  if (room.error) return ['displaced'];
  if (scene.offline) return [peers.length ? 'offline' : 'offlineAlone'];
  if (room.status === 'waiting' && messages.length) return ['alone'];
  if (!room.historyError) return [];
  return [room.historyError.code === 'store-full' ? 'store-full' : 'memory'];
}

/** The strip under the header. */
export class Notice {
  readonly #host: LitElement;
  readonly #invitation: Invitation;
  #shown: Subject | undefined;
  /** What was dismissed stays away until it has gone and come again; that nothing is kept does not change. */
  #dismissed: Subject | undefined;
  #helps = false;

  constructor(host: LitElement, invitation: Invitation) {
    this.#host = host;
    this.#invitation = invitation;
  }

  render(scene: Scene): TemplateResult | typeof nothing {
    const [subject, name] = subjectOf(scene);
    if (subject !== this.#shown) {
      this.#shown = subject;
      this.#helps = false;
      if (subject !== 'memory' && this.#dismissed !== 'memory') this.#dismissed = undefined;
    }
    if (!subject || subject === this.#dismissed) return nothing;
    const { language } = scene;
    const [title, text] = language.tell(subject, { name });
    const sign = signs[subject];
    return html`<div class="notice ${sign === 'cut' ? 'warn' : ''}" role="note" part="notice">
      ${icon(sign)}
      <div class="words">
        <b>${title}</b> ${this.#helps ? language.say('unreachableHelp') : text}
      </div>
      ${this.#button(subject, scene)}
    </div>`;
  }

  #button(subject: Subject, { language, room, callPart }: Scene): unknown {
    const draw = (change: () => void) => () => {
      change();
      this.#host.requestUpdate();
    };
    if (subject === 'noWay') {
      return this.#helps
        ? html`<button class="text-button" @click=${() => room.retry()}>
            ${language.say('tryAgain')}
          </button>`
        : html`<button
            class="text-button"
            aria-expanded="false"
            @click=${draw(() => (this.#helps = true))}
          >
            ${language.say('whatHelps')}
          </button>`;
    }
    if (subject === 'displaced' || subject === 'load-failed') {
      const again = () => (subject === 'displaced' ? room.retry() : callPart.note());
      return html`<button class="text-button" @click=${again}>${language.say('tryAgain')}</button>`;
    }
    if (subject === 'alone') return this.#invitation.button(language);
    if (signs[subject] === 'cut') return nothing;
    return iconButton(
      'x',
      language.say('dismiss'),
      draw(() => (this.#dismissed = subject)),
    );
  }
}
