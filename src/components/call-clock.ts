import type { LitElement, ReactiveController } from 'lit';

/** 4:12, 1:04:12. */
export function durationOf(ms: number): string {
  const seconds = Math.max(0, Math.floor(ms / 1_000));
  const two = (n: number): string => String(n).padStart(2, '0');
  const hours = Math.floor(seconds / 3_600);
  const rest = `${two(Math.floor(seconds / 60) % 60)}:${two(seconds % 60)}`;
  return hours ? `${hours}:${rest}` : rest;
}

/**
 * Writes how long a call has lasted into each `.call-time`, once a second and past the host: drawing everything for two
 * figures would be too much. Ticks only while there is one.
 */
export class CallClock implements ReactiveController {
  readonly #host: LitElement;
  #timer: ReturnType<typeof setTimeout> | undefined;
  since: Date | null = null;

  constructor(host: LitElement) {
    this.#host = host;
    host.addController(this);
  }

  hostUpdated(): void {
    this.#tick();
  }

  hostDisconnected(): void {
    clearTimeout(this.#timer);
  }

  readonly #tick = (): void => {
    clearTimeout(this.#timer);
    const places = this.#host.renderRoot.querySelectorAll('.call-time');
    if (places.length === 0 || !this.since || !this.#host.isConnected) return;
    const ms = Date.now() - this.since.getTime();
    for (const place of places) place.textContent = durationOf(ms);
    this.#timer = setTimeout(this.#tick, 1_000 - (Math.max(0, ms) % 1_000));
  };
}
