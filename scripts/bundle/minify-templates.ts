import { transform } from 'lightningcss';
import type { Plugin } from 'vite';

interface Quasi {
  readonly start: number;
  readonly end: number;
  readonly value: { readonly raw: string };
}

/**
 * Minifies what stands in our templates, which minifiers of scripts leave as it is: `css`, and the line breaks of `html`
 * with the indentation around them: one space to a browser, since no text of a template itself is shown as it is written.
 */
export function minifyTemplates(): Plugin {
  return {
    name: 'rtc-chat-minify-templates',
    transform: {
      filter: { id: /\/src\/components\/.*\.ts$/ },
      handler(code) {
        let minified = code;
        // From the last one, so that the places of the others stay right.
        const quasis = quasisOf(this.parse(code)).toSorted((a, b) => b.start - a.start);
        for (const { tag, start, end, value } of quasis) {
          const text = tag === 'css' ? minifyStyles(value.raw) : minifyMarkup(value.raw);
          minified = minified.slice(0, start) + text + minified.slice(end);
        }
        return minified;
      },
    },
  };
}

const block = 'd[dlt]|div|dialog|figure|form|h2|hr|li|p|path|section|ul';
/** White space beside what is a block, or stands in a drawing, is never seen. */
const unseen = new RegExp(
  `(?:(?<=</?(?:${block})(?: [^<>]*)?>)\\s*\\n\\s*(?=<)|(?<=>)\\s*\\n\\s*(?=</?(?:${block})\\b))`,
  'g',
);

function minifyMarkup(markup: string): string {
  return markup.replace(unseen, '').replace(/\s*\n\s*/g, ' ');
}

function minifyStyles(css: string): string {
  const { code } = transform({ filename: 'styles.css', code: Buffer.from(css), minify: true });
  return code.toString().replaceAll('\\', '\\\\');
}

/** The pieces of text of all `css` and `html` templates. */
function quasisOf(node: unknown): (Quasi & { readonly tag: string })[] {
  if (typeof node !== 'object' || node === null) return [];
  const inside = Object.values(node).flatMap(quasisOf);
  const { tag, quasi } = node as { tag?: { name?: string }; quasi?: { quasis: Quasi[] } };
  const name = tag?.name;
  if (!quasi || (name !== 'css' && name !== 'html')) return inside;
  return [...inside, ...quasi.quasis.map((piece) => ({ ...piece, tag: name }))];
}
