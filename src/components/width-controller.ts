import type { LitElement, ReactiveController } from 'lit';

/** From here on what is opened stands beside the log; the same number as in the styles. */
const WIDE_PX = 720;
const STEPS_PX = [WIDE_PX, 1_080];

/** How wide the host is, where that changes roles and focus, which CSS cannot. Draws the host only at those steps. */
export class WidthController implements ReactiveController {
  px = 0;
  readonly #host: LitElement;
  #observer: ResizeObserver | undefined;

  constructor(host: LitElement) {
    this.#host = host;
    host.addController(this);
  }

  get wide(): boolean {
    return this.px >= WIDE_PX;
  }

  hostConnected(): void {
    this.#observer = new ResizeObserver(([entry]) => this.#set(entry!.contentRect.width));
    this.#observer.observe(this.#host);
    this.#set(this.#host.clientWidth);
  }

  hostDisconnected(): void {
    this.#observer?.disconnect();
  }

  #set(px: number): void {
    const steps = (width: number) => STEPS_PX.filter((step) => width >= step).length;
    const changed = steps(px) !== steps(this.px);
    this.px = px;
    if (changed) this.#host.requestUpdate();
  }
}
