import { createHash } from 'node:crypto';
import { readFileSync, readdirSync, statSync } from 'node:fs';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { extname, join } from 'node:path';
import { brotliCompressSync, constants, gzipSync } from 'node:zlib';

/** Of the kinds that a build makes; anything else is served as bytes. */
const TYPES: Readonly<Record<string, string>> = {
  '.css': 'text/css; charset=utf-8',
  '.html': 'text/html; charset=utf-8',
  '.ico': 'image/x-icon',
  '.js': 'text/javascript; charset=utf-8',
  '.json': 'application/json; charset=utf-8',
  '.map': 'application/json; charset=utf-8',
  '.md': 'text/markdown; charset=utf-8',
  '.png': 'image/png',
  '.svg': 'image/svg+xml; charset=utf-8',
  '.txt': 'text/plain; charset=utf-8',
  '.webp': 'image/webp',
  '.woff2': 'font/woff2',
};
const COMPRESSIBLE = /^(?:text|application\/json|image\/svg)/;
/** Below this a compressed answer takes as many packets as a plain one. */
const MIN_COMPRESSED_BYTES = 1_024;

type Encoding = 'br' | 'gzip' | 'identity';

interface StaticFile {
  readonly type: string;
  /** Strong: the same content has the same tag after a restart and on every machine. */
  readonly tag: string;
  readonly bodies: Partial<Record<Encoding, Buffer>>;
}

/**
 * A handful of files, read once and kept in memory: a build that replaces them while they are served does no harm, and no
 * request opens a file. (sirv 3.0.2, which was here first, ends the process when a file is gone, when no descriptors are
 * left, and on `Range: bytes=5-2`.)
 */
export class StaticFiles {
  readonly #files = new Map<string, StaticFile>();

  /** Takes the files below `folder` whose path (with a leading slash) `wanted` accepts. A missing folder has none. */
  add(folder: string, wanted: (path: string) => boolean = () => true): void {
    for (const name of namesIn(folder)) {
      const path = `/${name.replaceAll('\\', '/')}`;
      const file = join(folder, name);
      if (wanted(path) && statSync(file).isFile()) this.#files.set(path, read(file));
    }
  }

  has(path: string): boolean {
    return this.#files.has(path);
  }

  /** Answers a GET or HEAD, with what `headers` adds. False where there is no such file. */
  serve(
    request: IncomingMessage,
    response: ServerResponse,
    path: string,
    headers: Readonly<Record<string, string>> = {},
  ): boolean {
    const file = this.#files.get(path);
    if (!file) return false;
    const encoding = encodingFor(request, file);
    const body = file.bodies[encoding] ?? Buffer.alloc(0);
    const tag = `"${file.tag}-${encoding}"`;
    const common = { ...headers, ETag: tag, Vary: 'Accept-Encoding' };
    if (knows(request, tag)) {
      response.writeHead(304, common).end();
      return true;
    }
    response.writeHead(200, {
      ...common,
      'Content-Type': file.type,
      'Content-Length': body.length,
      ...(encoding !== 'identity' && { 'Content-Encoding': encoding }),
    });
    response.end(request.method === 'HEAD' ? undefined : body);
    return true;
  }
}

function namesIn(folder: string): string[] {
  try {
    return readdirSync(folder, { recursive: true, encoding: 'utf8' });
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return [];
    throw error;
  }
}

function read(path: string): StaticFile {
  const identity = readFileSync(path);
  const type = TYPES[extname(path)] ?? 'application/octet-stream';
  const tag = createHash('sha256').update(identity).digest('base64url').slice(0, 16);
  if (!COMPRESSIBLE.test(type) || identity.length < MIN_COMPRESSED_BYTES) {
    return { type, tag, bodies: { identity } };
  }
  // 9 of 11: within 2 % of the best, in a tenth of the time at each start.
  const params = { [constants.BROTLI_PARAM_QUALITY]: 9 };
  const br = brotliCompressSync(identity, { params });
  return { type, tag, bodies: { identity, br, gzip: gzipSync(identity, { level: 9 }) } };
}

function encodingFor(request: IncomingMessage, file: StaticFile): Encoding {
  const accepted = (request.headers['accept-encoding'] ?? '')
    .toLowerCase()
    .split(',')
    .filter((part) => !/;\s*q=0(?:\.0*)?\s*$/.test(part))
    .map((part) => part.split(';', 1)[0]?.trim());
  return (
    (['br', 'gzip'] as const).find((it) => accepted.includes(it) && file.bodies[it]) ?? 'identity'
  );
}

/** Whether the client holds this very answer, RFC 9110 section 13.1.2. */
function knows(request: IncomingMessage, tag: string): boolean {
  const held = request.headers['if-none-match'];
  if (held === undefined) return false;
  return held.split(',').some((part) => ['*', tag].includes(part.trim().replace(/^W\//, '')));
}
