import { createHash } from 'node:crypto';
import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { transform } from 'lightningcss';
import { minify } from 'terser';
import type { Plugin, Rollup } from 'vite';

/** Minifies what stands in `css` templates without expressions; minifiers of scripts leave them as they are. */
export function minifyStyles(): Plugin {
  return {
    name: 'rtc-chat-minify-styles',
    transform: {
      filter: { id: /\/src\/components\/.*\.ts$/ },
      handler: (code) =>
        code.replace(/\bcss`([^`$]*)`/g, (_whole, css: string) => {
          const minified = transform({
            filename: 'styles.css',
            code: Buffer.from(css),
            minify: true,
          });
          return `css\`${minified.code.toString().replaceAll('\\', '\\\\')}\``;
        }),
    },
  };
}

/**
 * Shortens, beside what every minifier does, the names of members that only our own modules see (2 kB gzip). A name is
 * one of those when it stands in src/rtc or src/components and nowhere else: not in what travels or is stored, not in
 * the public contract, not in the platform's types, not in a library, not in a text.
 */
export function minifyScript(): Plugin {
  return {
    name: 'rtc-chat-minify-script',
    generateBundle: {
      order: 'post',
      async handler(_options, bundle) {
        const chunks = Object.values(bundle).filter((output) => output.type === 'chunk');
        const names = internalNames(chunks.flatMap((chunk) => chunk.moduleIds));
        // Objects go from one chunk to the other: a member has one name in all of them.
        const nameCache = {};
        for (const chunk of chunks) {
          const { code } = await minify(chunk.code, {
            nameCache,
            module: true,
            compress: { passes: 3, ecma: 2020 },
            mangle: { properties: { regex: new RegExp(`^(?:${names.join('|')})$`) } },
            format: { comments: /@license|^!/ },
          });
          if (code !== undefined) chunk.code = code;
        }
        rename(chunks);
      },
    },
  };
}

/**
 * Gives every chunk but the entry the hash of all of them: what one of them changes can change names in the others, and
 * they are served as immutable.
 */
function rename(chunks: readonly Rollup.OutputChunk[]): void {
  const hash = createHash('sha256');
  for (const { code } of chunks) hash.update(code);
  const digest = hash.digest('base64url').slice(0, 8);
  const names = new Map(
    chunks
      .filter(({ isEntry }) => !isEntry)
      .map(({ fileName }) => [fileName, fileName.replace(/[\w-]{8}(?=\.js$)/, digest)]),
  );
  for (const chunk of chunks) {
    for (const [before, after] of names) chunk.code = chunk.code.replaceAll(before, after);
    chunk.fileName = names.get(chunk.fileName) ?? chunk.fileName;
  }
}

/** Whose every word is kept: what travels, what is stored, what others may call. */
const contracts = [
  /\/protocol\//,
  /\/rtc\/(?:chat-room|database|message|peer|room-events|room-options|store)\.ts$/,
  /\/components\/(?:element-events|rtc-chat-element)\.ts$/,
];

function internalNames(moduleIds: readonly string[]): readonly string[] {
  const own = moduleIds.filter((id) => /\/src\/(?:rtc|components)\//.test(id));
  const kept = new Set<string>();
  const keep = (text: string): void => {
    for (const [word] of text.matchAll(/[\w$]+/g)) kept.add(word);
  };
  for (const id of moduleIds) if (id.includes('node_modules')) keep(read(id));
  for (const path of [...sources('src'), ...platformTypes()]) {
    const text = read(path);
    if (path.endsWith('.d.ts') || contracts.some((contract) => contract.test(path))) keep(text);
    // Texts: what is named in one may be looked up by it.
    else for (const [quoted] of code(text).matchAll(/'[^'\n]*'|"[^"\n]*"|`[^`]*`/g)) keep(quoted);
  }
  const names = new Set<string>();
  for (const id of own) {
    for (const [name] of code(read(id)).matchAll(/\b[a-z][A-Za-z]{3,}\b/g))
      if (!kept.has(name)) names.add(name);
  }
  return [...names];
}

/** Without comments: their words are nobody's. */
function code(text: string): string {
  return text.replace(/\/\*[\s\S]*?\*\/|(?<!:)\/\/.*$/gm, '');
}

function read(id: string): string {
  try {
    return readFileSync(id.replace(/[?\0].*$/, ''), 'utf8');
  } catch {
    // A module that the bundler made itself.
    return '';
  }
}

function sources(folder: string): readonly string[] {
  return readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((path) => path.endsWith('.ts'))
    .map((path) => join(folder, path));
}

function platformTypes(): readonly string[] {
  const scope = 'node_modules/@typescript';
  return readdirSync(scope).flatMap((name) => {
    const lib = join(scope, name, 'lib');
    return readdirSync(lib)
      .filter((file) => /^lib\..*\.d\.ts$/.test(file))
      .map((file) => join(lib, file));
  });
}
