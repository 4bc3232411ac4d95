import { dirname, join } from 'node:path';
import { defineConfig, type Plugin } from 'vite';

/**
 * Leaves long polling and WebTransport out of the bundle (2.2 kB gzip).
 * engine.io-client 6.6 imports every transport itself, whatever `transports` says; may go when it
 * declares `sideEffects` and takes transport classes only from its options.
 */
function websocketOnly(): Plugin {
  return {
    name: 'rtc-chat-websocket-only',
    enforce: 'pre',
    resolveId: {
      filter: { id: /transports\/index\.js$/ },
      handler: (_id, importer) =>
        importer?.includes('engine.io-client')
          ? `${join(dirname(importer), 'transports/websocket.js')}?only`
          : null,
    },
    load: {
      filter: { id: /websocket\.js\?only$/ },
      handler: (id) =>
        `import { WS } from ${JSON.stringify(id.replace('?only', ''))};
export const transports = { websocket: WS };`,
    },
  };
}

/** `rtc-chat.js`: one script for any page; what is fetched later lies beside it under its hash. */
export default defineConfig({
  plugins: [websocketOnly()],
  publicDir: false,
  build: {
    outDir: 'dist',
    emptyOutDir: false,
    target: 'es2022',
    modulePreload: false,
    license: { fileName: 'rtc-chat.licenses.md' },
    lib: { entry: 'src/index.ts', formats: ['es'] },
    rolldownOptions: {
      treeshake: {
        moduleSideEffects: [{ test: /node_modules\/(socket\.io|engine\.io)-/, sideEffects: false }],
      },
      output: {
        entryFileNames: 'rtc-chat.js',
        chunkFileNames: 'rtc-chat-[name]-[hash].js',
        minify: true,
      },
    },
  },
});
