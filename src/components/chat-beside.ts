import type { CallActions } from './call-actions.ts';
import type { PeoplePanel } from './people-panel.ts';
import type { Scene } from './scene.ts';

/** Whether the chat is in sight during a call: beside the stage, or beneath it; and what has come since it was. */
export class ChatBeside {
  readonly #actions: CallActions;
  #shown = false;
  /** A sheet or a question lies over everything. */
  #covered = false;
  #toggle: () => void = () => {};
  /** The newest message when it was last in sight; undefined before the first look. */
  #readId: string | undefined;

  constructor(actions: CallActions) {
    this.#actions = actions;
  }

  get shown(): boolean {
    return this.#shown;
  }

  get covered(): boolean {
    return this.#covered;
  }

  readonly toggle = (): void => this.#toggle();

  /** As at the beginning of a call: the width decides. */
  reset(): void {
    this.#actions.chatOpen = null;
    this.#readId = undefined;
  }

  /** What is opened covers everything on a narrow element, and on a wide one the chat alone. */
  look(scene: Scene, panel: PeoplePanel): void {
    const actions = this.#actions;
    const { wide } = scene;
    const open = panel.isOpen(scene, true) || actions.devicesOpen;
    this.#covered = panel.asks(scene) || (open && !wide);
    this.#shown = (actions.chatOpen ?? wide) && !(open && wide);
    this.#toggle = () => {
      if (open && wide) {
        panel.close();
        actions.showDevices(false);
      }
      actions.toggleChat(this.#shown);
    };
  }

  /** How many messages of others have come since it was in sight. */
  unread({ messages }: Scene): number {
    if (this.#shown || this.#readId === undefined) {
      this.#readId = messages.at(-1)?.id ?? '';
      return 0;
    }
    const read = messages.findLastIndex(({ id }) => id === this.#readId);
    return messages.slice(read + 1).filter(({ own }) => !own).length;
  }
}
