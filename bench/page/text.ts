/** A message of so many bytes that says its number. */
export const textOf = (number: number, bytes: number): string =>
  `${number} `.padEnd(bytes, 'abcdefghijklmnopqrstuvwxyz ');

/** This node and every open shadow root below it. */
export function rootsUnder(node: Element | ShadowRoot): readonly Node[] {
  const below = Array.from(node.querySelectorAll('*'), ({ shadowRoot }) => shadowRoot);
  return [node, ...below.flatMap((root) => (root ? rootsUnder(root) : []))];
}

/** The text of a node and of all open shadow trees below it. */
export const textUnder = (node: Element): string =>
  rootsUnder(node)
    .map(({ textContent }) => textContent ?? '')
    .join('\n');
