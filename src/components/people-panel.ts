import { html, type LitElement, nothing, type TemplateResult } from 'lit';
import { face } from './face.ts';
import { linkWords } from './header.ts';
import { icon } from './icon.ts';
import { iconButton } from './icon-button.ts';
import type { Invitation } from './invitation.ts';
import type { Scene } from './scene.ts';

/** Wide enough that the panel is open at first, where there are people to show. */
const OPEN_WIDTH_PX = 1_080;
const OPEN_PEERS = 2;

/**
 * Who is here: a side column beside the log on a wide component, a sheet over it on a narrow one. As a sheet it takes
 * the focus, and gives it back when it closes.
 */
export class PeoplePanel {
  readonly #host: LitElement;
  readonly #invitation: Invitation;
  /** Null until somebody has decided: then the width does. */
  #wanted: boolean | null = null;
  #open = false;

  constructor(host: LitElement, invitation: Invitation) {
    this.#host = host;
    this.#invitation = invitation;
  }

  /** Whether the panel is open, at this width and with these people. */
  isOpen({ peers }: Scene, widthPx: number): boolean {
    this.#open = this.#wanted ?? (widthPx >= OPEN_WIDTH_PX && peers.length >= OPEN_PEERS);
    return this.#open;
  }

  close(): void {
    this.#wanted = null;
  }

  readonly toggle = async (): Promise<void> => {
    this.#wanted = !this.#open;
    this.#host.requestUpdate();
    await this.#host.updateComplete;
    this.#host.renderRoot
      .querySelector<HTMLElement>(this.#wanted ? '.sheet' : '.people-button')
      ?.focus();
  };

  render(scene: Scene, leave: () => void): TemplateResult {
    const { room, roomName, language, peers, wide } = scene;
    const n = peers.length + 1;
    const title = room.capacity
      ? language.say('peopleOf', { n, of: room.capacity })
      : language.say('peopleTitle', { n });
    return html`<div
      class="scrim"
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
          ${iconButton('x', language.say('close'), () => void this.toggle())}
        </div>
        <div class="body">
          <ul class="people">
            ${room.self ? this.#person(room.self, html`<span class="clip">${language.say('you')}</span>`) : nothing}
            ${peers.map((peer) => this.#person(peer, linkWords(peer.link, language)))}
          </ul>
          <hr />
          <div class="field">
            <span class="label">${language.show('invitation', { room: roomName })}</span>
            ${this.#invitation.render(language)}
          </div>
          <button class="button leave wide" @click=${leave}>
            ${icon('leave')}${language.say('leaveRoom')}
          </button>
        </div>
      </div>
    </div>`;
  }

  #person(
    person: { readonly id: string; readonly name: string },
    words: TemplateResult,
  ): TemplateResult {
    return html`<li>
      ${face(person)}
      <div class="words">
        <span class="name clip"><bdi>${person.name}</bdi></span
        ><span class="sub">${words}</span>
      </div>
    </li>`;
  }
}
