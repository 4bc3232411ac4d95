import { html, type LitElement, nothing, type TemplateResult } from 'lit';
import { Composer } from './composer.ts';
import type { CallPart } from './call-part.ts';
import type { CallRegions } from './call-regions.ts';
import { ClearHistory } from './clear-history.ts';
import { emptyCard } from './empty-card.ts';
import { FindBar } from './find-bar.ts';
import { header } from './header.ts';
import { Invitation } from './invitation.ts';
import { log, pill, typing } from './log.ts';
import { LogController } from './log-controller.ts';
import { Notice } from './notice.ts';
import { PeoplePanel } from './people-panel.ts';
import type { RoomController } from './room-controller.ts';
import { RowList } from './row-list.ts';
import { type Scene, sceneOf, type Surroundings } from './scene.ts';

/** What people see while they are in a room, and what of it outlives leaving and coming back: the draft above all. */
export class Conversation {
  readonly log: LogController;
  readonly composer: Composer;
  readonly #host: LitElement;
  readonly #rooms: RoomController;
  readonly #calls: CallPart;
  readonly #invitation: Invitation;
  readonly #find: FindBar;
  readonly #notice: Notice;
  readonly #panel: PeoplePanel;
  readonly #rows = new RowList();

  constructor(host: LitElement, rooms: RoomController, calls: CallPart) {
    this.#host = host;
    this.#rooms = rooms;
    this.#calls = calls;
    this.log = new LogController(host, () => rooms.room);
    this.composer = new Composer(host, () => this.log.toEnd());
    this.#invitation = new Invitation(host);
    this.#find = new FindBar(host, this.log);
    this.#notice = new Notice(host, this.#invitation);
    this.#panel = new PeoplePanel(host, this.#invitation, new ClearHistory(host, rooms.report));
  }

  /** What was opened is closed when the conversation ends. */
  close(): void {
    this.#panel.close();
    if (this.#find.open) this.#find.toggle();
  }

  readonly #handleKey = (event: KeyboardEvent): void => {
    if (event.key === 'Escape' && !event.isComposing && this.#escape()) event.stopPropagation();
    // The browser's own search does not see what is not in the document; where all of it is, it does better.
    if (event.key === 'f' && (event.ctrlKey || event.metaKey) && !this.log.window.whole) {
      event.preventDefault();
      if (!this.#find.open) this.#find.toggle();
    }
  };

  /** Closes what is open on top. Whether there was something. */
  #escape(): boolean {
    if (this.#calls.view?.escape()) return true;
    const sheet = this.#host.renderRoot.querySelector('.sheet');
    if (sheet?.matches('[role=dialog], :focus-within')) this.#panel.toggle();
    else if (this.#find.open) this.#find.toggle();
    else return false;
    return true;
  }

  render(surroundings: Surroundings): TemplateResult {
    const scene = sceneOf(this.#rooms, surroundings);
    const call = this.#calls.view?.render(scene, this.#panel);
    const open = this.#panel.isOpen(scene, call?.look);
    const asked = this.#panel.asks(scene);
    // What is asked over the panel is answered before anything takes its place.
    const sheet = (!asked && call?.sheet) || (open && this.#panel.render(scene, call));
    return html`<div
      class="frame ${sheet ? 'aside' : ''} ${call?.look}"
      part="frame"
      @keydown=${this.#handleKey}
    >
      ${call?.stage}
      <div class="talk" ?inert=${call?.dialog || asked || (sheet && !scene.wide)}>
        ${this.#talk(scene, open, call)}
      </div>
      ${sheet || nothing} ${call?.dialog}
    </div>`;
  }

  #talk(scene: Scene, panelOpen: boolean, call?: CallRegions): TemplateResult {
    const { log: controller, composer } = this;
    const find = this.#find;
    const none = !scene.messages.length && !call?.after;
    // The find bar looks at the messages first: the log marks what it finds.
    const findBar = find.open ? find.render(scene) : nothing;
    return html`
      ${header(scene, {
        finding: find.open,
        panelOpen,
        toggleFind: find.toggle,
        togglePanel: this.#panel.toggle,
      })}
      ${
        none && (scene.unreachable.length || (scene.trouble && !scene.peers.length))
          ? nothing
          : this.#notice.render(scene)
      }
      ${call?.strip} ${findBar}
      ${log(scene, {
        controller,
        rows: this.#rows,
        needle: find.needle,
        hitId: find.hitId,
        resend: ({ text }) => void composer.send(scene.room, text),
        edit: ({ text }) => composer.edit(text),
        after: call?.after,
      })}
      ${none ? html`<div class="page"><slot name="empty">${emptyCard(scene, this.#invitation)}</slot></div>` : nothing}
      <div class="foot">
        ${controller.atEnd ? typing(scene) : pill(scene, controller)} ${composer.render(scene)}
      </div>
    `;
  }
}
