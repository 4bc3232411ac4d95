// The broadcaster in an HTTP server of Node's own. After `npm run build`: node examples/node-http/server.js
import { createServer } from 'node:http';

import { createBroadcaster } from 'rtc-chat/server';

const httpServer = createServer((request, response) => {
  response.setHeader('Content-Type', 'text/plain; charset=utf-8');
  response.end(`A page of our own: ${request.url}\n`);
});

// A page of this origin joins with <rtc-chat server="/chat">, which dials /chat/socket.io/.
const broadcaster = createBroadcaster(httpServer, { path: '/chat/socket.io' });

httpServer.listen(Number(process.env.PORT ?? 3000), () => {
  console.log(`http://localhost:${httpServer.address().port}/`);
});

process.once('SIGTERM', async () => {
  await broadcaster.close({ drainMs: 5_000 });
  httpServer.close();
});
