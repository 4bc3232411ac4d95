import { fileURLToPath } from 'node:url';
import { gzipSync } from 'node:zlib';
import { build, type InlineConfig, type Rolldown } from 'vite';
import type { Findings } from '../series.ts';

const root = fileURLToPath(new URL('..', import.meta.url));
const ENTRY = 'bench-size';

interface Sized {
  readonly name: string;
  /** The least that a page writes to use it. */
  readonly code: string;
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
  { name: 'deep-chat', code: `import 'deep-chat';` },
  { name: 'vue-advanced-chat', code: use('register', 'vue-advanced-chat') },
  { name: 'rtc-chat (the element)', code: `import '../src/index.ts';` },
];

/** The same bundler with the same settings for everyone: minified, for ES2022. */
const settings = (code: string): InlineConfig => ({
  configFile: false,
  root,
  define: { global: 'globalThis' },
  plugins: [
    {
      name: 'bench-size',
      resolveId: (id) => (id === ENTRY ? `${root}${ENTRY}.js` : null),
      load: (id) => (id === `${root}${ENTRY}.js` ? code : null),
    },
  ],
  build: {
    target: 'es2022',
    modulePreload: false,
    minify: true,
    rolldownOptions: { input: ENTRY },
  },
});

/** Our own bundle as it is published, with what its build takes out of libraries. */
const published: InlineConfig = {
  root: fileURLToPath(new URL('../..', import.meta.url)),
  configFile: fileURLToPath(new URL('../../vite.bundle.config.ts', import.meta.url)),
};

export async function measureSizes(findings: Findings): Promise<void> {
  for (const { name, code } of all) await measure(name, settings(code), findings);
  await measure('rtc-chat.js, as it is published', published, findings);
}

async function measure(name: string, config: InlineConfig, findings: Findings): Promise<void> {
  const built = await build({
    ...config,
    logLevel: 'silent',
    build: { ...config.build, write: false },
  });
  const chunks = ([built].flat() as Rolldown.RolldownOutput[])
    .flatMap(({ output }) => output)
    .filter((file) => file.type === 'chunk');
  const sizeOf = (list: readonly Rolldown.OutputChunk[]): number =>
    list.reduce((sum, { code }) => sum + gzipSync(code, { level: 9 }).byteLength, 0) / 1e3;
  const of = { metric: 'sizes', adapter: name, pair: '', unit: 'kB' };
  findings.add({ ...of, measure: 'first script' }, sizeOf(startOf(chunks)));
  findings.add({ ...of, measure: 'with what is fetched later' }, sizeOf(chunks));
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
