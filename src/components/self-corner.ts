import { html, type LitElement, type TemplateResult } from 'lit';
import type { CallWords } from './call-words.ts';

/** Less is a press, not a drag. */
const DRAG_PX = 6;

/** The corner in which our own picture stands: moved by a finger, a mouse or the arrow keys. */
export class SelfCorner {
  readonly #host: LitElement;
  /** Towards the end of the line, and of the page: where it covers least, at first. */
  #end = true;
  #below = true;
  #grip: { readonly id: number; readonly x: number; readonly y: number; moved: boolean } | null =
    null;

  constructor(host: LitElement) {
    this.#host = host;
  }

  /** Class names that say where it is. */
  get place(): string {
    return `${this.#below ? 'below' : 'above'} ${this.#end ? 'at-end' : 'at-start'}`;
  }

  /** As at the beginning of a call. */
  reset(): void {
    this.#end = this.#below = true;
    this.#grip = null;
  }

  /** What is taken hold of; covers the picture. */
  render(words: CallWords): TemplateResult {
    const name = words.say('moveSelf');
    return html`<button
      class="grip"
      aria-label=${name}
      title=${name}
      @keydown=${this.#key}
      @click=${this.#press}
      @pointerdown=${this.#take}
      @pointermove=${this.#drag}
      @pointerup=${this.#release}
      @pointercancel=${this.#cancel}
    ></button>`;
  }

  #move(end: boolean, below: boolean): void {
    this.#end = end;
    this.#below = below;
    this.#host.requestUpdate();
  }

  #isRightToLeft(target: EventTarget | null): boolean {
    return getComputedStyle(target as Element).direction === 'rtl';
  }

  readonly #key = (event: KeyboardEvent): void => {
    const { key, target } = event;
    if (key === 'ArrowUp' || key === 'ArrowDown') this.#move(this.#end, key === 'ArrowDown');
    else if (key === 'ArrowLeft' || key === 'ArrowRight')
      this.#move((key === 'ArrowRight') !== this.#isRightToLeft(target), this.#below);
    else return;
    event.preventDefault();
  };

  /** On to the next corner, around the stage. */
  readonly #press = (event: MouseEvent): void => {
    const dragged = this.#grip?.moved;
    this.#grip = null;
    // A drag ends with a click as well; the keyboard's click has no count.
    if (dragged && event.detail > 0) return;
    this.#move(!this.#below, this.#end);
  };

  readonly #take = (event: PointerEvent): void => {
    if (event.button !== 0) return;
    const { pointerId, clientX: x, clientY: y, currentTarget } = event;
    (currentTarget as Element).setPointerCapture(pointerId);
    this.#grip = { id: pointerId, x, y, moved: false };
  };

  readonly #drag = (event: PointerEvent): void => {
    const grip = this.#grip;
    if (grip?.id !== event.pointerId) return;
    const [dx, dy] = [event.clientX - grip.x, event.clientY - grip.y];
    grip.moved ||= Math.hypot(dx, dy) > DRAG_PX;
    if (grip.moved) tileOf(event).style.translate = `${dx}px ${dy}px`;
  };

  readonly #release = (event: PointerEvent): void => {
    const grip = this.#grip;
    if (grip?.id !== event.pointerId) return;
    const tile = tileOf(event);
    const own = tile.getBoundingClientRect();
    tile.style.translate = '';
    if (!grip.moved) return;
    const all = tile.parentElement!.getBoundingClientRect();
    const right = own.x + own.width / 2 > all.x + all.width / 2;
    const below = own.y + own.height / 2 > all.y + all.height / 2;
    this.#move(right !== this.#isRightToLeft(tile), below);
  };

  readonly #cancel = (event: PointerEvent): void => {
    tileOf(event).style.translate = '';
    this.#grip = null;
  };
}

const tileOf = ({ currentTarget }: Event): HTMLElement =>
  (currentTarget as HTMLElement).parentElement!;
