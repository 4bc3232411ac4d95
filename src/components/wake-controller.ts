import type { ReactiveController, ReactiveControllerHost } from 'lit';

/**
 * Renders its host again when something that was drawn stops being true by time alone: a countdown, a grace, "Today".
 * Holds at most one timer, for the earliest moment asked for, and none while the host is disconnected.
 */
export class WakeController implements ReactiveController {
  readonly #host: ReactiveControllerHost;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #at = Infinity;

  constructor(host: ReactiveControllerHost) {
    this.#host = host;
    host.addController(this);
  }

  /** Whether `atMs` (since the epoch) has passed; if not, the host renders again then. */
  passed(atMs: number): boolean {
    const waitMs = atMs - Date.now();
    if (waitMs <= 0) return true;
    if (atMs < this.#at) {
      clearTimeout(this.#timer);
      this.#at = atMs;
      this.#timer = setTimeout(() => {
        this.#at = Infinity;
        this.#host.requestUpdate();
      }, waitMs);
    }
    return false;
  }

  hostDisconnected(): void {
    clearTimeout(this.#timer);
    this.#at = Infinity;
  }

  hostConnected(): void {
    this.#host.requestUpdate();
  }
}
