import { transform } from 'lightningcss';
import type { Plugin } from 'vite';

/** Minifies what stands in `css` templates without expressions; minifiers of scripts leave them as they are. */
export function minifyStyles(): Plugin {
  return {
    name: 'rtc-chat-minify-styles',
    transform: {
      filter: { id: /\/src\/components\/.*\.ts$/ },
      handler: (code) =>
        code.replace(/\bcss`([^`$]*)`/g, (_whole, css: string) => {
          const minified = transform({
            filename: 'styles.css',
            code: Buffer.from(css),
            minify: true,
          });
          return `css\`${minified.code.toString().replaceAll('\\', '\\\\')}\``;
        }),
    },
  };
}
