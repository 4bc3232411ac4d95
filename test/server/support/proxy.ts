import { createServer, request } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';
import type { IncomingMessage } from 'node:http';
import type { TestContext } from 'node:test';

/** Whom the next connections come from, as the proxy says it. */
export interface RunningProxy {
  readonly url: string;
  client: string;
}

/**
 * A small reverse proxy before `target`, for the time of one test. It dials from `address` and appends the client that it
 * is told to whatever X-Forwarded-For came, as proxies do.
 */
export async function proxyFor(
  t: TestContext,
  target: string,
  address: string,
): Promise<RunningProxy> {
  const { hostname: host, port } = new URL(target);
  const ask = ({ url, method, headers }: IncomingMessage) => {
    const before = headers['x-forwarded-for'];
    const chain = before === undefined ? proxy.client : `${String(before)}, ${proxy.client}`;
    const options = { host, port, path: url, method, localAddress: address };
    return request({ ...options, headers: { ...headers, 'x-forwarded-for': chain } });
  };
  const server = createServer((incoming, outgoing) => {
    const asked = ask(incoming).on('response', (response) => {
      outgoing.writeHead(response.statusCode ?? 502, response.headers);
      response.pipe(outgoing);
    });
    asked.on('error', () => outgoing.destroy());
    incoming.pipe(asked);
  });
  server.on('upgrade', (incoming, client: Socket, sent: Buffer) => {
    client.on('error', () => client.destroy());
    const asked = ask(incoming).on('error', () => client.destroy());
    asked.on('response', (response) => {
      // Refused: no upgrade comes.
      client.end(`HTTP/1.1 ${response.statusCode} Refused\r\nConnection: close\r\n\r\n`);
    });
    asked.on('upgrade', (response, upstream, answered) => {
      const { rawHeaders } = response;
      const lines = rawHeaders.flatMap((name, at) =>
        at % 2 === 0 ? [`${name}: ${rawHeaders[at + 1]}`] : [],
      );
      client.write(`HTTP/1.1 101 Switching Protocols\r\n${lines.join('\r\n')}\r\n\r\n`);
      upstream.on('error', () => upstream.destroy());
      client.write(answered);
      upstream.write(sent);
      upstream.pipe(client).pipe(upstream);
    });
    asked.end();
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  t.after(() => server.close().closeAllConnections());
  const { port: own } = server.address() as AddressInfo;
  const proxy: RunningProxy = { url: `http://127.0.0.1:${own}`, client: '203.0.113.1' };
  return proxy;
}
