import { fileURLToPath } from 'node:url';
import { gzipSync } from 'node:zlib';
import { build, type Rolldown } from 'vite';
import { slimSocketIo } from '../../scripts/bundle/socket-io.ts';
import type { Findings } from '../series.ts';

const root = fileURLToPath(new URL('..', import.meta.url));
const ENTRY = 'bench-size';

interface Sized {
  readonly name: string;
  /** The least that a page writes to use it. */
  readonly code: string;
  /** With the plugin of our own bundle. */
  readonly ours?: boolean;
}

const relay = `import { io } from 'socket.io-client'; globalThis.io = io;`;
const use = (name: string, from: string): string =>
  `import { ${name} } from '${from}'; globalThis.used = ${name};`;
const useDefault = (from: string): string => `import it from '${from}'; globalThis.used = it;`;

/** Libraries, alone and with the client of a relay where they need one; then elements that draw a chat. */
const all: readonly Sized[] = [
  { name: 'socket.io-client, alone', code: relay },
  { name: 'peerjs', code: use('Peer', 'peerjs') },
  { name: 'simple-peer', code: useDefault('simple-peer/simplepeer.min.js') },
  {
    name: 'simple-peer + socket.io-client',
    code: useDefault('simple-peer/simplepeer.min.js') + relay,
  },
  { name: '@thaunknown/simple-peer/lite', code: useDefault('@thaunknown/simple-peer/lite.js') },
  {
    name: '@thaunknown/simple-peer/lite + socket.io-client',
    code: useDefault('@thaunknown/simple-peer/lite.js') + relay,
  },
  {
    name: '@trystero-p2p/core',
    code: use('createTopicStrategy', '@trystero-p2p/core'),
  },
  {
    name: '@trystero-p2p/core + socket.io-client',
    code: use('createTopicStrategy', '@trystero-p2p/core') + relay,
  },
  { name: 'rtc-chat/room', code: use('Room', '../src/rtc/room.ts') },
  {
    name: 'rtc-chat/room, as rtc-chat.js is built',
    code: use('Room', '../src/rtc/room.ts'),
    ours: true,
  },
  { name: 'deep-chat', code: `import 'deep-chat';` },
  { name: 'vue-advanced-chat', code: use('register', 'vue-advanced-chat') },
  { name: 'rtc-chat (the element)', code: `import '../src/index.ts';` },
  {
    name: 'rtc-chat.js (the element, as it is built)',
    code: `import '../src/index.ts';`,
    ours: true,
  },
];

/** The same bundler with the same settings for everyone: minified, for ES2022. What is fetched later counts as `all`. */
export async function measureSizes(findings: Findings): Promise<void> {
  for (const { name, code, ours = false } of all) {
    const result = (await build({
      configFile: false,
      root,
      logLevel: 'silent',
      define: { global: 'globalThis' },
      plugins: [
        ...(ours ? [slimSocketIo()] : []),
        {
          name: 'bench-size',
          resolveId: (id) => (id === ENTRY ? `${root}${ENTRY}.js` : null),
          load: (id) => (id === `${root}${ENTRY}.js` ? code : null),
        },
      ],
      build: {
        write: false,
        target: 'es2022',
        modulePreload: false,
        minify: true,
        rolldownOptions: {
          input: ENTRY,
          ...(ours
            ? {
                treeshake: {
                  moduleSideEffects: [
                    { test: /node_modules\/(socket\.io|engine\.io)-/, sideEffects: false },
                  ],
                },
              }
            : {}),
        },
      },
    })) as Rolldown.RolldownOutput;
    const chunks = result.output.filter((file) => file.type === 'chunk');
    const sizeOf = (list: readonly Rolldown.OutputChunk[]): number =>
      list.reduce((sum, { code }) => sum + gzipSync(code, { level: 9 }).byteLength, 0) / 1e3;
    const of = { metric: 'sizes', adapter: name, pair: '', unit: 'kB' };
    findings.add({ ...of, measure: 'first script' }, sizeOf(startOf(chunks)));
    findings.add({ ...of, measure: 'all' }, sizeOf(chunks));
  }
}

/** The entry and what it imports statically. */
function startOf(chunks: readonly Rolldown.OutputChunk[]): readonly Rolldown.OutputChunk[] {
  const found = chunks.filter(({ isEntry }) => isEntry);
  for (const { imports } of found) {
    found.push(
      ...chunks.filter((chunk) => imports.includes(chunk.fileName) && !found.includes(chunk)),
    );
  }
  return found;
}
