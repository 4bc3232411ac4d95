import { render, type TemplateResult } from 'lit';
import type { Row } from './log-rows.ts';

/** The rows that stand in the document. Each has an element of its own for as long as its message is shown. */
export class RowList {
  readonly element: HTMLElement = document.createElement('div');
  readonly #elements = new Map<string, HTMLElement>();
  #drawnFrom: readonly unknown[] = [];

  /** Draws what `rows` gives with `template`, unless all of `from` is as it was the last time. */
  draw(
    from: readonly unknown[],
    rows: () => readonly Row[],
    template: (row: Row) => TemplateResult,
  ): void {
    const drawnFrom = this.#drawnFrom;
    if (from.every((value, i) => i in drawnFrom && value === drawnFrom[i])) return;
    this.#drawnFrom = from;
    const now = rows();
    const ids = new Set(now.map(({ message }) => message.id));
    for (const [id, element] of this.#elements) {
      if (ids.has(id)) continue;
      element.remove();
      this.#elements.delete(id);
    }
    let next = this.element.firstElementChild;
    for (const row of now) {
      const { id } = row.message;
      const element = this.#elements.get(id) ?? document.createElement('div');
      this.#elements.set(id, element);
      render(template(row), element);
      if (element === next) next = next.nextElementSibling;
      else this.element.insertBefore(element, next);
    }
  }
}
