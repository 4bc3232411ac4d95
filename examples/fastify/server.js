// The broadcaster in a Fastify app, which logs for it and closes it. After `npm run build`: node examples/fastify/server.js
import fastify from 'fastify';
import { createBroadcaster } from 'rtc-chat/server';

const app = fastify({ logger: { level: 'info', stream: process.stderr } });

app.get('/', async (_request, reply) => {
  reply.type('text/plain; charset=utf-8');
  return 'A page of our own\n';
});
app.get('/readyz', async (_request, reply) => {
  const readiness = await broadcaster.readiness();
  return reply.code(readiness === 'ready' ? 200 : 503).send({ readiness });
});

const broadcaster = createBroadcaster(app.server, {
  path: '/chat/socket.io',
  logger: app.log.child({ part: 'rtc-chat' }),
});
app.addHook('preClose', () => broadcaster.close());

await app.listen({ port: Number(process.env.PORT ?? 3000), host: 'localhost' });
console.log(`http://localhost:${app.server.address().port}/`);

process.once('SIGTERM', () => app.close());
