import type { LitElement, ReactiveController } from 'lit';
import type { PictureSize } from '../rtc/picture-limits.ts';
import type { Picture, ShownSizes } from '../rtc/sending.ts';
import { isApart } from './screenful.ts';

/** There is none to be seen. */
const NONE: PictureSize = [0, 0];

/**
 * The media elements of a call: empties those that have gone, so that nothing holds a stream, and tells at what size each
 * picture is shown, so that nobody sends more than can be seen. Watches as long as there is a picture.
 */
export class Pictures implements ReactiveController {
  readonly #host: LitElement;
  readonly #tell: (id: string, shown: ShownSizes) => void;
  readonly #seen = new Set<Element>();
  readonly #told = new Map<string, string>();
  #elements: ReadonlySet<HTMLMediaElement> = new Set();
  #resizes: ResizeObserver | null = null;
  #views: IntersectionObserver | null = null;
  /** Everybody in the call, those without a picture too. */
  people: readonly string[] = [];

  constructor(host: LitElement, tell: (id: string, shown: ShownSizes) => void) {
    this.#host = host;
    this.#tell = tell;
    host.addController(this);
  }

  hostUpdated(): void {
    // Whoever is being removed draws no more: nothing is to be left playing.
    const elements = new Set(
      this.#host.isConnected
        ? this.#host.renderRoot.querySelectorAll<HTMLMediaElement>('.call-media')
        : [],
    );
    for (const element of this.#elements) if (!elements.has(element)) this.#drop(element);
    if (elements.size > 0) this.#watch();
    for (const element of elements) if (!this.#elements.has(element)) this.#take(element);
    this.#elements = elements;
    if (elements.size === 0) this.#rest();
    this.#measure();
  }

  hostDisconnected(): void {
    // A move within the document ends in one task; what is still gone afterwards is.
    queueMicrotask(() => {
      if (!this.#host.isConnected) this.hostUpdated();
    });
  }

  #watch(): void {
    if (this.#resizes) return;
    this.#resizes = new ResizeObserver(this.#measure);
    this.#views = new IntersectionObserver((entries) => {
      for (const { target, isIntersecting } of entries)
        if (isIntersecting) this.#seen.add(target);
        else this.#seen.delete(target);
      this.#measure();
    });
    document.addEventListener('visibilitychange', this.#measure);
  }

  #rest(): void {
    this.#resizes?.disconnect();
    this.#views?.disconnect();
    this.#resizes = this.#views = null;
    this.#seen.clear();
    document.removeEventListener('visibilitychange', this.#measure);
    if (this.people.length === 0) this.#told.clear();
  }

  #take(element: HTMLMediaElement): void {
    if (!(element instanceof HTMLVideoElement)) return;
    this.#resizes?.observe(element);
    this.#views?.observe(element);
  }

  #drop(element: HTMLMediaElement): void {
    this.#resizes?.unobserve(element);
    this.#views?.unobserve(element);
    this.#seen.delete(element);
    element.srcObject = null;
  }

  readonly #measure = (): void => {
    for (const id of this.people) {
      const shown = { camera: this.#sizeOf(id, 'camera'), screen: this.#sizeOf(id, 'screen') };
      const key = JSON.stringify(shown);
      if (this.#told.get(id) === key) continue;
      this.#told.set(id, key);
      this.#tell(id, shown);
    }
  };

  #sizeOf(id: string, kind: Picture): PictureSize {
    for (const element of this.#elements) {
      const { dataset } = element;
      if (dataset['of'] !== id || dataset['kind'] !== kind) continue;
      // In a window of its own it is seen whatever becomes of the page.
      const apart = isApart(element);
      if (!apart && (document.hidden || !this.#seen.has(element))) return NONE;
      const { clientWidth, clientHeight } = element;
      const scale = devicePixelRatio;
      return [Math.round(clientWidth * scale), Math.round(clientHeight * scale)];
    }
    return NONE;
  }
}
