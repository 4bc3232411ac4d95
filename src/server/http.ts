import type { IncomingMessage, RequestListener, ServerResponse } from 'node:http';
import { join } from 'node:path';

import * as v from 'valibot';

import type { Probes } from './probes.ts';
import { StaticFiles } from './static-files.ts';

/** The bundle and what is loaded beside it; `-` and eight characters of a hash end the name of a part. */
const BUNDLE = '/rtc-chat.js';
const BUNDLE_PART = /^\/rtc-chat-[\w-]+-[\w-]{8}\.js$/;
const LICENSES = '/rtc-chat.licenses.md';
const HASHED_ASSET = /^\/assets\/[\w.-]+-[\w-]{8}\.\w+$/;

const REVALIDATED = { 'Cache-Control': 'no-cache' };
const IMMUTABLE = { 'Cache-Control': 'public, max-age=31536000, immutable' };
/** Pages of any origin may embed it, those that isolate themselves (COEP) included. */
const EMBEDDABLE = {
  'Access-Control-Allow-Origin': '*',
  'Cross-Origin-Resource-Policy': 'cross-origin',
};
const ALWAYS = { 'X-Content-Type-Options': 'nosniff', 'Referrer-Policy': 'no-referrer' };
/** The demo page may talk to any broadcaster; scripts are ours only. */
const DEMO_POLICY = [
  "default-src 'self'",
  "connect-src 'self' http: https: ws: wss:",
  "img-src 'self' data: blob:",
  "media-src 'self' blob: mediastream:",
  "style-src 'self' 'unsafe-inline'",
  "object-src 'none'",
  "base-uri 'none'",
  "form-action 'self'",
  "frame-ancestors 'self'",
].join('; ');
const NOT_BUILT = 'This copy of rtc-chat has not been built. Run: npm run build';

/** Where everything is served: `/`, or a path without a slash at its end. */
export const basePath = v.pipe(
  v.string(),
  v.startsWith('/'),
  v.regex(/^(?:\/[\w.~-]+)*\/?$/),
  v.check(
    (path) =>
      URL.canParse(`http://rtc-chat${path}`) && new URL(`http://rtc-chat${path}`).pathname === path,
  ),
  v.transform((path) => path.replace(/(?<=.)\/$/, '')),
);

/** The HTTP face of the command. */
export interface HttpFace {
  readonly listener: RequestListener;
  /** False where the build is missing; then pages say so in words. */
  readonly built: boolean;
}

/**
 * What the command serves beside the broadcaster, below `base`: the demo page, the bundle, and what `probes`
 * answer. `dist` is the build's folder.
 */
export function createHttpFace(dist: string, probes: Probes, base = '/'): HttpFace {
  const bundle = new StaticFiles();
  bundle.add(dist, (path) => [BUNDLE, LICENSES].includes(path) || BUNDLE_PART.test(path));
  const demo = new StaticFiles();
  demo.add(join(dist, 'demo'));
  const prefix = base === '/' ? '' : base;

  function serve(request: IncomingMessage, response: ServerResponse): void {
    const [whole = '/'] = request.url?.split('?', 1) ?? [];
    const path = whole.startsWith(`${prefix}/`) ? whole.slice(prefix.length) : null;
    if (request.method !== 'GET' && request.method !== 'HEAD') {
      response.setHeader('Allow', 'GET, HEAD');
      say(response, 405, 'Only GET and HEAD are answered here.');
    } else if (path === null) {
      elsewhere(request, response, base);
    } else if (probes(path, request, response)) {
      // It answers by itself.
    } else if (path === BUNDLE || path === LICENSES) {
      const sent = bundle.serve(request, response, path, { ...EMBEDDABLE, ...REVALIDATED });
      if (!sent) say(response, 503, NOT_BUILT);
    } else if (BUNDLE_PART.test(path)) {
      const sent = bundle.serve(request, response, path, { ...EMBEDDABLE, ...IMMUTABLE });
      if (!sent) say(response, 404, 'This part of rtc-chat is not here: load /rtc-chat.js again.');
    } else if (path === '/' || path === '/index.html') {
      const headers = { ...REVALIDATED, 'Content-Security-Policy': DEMO_POLICY };
      const sent = demo.serve(request, response, '/index.html', headers);
      if (!sent) say(response, 503, NOT_BUILT);
    } else {
      const headers = HASHED_ASSET.test(path) ? IMMUTABLE : REVALIDATED;
      const sent = demo.serve(request, response, path, headers);
      if (!sent) say(response, 404, `There is nothing here. The demo page is at ${prefix}/.`);
    }
  }

  return {
    listener: (request, response) => {
      for (const [name, value] of Object.entries(ALWAYS)) response.setHeader(name, value);
      serve(request, response);
    },
    built: bundle.has(BUNDLE) && demo.has('/index.html'),
  };
}

/** Outside of the base path; without the slash at its end it is meant, though. */
function elsewhere(request: IncomingMessage, response: ServerResponse, base: string): void {
  const url = request.url ?? '';
  if (url !== base && !url.startsWith(`${base}?`)) {
    say(response, 404, `There is nothing here. The demo page is at ${base}/.`);
    return;
  }
  // Relative, so that it holds behind a proxy that puts a path of its own before ours.
  const name = base.slice(base.lastIndexOf('/') + 1);
  response.setHeader('Location', `${name}/${url.slice(base.length)}`);
  say(response, 308, `The demo page is at ${base}/.`);
}

function say(response: ServerResponse, status: number, sentence: string): void {
  response.writeHead(status, {
    'Content-Type': 'text/plain; charset=utf-8',
    'Cache-Control': 'no-store',
  });
  response.end(`${sentence}\n`);
}
