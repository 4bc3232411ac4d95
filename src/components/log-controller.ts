import type { LitElement, ReactiveController } from 'lit';
import type { ChatRoom } from '../rtc/chat-room.ts';
import type { Message } from '../rtc/message.ts';
import { LogWindow } from './log-window.ts';

/** So near to its end, the log stays there through everything new. */
const END_PX = 48;
/** What the line "New messages" takes above its message. */
const NEW_LINE_PX = 48;

/** A message, and how far under the upper edge of the log it is to stand; in the middle where that is left out. */
interface Place {
  readonly id: string;
  readonly topPx: number | undefined;
}

/**
 * Where the reader is in the log: at its end, or at a place that is kept through whatever changes around it. Counts what
 * has come meanwhile, and tells the room what has been seen.
 */
export class LogController implements ReactiveController {
  readonly window = new LogWindow();
  /** The log is held at its end. */
  atEnd = true;
  /** Older rows are being put in: not to be spoken as news. */
  busy = true;
  /** Messages of others that have come since the reader left the end. */
  unread = 0;
  /** The first of them; the line "New messages" stands above it, also when they have been read. */
  newLineId: string | null = null;
  /** Messages sent since then are new on the screen and may fade in. */
  openedAtMs = Infinity;

  readonly #host: LitElement;
  readonly #room: () => ChatRoom | null;
  #log: HTMLElement | null = null;
  /** What is to be shown, and what is kept where it is on the screen while rows around it change. */
  #target: Place | null = null;
  #anchor: Place | null = null;
  #seenId = '';
  #onScreen = false;
  /** Where we have left the log, to tell a reader's scrolling from a change of its height. */
  #leftAtPx = 0;
  #resizes: ResizeObserver | undefined;
  #sights: IntersectionObserver | undefined;

  constructor(host: LitElement, room: () => ChatRoom | null) {
    this.#host = host;
    this.#room = room;
    host.addController(this);
  }

  /** Counts a message of another that the reader cannot see from where he is. */
  noteMessage({ id, own }: Message): void {
    if (own || this.atEnd) return;
    if (this.unread++ === 0) this.newLineId = id;
  }

  /** Goes to the newest and stays there. */
  toEnd(): void {
    this.atEnd = true;
    this.unread = 0;
    this.#host.requestUpdate();
  }

  /** Goes to the line "New messages", or to the newest where there is none. */
  readonly toNew = (): void => {
    const index = this.#room()?.messages.findIndex(({ id }) => id === this.newLineId) ?? -1;
    if (this.unread && index >= 0) this.toMessage(this.newLineId!, index, NEW_LINE_PX);
    else this.toEnd();
    this.unread = 0;
    this.#log?.focus({ preventScroll: true });
  };

  /** Brings the message at `index` to `topPx` under the upper edge of the log, or into its middle. */
  toMessage(id: string, index: number, topPx?: number): void {
    this.atEnd = false;
    this.window.include(index);
    this.#target = { id, topPx };
    this.#quietly();
  }

  hostConnected(): void {
    document.addEventListener('visibilitychange', this.#noteSeen);
    this.#resizes = new ResizeObserver(() => this.#hold());
    this.#sights = new IntersectionObserver((entries) => {
      this.#onScreen = entries.at(-1)!.isIntersecting;
      this.#noteSeen();
    });
  }

  hostDisconnected(): void {
    document.removeEventListener('visibilitychange', this.#noteSeen);
    this.#resizes?.disconnect();
    this.#sights?.disconnect();
    this.#log = null;
  }

  hostUpdate(): void {
    const log = this.#log;
    if (!log) return;
    this.#noteLeaving(log);
    this.#anchor = this.atEnd ? null : topmost(log);
  }

  hostUpdated(): void {
    const log = this.#host.renderRoot.querySelector<HTMLElement>('.log');
    if (log !== this.#log) this.#attach(log);
    if (!log) return;
    this.#hold();
    // Older ones may have been read since the reader came to the top.
    if (!this.atEnd && log.scrollTop < log.clientHeight && this.window.older()) this.#quietly();
    this.#noteSeen();
  }

  /** A reader who has scrolled up is believed before his scroll event has come: else a new message pulls him back. */
  #noteLeaving(log: HTMLElement): void {
    if (this.atEnd && log.scrollTop < this.#leftAtPx && belowOf(log) > END_PX) this.atEnd = false;
  }

  /** For the log's scroll event. */
  readonly handleScroll = (): void => {
    const log = this.#log;
    if (!log) return;
    const below = belowOf(log);
    const atEnd = below <= END_PX && this.window.atEnd;
    this.#leftAtPx = log.scrollTop;
    if (atEnd !== this.atEnd) {
      this.atEnd = atEnd;
      if (atEnd) this.unread = 0;
      this.#host.requestUpdate();
    }
    if (
      log.scrollTop < log.clientHeight
        ? this.window.older()
        : below < log.clientHeight && this.window.newer()
    ) {
      this.#quietly();
    }
    this.#noteSeen();
  };

  /** Draws rows that are no news. */
  #quietly(): void {
    this.busy = true;
    this.#host.requestUpdate();
  }

  #attach(log: HTMLElement | null): void {
    this.#resizes?.disconnect();
    this.#sights?.disconnect();
    this.#log = log;
    this.openedAtMs = log ? Date.now() : Infinity;
    this.#leftAtPx = 0;
    if (log) {
      this.#resizes?.observe(log);
      this.#resizes?.observe(log.firstElementChild!);
      this.#sights?.observe(log);
      return;
    }
    // As if it had never been opened.
    this.atEnd = this.busy = true;
    this.unread = 0;
    this.newLineId = null;
    this.#seenId = '';
  }

  /** Puts the log where it should be: at its end, at what was asked for, or where the reader was. */
  #hold(): void {
    const log = this.#log;
    if (!log) return;
    this.#noteLeaving(log);
    const place = this.#target ?? this.#anchor;
    const row = place && log.querySelector(`[data-id="${CSS.escape(place.id)}"]`);
    if (row) {
      const { top, height } = row.getBoundingClientRect();
      const middle = Math.max(0, (log.clientHeight - height) / 2);
      log.scrollTop += top - log.getBoundingClientRect().top - (place.topPx ?? middle);
    } else if (this.atEnd) {
      log.scrollTop = log.scrollHeight;
    }
    // Also where nothing had to be scrolled: it may be the end.
    if (this.#target) queueMicrotask(this.handleScroll);
    this.#target = this.#anchor = null;
    this.#leftAtPx = log.scrollTop;
    if (this.busy) {
      requestAnimationFrame(() => {
        this.busy = false;
        this.#host.requestUpdate();
      });
    }
  }

  /** Tells the room about the newest message that has been on a visible screen. */
  readonly #noteSeen = (): void => {
    const log = this.#log;
    const room = this.#room();
    if (!log || !room || !this.#onScreen || document.visibilityState !== 'visible') return;
    const { messages } = room;
    let index = messages.length - 1;
    if (!this.atEnd)
      index = this.window.start + firstBelow(rowsIn(log), log.getBoundingClientRect().bottom) - 1;
    while (messages[index]?.own) index--;
    const id = messages[index]?.id;
    if (!id || id === this.#seenId) return;
    this.#seenId = id;
    room.markSeen(id);
  };
}

const rowsIn = (log: HTMLElement) => [...log.querySelectorAll<HTMLElement>('.row')];
const belowOf = (log: HTMLElement) => log.scrollHeight - log.clientHeight - log.scrollTop;

/** The first row in view, and where it is. */
function topmost(log: HTMLElement): Place | null {
  const { top } = log.getBoundingClientRect();
  const rows = rowsIn(log);
  const row = rows[firstBelow(rows, top)];
  return row ? { id: row.dataset['id']!, topPx: row.getBoundingClientRect().top - top } : null;
}

/** The index of the first row that ends below `y`; their number where none does. */
function firstBelow(rows: readonly HTMLElement[], y: number): number {
  const index = rows.findIndex((row) => row.getBoundingClientRect().bottom > y);
  return index < 0 ? rows.length : index;
}
