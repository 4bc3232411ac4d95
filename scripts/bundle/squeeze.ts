import { minify } from 'terser';
import type { Plugin } from 'vite';

/** What each file says once more in fewer bytes after the bundler's own minifier, which alone renames private members. */
export function squeeze(): Plugin {
  return {
    name: 'rtc-chat-squeeze',
    async generateBundle(_options, bundle) {
      for (const chunk of Object.values(bundle)) {
        if (chunk.type !== 'chunk') continue;
        const { code } = await minify(chunk.code, {
          module: true,
          ecma: 2020,
          compress: { passes: 3 },
        });
        if (code !== undefined) chunk.code = code;
      }
    },
  };
}
