import { defineConfig, type Plugin } from 'vite';
import type * as Broadcasting from './src/server/broadcaster.ts';

/** `npm run dev`: the broadcaster on Vite's own port, and the element's source in the bundle's place. */
function broadcasterPlugin(): Plugin {
  return {
    name: 'rtc-chat-broadcaster',
    apply: 'serve',
    async configureServer(server) {
      server.middlewares.use((request, _response, next) => {
        if (request.url?.split('?')[0] === '/rtc-chat.js') request.url = '/src/index.ts';
        next();
      });
      const { httpServer } = server;
      // Vite speaks HTTP/2 only with `server.https`, which this configuration does not set.
      if (!httpServer || !('setTimeout' in httpServer) || 'updateSettings' in httpServer) return;
      const { createBroadcaster } = (await server.ssrLoadModule(
        '/src/server/broadcaster.ts',
      )) as typeof Broadcasting;
      const broadcaster = createBroadcaster(httpServer, {});
      httpServer.once('close', () => void broadcaster.close());
    },
  };
}

/** The demo page: served by `npm run dev`, built to dist/demo for the command. */
export default defineConfig({
  // The command can serve it below any path.
  base: './',
  plugins: [broadcasterPlugin()],
  build: { outDir: 'dist/demo', emptyOutDir: true, modulePreload: { polyfill: false } },
});
