import assert from 'node:assert/strict';
import { copyFileSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { runChild } from '../../scripts/child.ts';

const edge = 'eslint(no-restricted-imports)';

/** Where, what is wrong there, and the rule that must say so. */
const wrong: readonly (readonly [file: string, source: string, rule: string])[] = [
  ['src/protocol/to-rtc.ts', `import { a } from '../rtc/room.ts'; export const b = a;`, edge],
  ['src/protocol/to-server.ts', `export { a } from '../server/seats.ts';`, edge],
  ['src/protocol/to-components.ts', `export * from '../components/log.ts';`, edge],
  ['src/protocol/to-index.ts', `export * from '../index.ts';`, edge],
  ['src/protocol/to-lit.ts', `import { html } from 'lit'; export const b = html;`, edge],
  [
    'src/protocol/to-idb.ts',
    `import type { IDBPDatabase } from 'idb'; export type B = IDBPDatabase;`,
    edge,
  ],
  ['src/protocol/to-node.ts', `import { join } from 'node:path'; export const b = join;`, edge],
  ['src/protocol/detour.ts', `export * from './../rtc/room.ts';`, edge],
  ['src/rtc/to-components.ts', `export const b = () => import('../components/log.ts');`, edge],
  [
    'src/rtc/type-of-components.ts',
    `import type { A } from '../components/log.ts'; export type B = A;`,
    edge,
  ],
  ['src/rtc/to-server.ts', `export * from '../server/seats.ts';`, edge],
  ['src/rtc/to-lit.ts', `import { html } from 'lit/html.js'; export const b = html;`, edge],
  ['src/rtc/to-socket.ts', `import { io } from 'socket.io-client'; export const b = io;`, edge],
  ['src/rtc/to-node.ts', `import { join } from 'node:path'; export const b = join;`, edge],
  ['src/rtc/detour.ts', `export * from '../protocol/../components/log.ts';`, edge],
  ['src/rtc/signaling.ts', `export * from '../components/log.ts';`, edge],
  ['src/components/to-server.ts', `export * from '../server/seats.ts';`, edge],
  ['src/components/to-index.ts', `export * from '../index.ts';`, edge],
  [
    'src/components/to-socket.ts',
    `import { io } from 'socket.io-client'; export const b = io;`,
    edge,
  ],
  ['src/components/to-idb.ts', `import { openDB } from 'idb'; export const b = openDB;`, edge],
  ['src/server/to-rtc.ts', `export * from '../rtc/room.ts';`, edge],
  ['src/server/to-components.ts', `export * from '../components/log.ts';`, edge],
  ['src/server/to-lit.ts', `import { html } from 'lit'; export const b = html;`, edge],
  ['src/server/to-client.ts', `import { io } from 'socket.io-client'; export const b = io;`, edge],
  ['src/index.ts', `export * from './server/seats.ts';`, edge],
  [
    'src/rtc/ring-a.ts',
    `import type { B } from './ring-b.ts'; export type A = B;`,
    'import(no-cycle)',
  ],
  [
    'src/rtc/ring-b.ts',
    `import type { A } from './ring-a.ts'; export type B = A;`,
    'import(no-cycle)',
  ],
  [
    'src/rtc/floating.ts',
    `export const a = () => { Promise.resolve(1); };`,
    'typescript(no-floating-promises)',
  ],
  [
    'src/rtc/any.ts',
    `export const a = (b: any): string => String(b);`,
    'typescript(no-explicit-any)',
  ],
  [
    'src/rtc/unsafe.ts',
    `export const a: string = JSON.parse('""');`,
    'typescript(no-unsafe-assignment)',
  ],
  [
    'src/rtc/swallowed.ts',
    `export const a = () => { try { JSON.stringify(1); } catch {} };`,
    'eslint(no-empty)',
  ],
  ['src/rtc/console.ts', `console.log(1);`, 'eslint(no-console)'],
  ['src/rtc/long.ts', 'export {};\n'.repeat(401), 'eslint(max-lines)'],
];

/** Edges that must stay open. */
const right: readonly (readonly [file: string, source: string])[] = [
  [
    'src/protocol/good.ts',
    `import * as v from 'valibot'; import { a } from './names.ts'; export const b = [v, a];`,
  ],
  [
    'src/rtc/good.ts',
    `import { openDB } from 'idb'; import { a } from '../protocol/names.ts'; import { c } from './room.ts'; export const b = [openDB, a, c];`,
  ],
  [
    'src/components/good.ts',
    `import { html } from 'lit'; import { repeat } from 'lit/directives/repeat.js'; import { a } from '../rtc/room.ts'; export const b = [html, repeat, a];`,
  ],
  [
    'src/server/good.ts',
    `import { readFile } from 'node:fs/promises'; import { Server } from 'socket.io'; import { a } from '../protocol/names.ts'; export const b = [readFile, Server, a];`,
  ],
];

interface Diagnostic {
  readonly code: string;
  readonly filename: string;
}

describe('lint', () => {
  let folder: string;
  let found: readonly Diagnostic[];

  before(async () => {
    folder = mkdtempSync(join(tmpdir(), 'rtc-chat-lint-'));
    symlinkSync(resolve('node_modules'), join(folder, 'node_modules'));
    for (const name of ['.oxlintrc.json', 'tsconfig.base.json', 'tsconfig.json', 'package.json']) {
      copyFileSync(name, join(folder, name));
    }
    for (const [file, source] of [...wrong, ...right]) {
      mkdirSync(join(folder, dirname(file)), { recursive: true });
      writeFileSync(join(folder, file), source);
    }
    const { output } = await runChild('node_modules/.bin/oxlint', ['--format=json', 'src'], {
      cwd: folder,
      timeLimitMs: 60_000,
    });
    found = (JSON.parse(output) as { diagnostics: Diagnostic[] }).diagnostics;
  });

  after(() => rmSync(folder, { recursive: true, force: true }));

  for (const [file, , rule] of wrong) {
    it(`finds ${rule} in ${file}`, () => {
      const rules = found.filter(({ filename }) => filename === file).map(({ code }) => code);
      assert.ok(rules.includes(rule), `found only: ${rules.join(', ')}`);
    });
  }

  for (const [file] of right) {
    it(`has nothing against the imports of ${file}`, () => {
      const rules = found.filter(({ filename }) => filename === file).map(({ code }) => code);
      assert.ok(!rules.includes(edge), rules.join(', '));
    });
  }
});
