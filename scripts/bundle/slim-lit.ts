import type { Plugin } from 'vite';

/**
 * Leaves out of Lit what is for browsers without `adoptedStyleSheets`: every browser that understands our styles
 * (`light-dark()`, container queries) has them. Does for the others exactly what the original does. 0.4 kB gzip.
 */
export function slimLit(): Plugin {
  return {
    name: 'rtc-chat-slim-lit',
    enforce: 'pre',
    load: {
      filter: { id: /@lit\/reactive-element\/css-tag\.js$/ },
      handler: () => cssTag,
    },
  };
}

/** css-tag.js of @lit/reactive-element 2.1, for templates without expressions. */
const cssTag = `class CSSResult {
  #sheet;
  constructor(cssText) {
    this.cssText = cssText;
  }
  get styleSheet() {
    if (!this.#sheet) {
      this.#sheet = new CSSStyleSheet();
      this.#sheet.replaceSync(this.cssText);
    }
    return this.#sheet;
  }
}
export const css = ([cssText]) => new CSSResult(cssText);
export const unsafeCSS = (cssText) => new CSSResult(cssText);
export const supportsAdoptingStyleSheets = true;
export const getCompatibleStyle = (style) => style;
export const adoptStyles = (root, styles) => {
  root.adoptedStyleSheets = styles.map((style) => style.styleSheet ?? style);
};
export { CSSResult };`;
