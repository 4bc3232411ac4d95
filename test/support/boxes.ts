/** What is drawn of these, by a name that tells which one it is. */
function boxesOf(root: ParentNode, selector: string): [name: string, box: DOMRect][] {
  return [...root.querySelectorAll<HTMLElement>(selector)]
    .filter((one) => one.checkVisibility({ visibilityProperty: true }))
    .map((one) => {
      const name = one.getAttribute('aria-label') ?? one.textContent.replace(/\s+/gu, ' ').trim();
      return [`${one.className} “${name}”`, one.getBoundingClientRect()];
    });
}

/** A pixel is lost to rounding. */
const SLACK_PX = 1;

const isWithin = (inner: DOMRect, outer: DOMRect): boolean =>
  inner.left >= outer.left - SLACK_PX &&
  inner.right <= outer.right + SLACK_PX &&
  inner.top >= outer.top - SLACK_PX &&
  inner.bottom <= outer.bottom + SLACK_PX;

const meet = (a: DOMRect, b: DOMRect): boolean =>
  Math.min(a.right, b.right) - Math.max(a.left, b.left) > SLACK_PX &&
  Math.min(a.bottom, b.bottom) - Math.max(a.top, b.top) > SLACK_PX;

/** What sticks out of `outer`; empty where all is well. */
export function sticksOut(root: ParentNode, selector: string, outer: DOMRect): string[] {
  return boxesOf(root, selector)
    .filter(([, box]) => !isWithin(box, outer))
    .map(([name, box]) => `${name} ${shape(box)} of ${shape(outer)}`);
}

/** What lies on something else of the same kind; empty where all is well. */
export function overlaps(root: ParentNode, selector: string): string[] {
  const boxes = boxesOf(root, selector);
  return boxes.flatMap(([name, box], i) =>
    boxes
      .slice(i + 1)
      .filter(([, other]) => meet(box, other))
      .map(([other]) => `${name} and ${other}`),
  );
}

const shape = ({ left, top, width, height }: DOMRect): string =>
  [left, top, width, height].map(Math.round).join(' ');
