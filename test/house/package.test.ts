import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { runChild } from '../../scripts/child.ts';

const stepLimitMs = 60_000;
const bin = (tool: string): string => resolve('node_modules/.bin', tool);

/** Uses everything once, as a stranger's project would. */
const consumer = `
import 'rtc-chat';
import { RtcChatElement } from 'rtc-chat/element';
import { Room, RtcChatError } from 'rtc-chat/room';
import { createBroadcaster } from 'rtc-chat/server';
import { createServer } from 'node:http';

const element: RtcChatElement = document.createElement('rtc-chat');
export const joined: Promise<unknown> = element.join();
export const room: typeof Room = Room;
export const codeOf = (error: RtcChatError): string => error.code;
export const { io, close } = createBroadcaster(createServer(), {});
`;

const attributes = 'server room name capacity history calls ice-transport-policy token'.split(' ');
const events = 'status message delivery peer-join peer-leave call error'.split(' ');

describe('the package as others get it', () => {
  let folder: string;
  let tarball: string;
  let project: string;
  let packed: readonly string[];

  /** Runs a command in the stranger's project; fails with what it said. */
  async function run(command: string, ...args: readonly string[]): Promise<string> {
    const { code, output } = await runChild(command, args, {
      cwd: project,
      timeLimitMs: stepLimitMs,
    });
    assert.equal(code, 0, `${command} ${args.join(' ')}\n${output}`);
    return output;
  }

  before(async () => {
    folder = mkdtempSync(join(tmpdir(), 'rtc-chat-package-'));
    project = join(folder, 'project');
    mkdirSync(project);
    writeFileSync(join(project, 'package.json'), '{ "type": "module", "private": true }');
    writeFileSync(join(project, 'consumer.ts'), consumer);
    const pack = ['pack', '--json', '--ignore-scripts', '--pack-destination', folder, resolve('.')];
    const answer = await run('npm', '--loglevel=error', ...pack);
    const [about] = JSON.parse(answer) as [{ filename: string; files: { path: string }[] }];
    tarball = join(folder, about.filename);
    packed = about.files.map(({ path }) => path);
    const quiet = ['--prefer-offline', '--no-audit', '--no-fund', '--loglevel=error'];
    await run('npm', 'install', '--prefix', project, ...quiet, tarball);
  });

  after(() => rmSync(folder, { recursive: true, force: true }));

  it('holds what is built, the wire and the licence, and no sources', () => {
    for (const path of [
      'dist/rtc-chat.js',
      'dist/custom-elements.json',
      'PROTOCOL.md',
      'LICENSE',
    ]) {
      assert.ok(packed.includes(path), path);
    }
    assert.deepEqual(
      packed.filter((path) => /^(src|test|scripts|bench)\//.test(path)),
      [],
    );
  });

  it('has nothing that publint minds', async () => {
    await run(bin('publint'), '--strict', tarball);
  });

  it('resolves for every kind of importer', async () => {
    const excluded = ['rtc-chat.js', 'custom-elements.json', 'package.json'];
    await run(bin('attw'), '--profile', 'esm-only', tarball, '--exclude-entrypoints', ...excluded);
  });

  for (const [module, moduleResolution] of [
    ['nodenext', 'nodenext'],
    ['esnext', 'bundler'],
  ] as const) {
    it(`brings types for each entry point (${moduleResolution})`, async () => {
      const flags = ['--noEmit', '--strict', '--target', 'es2022', '--types', 'node'];
      const kind = ['--module', module, '--moduleResolution', moduleResolution];
      await run(bin('tsc'), ...flags, ...kind, 'consumer.ts');
    });
  }

  for (const entry of ['rtc-chat', 'rtc-chat/element', 'rtc-chat/room', 'rtc-chat/server']) {
    it(`imports ${entry} in Node, in silence and to its end`, async () => {
      assert.equal(await run(process.execPath, '-e', `import('${entry}')`), '');
    });
  }

  it('exports what the entry points promise', async () => {
    const names = await run(
      process.execPath,
      '--input-type=module',
      '-e',
      `import * as element from 'rtc-chat/element';
       import * as room from 'rtc-chat/room';
       import * as server from 'rtc-chat/server';
       console.log([element.RtcChatElement, room.Room, room.RtcChatError, server.createBroadcaster].map((value) => typeof value).join())`,
    );
    assert.equal(names.trim(), 'function,function,function,function');
  });

  it('brings the command', async () => {
    assert.match(await run(join(project, 'node_modules/.bin/rtc-chat'), '--help'), /--port/);
  });

  it('describes the element for editors', () => {
    const file = join(project, 'node_modules/rtc-chat/dist/custom-elements.json');
    const manifest = JSON.parse(readFileSync(file, 'utf8')) as {
      modules: { declarations: { tagName?: string; attributes?: Named[]; events?: Named[] }[] }[];
    };
    const element = manifest.modules
      .flatMap(({ declarations }) => declarations)
      .find(({ tagName }) => tagName === 'rtc-chat');
    assert.ok(element, 'no declaration of <rtc-chat>');
    assert.deepEqual(missing(attributes, element.attributes), []);
    assert.deepEqual(
      missing(
        events.map((name) => `rtc-chat-${name}`),
        element.events,
      ),
      [],
    );
  });
});

interface Named {
  readonly name: string;
}

const missing = (names: readonly string[], listed: readonly Named[] = []): string[] =>
  names.filter((name) => !listed.some((item) => item.name === name));
