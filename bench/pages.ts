import { fileURLToPath } from 'node:url';
import { build, type Plugin } from 'vite';
import { slimSocketIo } from '../scripts/bundle/socket-io.ts';
import type { AdapterName } from './adapters.ts';

const here = (path: string): string => fileURLToPath(new URL(path, import.meta.url));
const ENTRY = 'bench-page:';

/** Pages of rtc-chat alone. */
const OWN_PAGES: readonly string[] = ['growth', 'company', 'late'];

/** A page's script: the adapter, and what the driver calls. */
const entries: Plugin = {
  name: 'bench-pages',
  resolveId: (id) => (id.startsWith(ENTRY) ? `\0${id}` : null),
  load(id) {
    if (!id.startsWith(`\0${ENTRY}`)) return null;
    const adapter = here(`adapters/${id.slice(ENTRY.length + 1)}.ts`);
    return `import { adapter } from ${JSON.stringify(adapter)};
import { expose } from ${JSON.stringify(here('page/page.ts'))};
expose(adapter);`;
  },
};

/** Bundles a page for each adapter, and those of rtc-chat alone, into a directory. Each by itself: nobody shares a chunk. */
export async function buildPages(names: readonly AdapterName[], directory: string): Promise<void> {
  const inputs = new Map<string, string>(names.map((name) => [name, ENTRY + name]));
  for (const name of OWN_PAGES) inputs.set(name, here(`page/${name}.ts`));
  for (const [name, input] of inputs) {
    await build({
      configFile: false,
      root: here('.'),
      logLevel: 'error',
      // What our own bundle does, for our own pages; the others get Socket.IO's client as it is published.
      plugins:
        name.startsWith('rtc-chat') || OWN_PAGES.includes(name)
          ? [slimSocketIo(), entries]
          : [entries],
      define: { global: 'globalThis' },
      build: {
        outDir: directory,
        emptyOutDir: false,
        target: 'es2022',
        modulePreload: false,
        minify: true,
        rolldownOptions: {
          input: { [name]: input },
          output: {
            entryFileNames: '[name].js',
            chunkFileNames: `${name}-[name]-[hash].js`,
          },
        },
      },
    });
  }
}
