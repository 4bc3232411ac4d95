import { readFileSync } from 'node:fs';
import { defineConfig } from 'vite';

const manifest = JSON.parse(readFileSync(new URL('package.json', import.meta.url), 'utf8')) as {
  readonly dependencies: Readonly<Record<string, string>>;
};

const dependencies = Object.keys(manifest.dependencies).map(
  (name) => new RegExp(`^${name.replaceAll('.', '\\.')}(/|$)`),
);

/** The package's entry points for bundlers and Node: dependencies stay imports. */
export default defineConfig({
  build: {
    outDir: 'dist',
    emptyOutDir: false,
    target: 'es2022',
    minify: false,
    lib: {
      entry: {
        index: 'src/index.ts',
        element: 'src/components/rtc-chat-element.ts',
        room: 'src/rtc/room.ts',
        server: 'src/server/broadcaster.ts',
        cli: 'src/server/main.ts',
      },
      formats: ['es'],
    },
    rolldownOptions: {
      external: [/^node:/, ...dependencies],
      output: { chunkFileNames: 'chunks/[name]-[hash].js' },
    },
  },
});
