import type { LitElement, ReactiveController } from 'lit';

/** How wide the host is, where that changes roles and focus, which CSS cannot. Draws the host only at those steps. */
export class WidthController implements ReactiveController {
  /** What is opened stands beside the log; the same number as in the styles. */
  wide = false;
  /** Wide enough that the panel of people is open at first. */
  widest = false;
  readonly #host: LitElement;
  #observer: ResizeObserver | undefined;

  constructor(host: LitElement) {
    this.#host = host;
    host.addController(this);
  }

  hostConnected(): void {
    this.#observer = new ResizeObserver(() => this.#measure());
    this.#observer.observe(this.#host);
    this.#measure();
  }

  hostDisconnected(): void {
    this.#observer?.disconnect();
  }

  #measure(): void {
    const { clientWidth } = this.#host;
    const [wide, widest] = [clientWidth >= 720, clientWidth >= 1_080];
    if (wide !== this.wide || widest !== this.widest) this.#host.requestUpdate();
    [this.wide, this.widest] = [wide, widest];
  }
}
