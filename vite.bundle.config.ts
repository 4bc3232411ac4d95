import { resolve } from 'node:path';
import { defineConfig } from 'vite';
import { partGroups } from './scripts/bundle/parts.ts';
import { minifyTemplates } from './scripts/bundle/minify-templates.ts';
import { slimSocketIo } from './scripts/bundle/socket-io.ts';
import { squeeze } from './scripts/bundle/squeeze.ts';

const entry = 'src/index.ts';
const groups = partGroups([
  ['element', resolve(entry)],
  ['stay', resolve('src/rtc/stay.ts')],
  ['calls', resolve('src/rtc/calls.ts'), resolve('src/components/call-view.ts')],
  ['asides', resolve('src/components/call-asides.ts')],
]);

/** `rtc-chat.js`: one script for any page; what is fetched later lies beside it under its hash. */
export default defineConfig({
  plugins: [slimSocketIo(), minifyTemplates(), squeeze()],
  publicDir: false,
  build: {
    outDir: 'dist',
    emptyOutDir: false,
    target: 'es2022',
    modulePreload: false,
    license: { fileName: 'rtc-chat.licenses.md' },
    lib: { entry, formats: ['es'] },
    rolldownOptions: {
      checks: { pluginTimings: false },
      treeshake: {
        moduleSideEffects: [{ test: /node_modules\/(socket\.io|engine\.io)-/, sideEffects: false }],
      },
      output: {
        entryFileNames: 'rtc-chat.js',
        chunkFileNames: 'rtc-chat-[name]-[hash].js',
        codeSplitting: { groups },
        minify: true,
        // Of use to bundlers only, and this is a script for pages.
        comments: false,
      },
    },
  },
});
