// The broadcaster beside an Express app: only visitors with a session of the app's may join, and only this machine sees
// the metrics. After `npm run build`: node examples/express/server.js
import { randomUUID } from 'node:crypto';
import { createServer } from 'node:http';

import express from 'express';
import { createBroadcaster, createMetrics } from 'rtc-chat/server';

const app = express();
const metrics = createMetrics();
const sessions = new Set();

app.get('/', (_request, response) => {
  const session = randomUUID();
  sessions.add(session);
  response.cookie('session', session, { httpOnly: true, sameSite: 'strict' });
  response.type('text/plain').send('A page of our own\n');
});
app.get('/metrics', async (request, response) => {
  const local = /^(::1|(::ffff:)?127\..*)$/.test(request.socket.remoteAddress ?? '');
  if (local) response.set('Content-Type', metrics.contentType).send(await metrics.text());
  else response.sendStatus(404);
});

const httpServer = createServer(app);
const broadcaster = createBroadcaster(httpServer, {
  path: '/chat/socket.io',
  observers: [metrics.observer],
  // `handshake` is the request that opened the connection; browsers send the cookies of this origin with it.
  authorize: ({ handshake }) => {
    const cookies = handshake.headers.cookie?.split('; ') ?? [];
    const session = cookies.find((cookie) => cookie.startsWith('session='));
    return sessions.has(session?.slice('session='.length));
  },
});

httpServer.listen(Number(process.env.PORT ?? 3000), () => {
  console.log(`http://localhost:${httpServer.address().port}/`);
});

process.once('SIGTERM', async () => {
  await broadcaster.close({ drainMs: 5_000 });
  httpServer.close();
});
