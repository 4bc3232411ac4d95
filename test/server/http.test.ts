import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, request as httpRequest } from 'node:http';
import type { IncomingHttpHeaders } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { test } from 'node:test';
import type { TestContext } from 'node:test';
import { brotliDecompressSync, gunzipSync } from 'node:zlib';

import * as v from 'valibot';

import { basePath, createHttpFace } from '../../src/server/http.ts';
import { createProbes } from '../../src/server/probes.ts';

const BUNDLE = `export const bundle = '${'x'.repeat(4_000)}';`;
const FILES = {
  'rtc-chat.js': BUNDLE,
  'rtc-chat-call-AbCd_-12.js': 'export const call = 1;',
  'rtc-chat.licenses.md': '# Licences',
  'cli.js': 'secret of the server',
  'demo/index.html': '<!doctype html><title>demo</title>',
  'demo/assets/demo-12345678.css': 'body {}',
  'demo/favicon.svg': '<svg/>',
};

interface Got {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly body: Buffer;
}

interface Site {
  readonly dist: string;
  get(path: string, headers?: Record<string, string>, method?: string): Promise<Got>;
}

async function siteFor(
  t: TestContext,
  files: Readonly<Record<string, string>> = FILES,
  count = async () => ({ rooms: 1, peers: 2, sockets: 3 }),
  base = '/',
): Promise<Site> {
  const dist = mkdtempSync(join(tmpdir(), 'rtc-chat-http-'));
  t.after(() => rmSync(dist, { recursive: true, force: true }));
  for (const [name, content] of Object.entries(files)) {
    mkdirSync(dirname(join(dist, name)), { recursive: true });
    writeFileSync(join(dist, name), content);
  }
  const probes = createProbes({ count, readiness: async () => 'ready' }, null);
  const server = createServer(createHttpFace(dist, probes, base).listener).listen(0, '127.0.0.1');
  t.after(() => server.close().closeAllConnections());
  await new Promise((resolve) => server.once('listening', resolve));
  const { port } = server.address() as AddressInfo;
  return {
    dist,
    get: (path, headers = {}, method = 'GET') =>
      new Promise((resolve, reject) => {
        const request = httpRequest({ port, path, headers, method, host: '127.0.0.1' });
        request.on('error', reject).on('response', (response) => {
          const parts: Buffer[] = [];
          response.on('data', (part: Buffer) => parts.push(part));
          response.on('end', () => {
            const { statusCode: status = 0, headers } = response;
            resolve({ status, headers, body: Buffer.concat(parts) });
          });
        });
        request.end();
      }),
  };
}

test('the bundle can be embedded by pages of any origin and is always asked for again', async (t) => {
  const site = await siteFor(t);
  const { status, headers, body } = await site.get('/rtc-chat.js?v=1', {
    origin: 'https://a.example',
  });
  assert.equal(status, 200);
  assert.equal(body.toString(), BUNDLE);
  assert.equal(headers['access-control-allow-origin'], '*');
  assert.equal(headers['cross-origin-resource-policy'], 'cross-origin');
  assert.equal(headers['cache-control'], 'no-cache');
  assert.equal(headers['content-type'], 'text/javascript; charset=utf-8');
  assert.equal(headers['x-content-type-options'], 'nosniff');
  assert.equal(headers['referrer-policy'], 'no-referrer');
});

test('whoever has the bundle already is answered 304, with its headers', async (t) => {
  const site = await siteFor(t);
  const etag = (await site.get('/rtc-chat.js')).headers.etag ?? '';
  assert.match(etag, /^"[\w-]+"$/);
  for (const held of [etag, `W/${etag}`, `"other", ${etag}`, '*']) {
    const { status, headers, body } = await site.get('/rtc-chat.js', { 'if-none-match': held });
    assert.deepEqual([status, body.length], [304, 0], held);
    assert.equal(headers['access-control-allow-origin'], '*');
    assert.equal(headers['cache-control'], 'no-cache');
    assert.equal(headers.etag, etag);
  }
  assert.equal((await site.get('/rtc-chat.js', { 'if-none-match': '"other"' })).status, 200);
});

test('text travels compressed to those who can read it, each form with a tag of its own', async (t) => {
  const site = await siteFor(t);
  const [br, gzip, plain, refused] = await Promise.all([
    site.get('/rtc-chat.js', { 'accept-encoding': 'gzip, deflate, br' }),
    site.get('/rtc-chat.js', { 'accept-encoding': 'GZIP' }),
    site.get('/rtc-chat.js'),
    site.get('/rtc-chat.js', { 'accept-encoding': 'br;q=0, gzip;q=0.0' }),
  ]);
  assert.equal(brotliDecompressSync(br.body).toString(), BUNDLE);
  assert.equal(gunzipSync(gzip.body).toString(), BUNDLE);
  assert.equal(refused.body.toString(), BUNDLE);
  const tags = [br, gzip, plain].map(({ headers }) => headers.etag);
  assert.equal(new Set(tags).size, 3);
  for (const { headers } of [br, gzip, plain]) assert.equal(headers.vary, 'Accept-Encoding');
});

test('a part of the bundle is kept for ever, for pages of any origin', async (t) => {
  const site = await siteFor(t);
  const { status, headers } = await site.get('/rtc-chat-call-AbCd_-12.js');
  assert.equal(status, 200);
  assert.equal(headers['cache-control'], 'public, max-age=31536000, immutable');
  assert.equal(headers['access-control-allow-origin'], '*');
  const gone = await site.get('/rtc-chat-call-00000000.js');
  assert.equal(gone.status, 404);
  assert.equal(gone.headers['cache-control'], 'no-store');
});

test('the demo page is at / and allows no scripts but ours', async (t) => {
  const site = await siteFor(t);
  const { status, headers, body } = await site.get('/');
  assert.deepEqual([status, body.toString()], [200, FILES['demo/index.html']]);
  assert.equal(headers['content-type'], 'text/html; charset=utf-8');
  assert.equal(headers['cache-control'], 'no-cache');
  assert.match(String(headers['content-security-policy']), /default-src 'self'/);
  assert.equal(headers['access-control-allow-origin'], undefined);
  const asset = await site.get('/assets/demo-12345678.css');
  assert.equal(asset.headers['cache-control'], 'public, max-age=31536000, immutable');
  assert.equal((await site.get('/favicon.svg')).headers['cache-control'], 'no-cache');
});

for (const path of [
  '/cli.js',
  '/demo/index.html',
  '/../package.json',
  '/..%2fcli.js',
  '/assets/../../cli.js',
  '/%00',
  '/%',
  '/__proto__',
  '//evil.example/',
  '/nothing',
]) {
  test(`${path} is not here, in words`, async (t) => {
    const site = await siteFor(t);
    const { status, headers, body } = await site.get(path);
    assert.equal(status, 404);
    assert.match(body.toString(), /There is nothing here\./);
    assert.equal(headers['content-type'], 'text/plain; charset=utf-8');
    assert.equal(headers['x-content-type-options'], 'nosniff');
  });
}

test('HEAD is answered like GET without its body, other methods are not', async (t) => {
  const site = await siteFor(t);
  const get = await site.get('/rtc-chat.js');
  const head = await site.get('/rtc-chat.js', {}, 'HEAD');
  assert.equal(head.body.length, 0);
  assert.equal(head.headers['content-length'], get.headers['content-length']);
  for (const method of ['POST', 'PUT', 'DELETE', 'OPTIONS']) {
    const { status, headers } = await site.get('/', {}, method);
    assert.deepEqual([status, headers.allow], [405, 'GET, HEAD'], method);
  }
});

test('nonsense about ranges and files that are gone do no harm', async (t) => {
  const site = await siteFor(t);
  rmSync(site.dist, { recursive: true });
  for (const range of ['bytes=5-2', 'bytes=-', 'bytes=x', 'bytes=0-1,3-4']) {
    assert.equal((await site.get('/rtc-chat.js', { range })).body.toString(), BUNDLE);
  }
});

test('a missing build is said in words, and health goes on', async (t) => {
  const site = await siteFor(t, {});
  for (const path of ['/', '/rtc-chat.js']) {
    const { status, body } = await site.get(path);
    assert.deepEqual(
      [status, body.toString()],
      [503, 'This copy of rtc-chat has not been built. Run: npm run build\n'],
    );
  }
  assert.equal((await site.get('/healthz')).status, 200);
});

test('below a path the same is served, and the path itself leads there', async (t) => {
  const site = await siteFor(t, FILES, undefined, '/a/chat');
  for (const path of ['/', '/rtc-chat.js', '/assets/demo-12345678.css', '/healthz?x']) {
    assert.equal((await site.get(`/a/chat${path}`)).status, 200, path);
    assert.equal((await site.get(path)).status, 404, path);
  }
  for (const path of ['/a', '/a/', '/a/chatter', '/a/chat/a/chat/', '//a/chat/', '/A/chat/']) {
    const { status, body } = await site.get(path);
    assert.equal(status, 404, path);
    assert.match(body.toString(), /The demo page is at \/a\/chat\/\./);
  }
  const { status, headers } = await site.get('/a/chat?b/c');
  // Relative: a proxy may have put a path of its own before ours.
  assert.deepEqual([status, headers.location], [308, 'chat/?b/c']);
});

test('a base path is a path and nothing else', () => {
  for (const [written, meant] of [
    ['/', '/'],
    ['/chat', '/chat'],
    ['/chat/', '/chat'],
    ['/a/b-c_d.e~f/', '/a/b-c_d.e~f'],
  ] as const) {
    assert.equal(v.parse(basePath, written), meant);
  }
  for (const wrong of ['', 'chat', '//', '//a', '/a//b', '/../a', '/a/.', '/a?b', '/a#b', '/a b']) {
    assert.ok(!v.is(basePath, wrong), wrong);
  }
  assert.ok(!v.is(basePath, `/${'a/'.repeat(10_000)}/`));
});
