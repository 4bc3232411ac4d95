/** What stands in the page's title, and whose it is; the newest is shown. A page has one title for all its elements. */
const signs: { readonly owner: object; readonly words: string }[] = [];
/** The page's own title, as it was written; null where it had none. */
let own: string | null = null;
let shown = '';

const titleElement = (): HTMLTitleElement | null => document.head.querySelector('title');

/**
 * Words before the page's title while something waits there. The last one to take its words away gives the title back as
 * it was; one that the page has set meanwhile is left alone.
 */
export class TitleSign {
  /** May be called again with the same words. */
  show(words: string): void {
    if (signs.some((sign) => sign.owner === this && sign.words === words)) return;
    if (signs.length === 0) own = titleElement()?.textContent ?? null;
    this.#remove();
    signs.push({ owner: this, words });
    draw();
  }

  hide(): void {
    if (this.#remove()) draw();
  }

  #remove(): boolean {
    const at = signs.findIndex(({ owner }) => owner === this);
    if (at >= 0) signs.splice(at, 1);
    return at >= 0;
  }
}

function draw(): void {
  const newest = signs.at(-1);
  const before = titleElement();
  if (shown && document.title !== shown) {
    // The page has another title by now.
    own = before?.textContent ?? null;
  }
  if (newest) {
    document.title = own?.trim() ? `${newest.words} · ${own.trim()}` : newest.words;
    shown = document.title;
    return;
  }
  shown = '';
  if (own === null) before?.remove();
  else if (before && before.textContent !== own) before.textContent = own;
}
