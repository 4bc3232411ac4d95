import { html, type LitElement, nothing, type TemplateResult } from 'lit';
import { Composer } from './composer.ts';
import { emptyCard } from './empty-card.ts';
import { FindBar } from './find-bar.ts';
import { header } from './header.ts';
import { Invitation } from './invitation.ts';
import type { Language } from './language.ts';
import { log, pill, typing } from './log.ts';
import { LogController } from './log-controller.ts';
import { Notice } from './notice.ts';
import { PeoplePanel } from './people-panel.ts';
import type { RoomController } from './room-controller.ts';
import { type Scene, sceneOf } from './scene.ts';
import type { WakeController } from './wake-controller.ts';
import { WidthController } from './width-controller.ts';

export interface ConversationOptions {
  readonly roomName: string;
  /** The room was typed here, so the page's address alone does not lead to it. */
  readonly roomByHand: boolean;
  readonly language: Language;
  readonly leave: () => void;
}

/** What people see while they are in a room, and what of it outlives leaving and coming back: the draft above all. */
export class Conversation {
  readonly log: LogController;
  readonly composer: Composer;
  readonly #host: LitElement;
  readonly #rooms: RoomController;
  readonly #wake: WakeController;
  readonly #width: WidthController;
  readonly #invitation: Invitation;
  readonly #find: FindBar;
  readonly #notice: Notice;
  readonly #panel: PeoplePanel;

  constructor(host: LitElement, rooms: RoomController, wake: WakeController) {
    this.#host = host;
    this.#rooms = rooms;
    this.#wake = wake;
    this.#width = new WidthController(host);
    this.log = new LogController(host, () => rooms.room);
    this.composer = new Composer(host, () => this.log.toEnd());
    this.#invitation = new Invitation(host);
    this.#find = new FindBar(host, this.log);
    this.#notice = new Notice(host, this.#invitation);
    this.#panel = new PeoplePanel(host, this.#invitation);
  }

  /** What was opened is closed when the conversation ends. */
  close(): void {
    this.#panel.close();
    if (this.#find.open) void this.#find.toggle();
  }

  readonly #handleKey = (event: KeyboardEvent): void => {
    if (event.key === 'Escape' && !event.isComposing && this.#escape()) event.stopPropagation();
    const { window } = this.log;
    // The browser's own search does not see what is not in the document; where all of it is, it does better.
    if (
      event.key === 'f' &&
      (event.ctrlKey || event.metaKey) &&
      window.end - window.start < window.length
    ) {
      event.preventDefault();
      if (!this.#find.open) void this.#find.toggle();
    }
  };

  /** Closes what is open on top. Whether there was something. */
  #escape(): boolean {
    const sheet = this.#host.renderRoot.querySelector('.sheet');
    if (sheet && (!this.#width.wide || sheet.contains(this.#host.shadowRoot!.activeElement)))
      void this.#panel.toggle();
    else if (this.#find.open) void this.#find.toggle();
    else return false;
    return true;
  }

  render(options: ConversationOptions): TemplateResult {
    const { leave } = options;
    const scene = sceneOf(this.#rooms, { ...options, wake: this.#wake, wide: this.#width.wide });
    const open = this.#panel.isOpen(scene, this.#width.px);
    return html`<div class="frame ${open ? 'aside' : ''}" part="frame" @keydown=${this.#handleKey}>
      <div class="talk" ?inert=${open && !scene.wide}>${this.#talk(scene, options, open)}</div>
      ${open ? this.#panel.render(scene, leave) : nothing}
    </div>`;
  }

  #talk(
    scene: Scene,
    { roomByHand, leave }: ConversationOptions,
    panelOpen: boolean,
  ): TemplateResult {
    const { log: controller, composer } = this;
    const find = this.#find;
    const none = !scene.messages.length;
    // The find bar looks at the messages first: the log marks what it finds.
    const findBar = find.open ? find.render(scene) : nothing;
    const messages = log(scene, {
      controller,
      needle: find.needle,
      hitId: find.hitId,
      resend: ({ text }) => void composer.resend(scene.room, text),
    });
    const card = () => emptyCard(scene, { invitation: this.#invitation, roomByHand, leave });
    return html`
      ${header(scene, {
        finding: find.open,
        panelOpen,
        toggleFind: () => void find.toggle(),
        togglePanel: () => void this.#panel.toggle(),
      })}
      ${none && scene.unreachable.length ? nothing : this.#notice.render(scene)} ${findBar}
      ${messages}
      ${none ? html`<div class="page"><slot name="empty">${card()}</slot></div>` : nothing}
      <div class="foot">
        ${controller.atEnd ? typing(scene) : pill(scene, { unread: controller.unread, toNew: () => controller.toNew() })}
        ${composer.render(scene)}
      </div>
    `;
  }
}
