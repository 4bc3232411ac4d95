import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { fileURLToPath } from 'node:url';
import { build, type Rolldown } from 'vite';

/** The attributes of the tag. */
export type Attributes = Readonly<Record<string, string | number>>;

/** What the page has heard from the element, in order; read by tests as `heard`. */
const RECORDER = `
  globalThis.heard = [];
  for (const type of ['status', 'message', 'delivery', 'peer-join', 'peer-leave', 'error'])
    addEventListener('rtc-chat-' + type, (event) => {
      const { message, peer, reason, status, error } = event;
      heard.push({ type, status, reason, peer: peer?.name, code: error?.code,
        text: message?.text, state: message?.state, own: message?.own });
    });`;

const escape = (text: string): string =>
  text.replaceAll(/[&<>"]/g, (sign) => `&#${sign.charCodeAt(0)};`);

const shell = (body: string): string =>
  `<!doctype html><html lang="en"><meta charset="utf-8"><title>A page of somebody else</title>
<style>html, body { height: 100%; margin: 0 } rtc-chat { height: 100% }</style>${body}</html>`;

/** The two lines of embed, in a page whose origin is not the broadcaster's. */
function chatPage(script: string, attributes: URLSearchParams): string {
  const tag = [...attributes]
    .filter(([name]) => name !== 'script')
    .map(([name, value]) => ` ${name}="${escape(value)}"`)
    .join('');
  return shell(`<body><script>${RECORDER}</script>
<script type="module" src="${escape(script)}/rtc-chat.js"></script>
<rtc-chat${tag}></rtc-chat></body>`);
}

/** Pages without the tag, by their paths: the engine alone, and somebody who speaks the protocol without it. */
const scripts: Readonly<Record<string, string>> = {
  room: 'room-page.ts',
  hostile: '../../faults/support/hostile-page.ts',
};

/** The script of such a page with all that it needs: by their file names, `<name>-page.js` first. */
async function bundlePage(name: string): Promise<ReadonlyMap<string, string>> {
  const result = (await build({
    configFile: false,
    logLevel: 'warn',
    build: {
      write: false,
      minify: false,
      modulePreload: false,
      lib: {
        entry: fileURLToPath(new URL(scripts[name] ?? '', import.meta.url)),
        formats: ['es'],
        fileName: `${name}-page`,
      },
    },
  })) as Rolldown.RolldownOutput[];
  const files = result.flatMap(({ output }) => output);
  return new Map(files.flatMap((file) => ('code' in file ? [[file.fileName, file.code]] : [])));
}

const running = new Set<PageServer>();

/** Ends every page server that a test has left. */
export async function closePageServers(): Promise<void> {
  await Promise.all([...running].map((server) => server.close()));
}

/** Serves test pages from an origin of their own. */
export class PageServer {
  readonly #server: Server;
  readonly #bundles = new Map<string, ReturnType<typeof bundlePage>>();

  /** `host`: the address to listen on; browsers take it for secure when it is their own machine's. */
  static async start(host = '127.0.0.1'): Promise<PageServer> {
    const pages = new PageServer();
    await new Promise<void>((resolve, reject) => {
      pages.#server.once('error', reject);
      pages.#server.listen(0, host, resolve);
    });
    running.add(pages);
    return pages;
  }

  private constructor() {
    this.#server = createServer((request, response) => {
      const url = new URL(request.url ?? '/', 'http://pages');
      void this.#answer(url).then(([type, text]) => {
        response.writeHead(type === '' ? 404 : 200, { 'Content-Type': `${type}; charset=utf-8` });
        response.end(text);
      });
    });
  }

  get origin(): string {
    const { address, port } = this.#server.address() as AddressInfo;
    return `http://${address}:${port}`;
  }

  /** A page with the tag. Its script comes from `broadcaster`, to which it connects unless its attributes say otherwise. */
  chat(broadcaster: string, attributes: Attributes): string {
    const query = new URLSearchParams({ script: broadcaster, server: broadcaster });
    for (const [name, value] of Object.entries(attributes)) query.set(name, String(value));
    return `${this.origin}/chat?${query}`;
  }

  /** A page with the engine alone: `room-page.ts`. */
  get room(): string {
    return `${this.origin}/room`;
  }

  /** A page for somebody who means no good: `hostile-page.ts`. */
  get hostile(): string {
    return `${this.origin}/hostile`;
  }

  async close(): Promise<void> {
    running.delete(this);
    const closed = new Promise<void>((resolve) => this.#server.close(() => resolve()));
    this.#server.closeAllConnections();
    await closed;
  }

  async #answer({ pathname, searchParams }: URL): Promise<[type: string, text: string]> {
    if (pathname === '/chat')
      return ['text/html', chatPage(searchParams.get('script') ?? '', searchParams)];
    const name = pathname.slice(1);
    if (Object.hasOwn(scripts, name)) {
      this.#bundles.set(name, this.#bundles.get(name) ?? bundlePage(name));
      return [
        'text/html',
        shell(`<body><script type="module" src="/${name}-page.js"></script></body>`),
      ];
    }
    for (const bundle of this.#bundles.values()) {
      const code = (await bundle).get(name);
      if (code !== undefined) return ['text/javascript', code];
    }
    return ['', ''];
  }
}
