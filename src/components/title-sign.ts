/** What stands before the page's title, by whose it is; the newest is shown. A page has one title for all its elements. */
const signs = new Map<object, string>();
/** The page's own title. */
let own = '';
let shown = '';

/**
 * Words before the page's title while something waits there. The last one to take its words away gives the title back as
 * it was; one that the page has set meanwhile is left alone.
 */
export class TitleSign {
  /** May be called again with the same words. */
  show(words: string): void {
    if (signs.get(this) === words) return;
    if (signs.size === 0) own = document.title;
    signs.delete(this);
    signs.set(this, words);
    draw();
  }

  hide(): void {
    if (signs.delete(this)) draw();
  }
}

function draw(): void {
  // The page has another title by now.
  if (shown && document.title !== shown) own = document.title;
  const newest = [...signs.values()].at(-1);
  document.title = [newest, own].filter(Boolean).join(' · ');
  shown = newest ? document.title : '';
}
