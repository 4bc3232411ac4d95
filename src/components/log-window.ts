import type { Message } from '../rtc/message.ts';

/** Rows put in at a time, and the most that stand in the document: more than a tall screen shows, few enough to lay out
 * within a frame. */
export const PAGE_ROWS = 200;
export const MAX_ROWS = 600;

/**
 * Which of the messages stand in the document: `start` to before `end`. Follows its rows when messages are added or
 * dropped before them; keeps to the newest while asked to.
 */
export class LogWindow {
  start = 0;
  end = 0;
  #messages: readonly Message[] = [];

  get length(): number {
    return this.#messages.length;
  }

  /** All messages stand in the document. */
  get whole(): boolean {
    return this.start === 0 && this.atEnd;
  }

  get atEnd(): boolean {
    return this.end === this.#messages.length;
  }

  /** Takes the messages as they are now. `pinned`: the newest are to be shown, and not more than a page of them. */
  follow(messages: readonly Message[], pinned: boolean): void {
    const before = this.#messages;
    if (messages !== before && pinned) this.#messages = messages;
    else if (messages !== before) {
      const { start, end } = this;
      const wasAtEnd = this.atEnd;
      this.#messages = messages;
      const first = before[start];
      // Rows dropped from the top take the window with them; `start` is then the oldest that is left.
      const moved =
        first && messages[start]?.id !== first.id
          ? messages.findIndex(({ id }) => id === first.id)
          : start;
      this.start = Math.max(0, moved);
      this.end = Math.min(
        messages.length,
        wasAtEnd ? this.start + MAX_ROWS : this.start + end - start,
      );
    }
    if (pinned) {
      this.end = messages.length;
      this.start = Math.max(0, this.end - PAGE_ROWS);
    }
  }

  /** Puts in a page of older rows, and takes newer ones away where there are too many. Whether anything changed. */
  older(): boolean {
    if (this.start === 0) return false;
    this.start = Math.max(0, this.start - PAGE_ROWS);
    this.end = Math.min(this.end, this.start + MAX_ROWS);
    return true;
  }

  newer(): boolean {
    if (this.atEnd) return false;
    this.end = Math.min(this.length, this.end + PAGE_ROWS);
    this.start = Math.max(this.start, this.end - MAX_ROWS);
    return true;
  }

  /** Makes sure that the message at `index` stands in the document. */
  include(index: number): void {
    if (index >= this.start && index < this.end) return;
    this.start = Math.max(0, index - PAGE_ROWS / 2);
    this.end = Math.min(this.length, index + PAGE_ROWS / 2);
  }
}
