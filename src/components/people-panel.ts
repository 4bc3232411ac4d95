import { html, type LitElement, nothing, type TemplateResult } from 'lit';
import type { CallRegions } from './call-regions.ts';
import type { ClearHistory } from './clear-history.ts';
import { face } from './face.ts';
import { focusDrawn } from './focus.ts';
import { connection } from './header.ts';
import { icon } from './icon.ts';
import { iconButton } from './icon-button.ts';
import type { Invitation } from './invitation.ts';
import type { Peer } from '../rtc/peer.ts';
import type { Language } from './language.ts';
import type { Scene } from './scene.ts';

/** With so many others it is open at first, where there is room enough. */
const OPEN_PEERS = 2;

/**
 * Who is here: a side column beside the log on a wide component, a sheet over it on a narrow one. As a sheet it takes
 * the focus, and gives it back when it closes.
 */
export class PeoplePanel {
  readonly #host: LitElement;
  readonly #invitation: Invitation;
  readonly #clear: ClearHistory;
  /** Null until somebody has decided: then the width does. */
  #wanted: boolean | null = null;
  #open = false;

  constructor(host: LitElement, invitation: Invitation, clear: ClearHistory) {
    this.#host = host;
    this.#invitation = invitation;
    this.#clear = clear;
  }

  /** Whether the panel is open, at this width and with these people; beside a stage only where somebody wants it. */
  isOpen(scene: Scene, staged?: unknown): boolean {
    const { peers, widest } = scene;
    this.#open =
      this.asks(scene) || (this.#wanted ?? (!staged && widest && peers.length >= OPEN_PEERS));
    return this.#open;
  }

  /** Somebody is asked a question over the panel and everything else. */
  asks(scene: Scene): boolean {
    return this.#clear.asks(scene);
  }

  close(): void {
    this.#wanted = null;
  }

  readonly toggle = (): void => {
    this.#wanted = !this.#open;
    void focusDrawn(this.#host, this.#wanted ? '.sheet' : '.people-button');
  };

  render(scene: Scene, call?: CallRegions): TemplateResult {
    const { room, roomName, language, peers, wide, leave } = scene;
    const { self, capacity } = room;
    const title = language.say(capacity ? 'peopleOf' : 'peopleTitle', {
      n: peers.length + 1,
      of: capacity ?? 0,
    });
    return html`<div
        class="scrim"
        ?inert=${call?.dialog || this.asks(scene)}
        @click=${(event: Event) => event.target === event.currentTarget && this.toggle()}
      >
        <div
          class="sheet"
          part="people"
          role=${wide ? 'complementary' : 'dialog'}
          aria-label=${title}
          tabindex="-1"
        >
          <div class="head">
            <h2>${title}</h2>
            ${iconButton('x', language.say('close'), this.toggle)}
          </div>
          <div class="body">
            <ul class="people">
              ${self ? row(self, html`<span class="clip">${language.say('you')}</span>`) : nothing}
              ${peers.map((peer) => row(peer, peerWords(peer, language), call?.person(peer)))}
            </ul>
            <hr />
            <div class="field">
              <span class="label">${language.show('invitation', { room: roomName })}</span>
              ${this.#invitation.render(language)}
            </div>
            ${this.#clear.button(scene)}
            <button class="button leave wide" @click=${leave}>
              ${icon('leave')}${language.say('leaveRoom')}
            </button>
          </div>
        </div>
      </div>
      ${this.#clear.render(scene, !!call?.dialog)}`;
  }
}

/** How we are connected with somebody. */
function peerWords({ link, through }: Peer, language: Language): TemplateResult {
  if (!through || link === 'connecting') return connection(link, language);
  return html`<i class="dot through"></i
    ><span class="clip">${language.show('through', { name: through.name })}</span>`;
}

function row(
  person: { readonly id: string; readonly name: string },
  words: TemplateResult,
  action?: unknown,
): TemplateResult {
  return html`<li>
    ${face(person)}
    <div class="words">
      <span class="name clip"><bdi>${person.name}</bdi></span
      ><span class="sub">${words}</span>
    </div>
    ${action}
  </li>`;
}
