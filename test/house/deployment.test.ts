import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { chmodSync, cpSync, existsSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { after, before, describe, it } from 'node:test';

import { runChild } from '../../scripts/child.ts';
import { readCommandLine } from '../../src/server/command-line.ts';
import { FLAG_NAMES } from '../../src/server/flags.ts';
import { variableOf } from '../../src/server/given.ts';

const STEP_LIMIT_MS = 120_000;
const soak = process.env['RTC_CHAT_SOAK'] === '1';
/** `nobody`: what a process is that owns nothing. */
const NOBODY = 65_534;

const read = (file: string): string => readFileSync(file, 'utf8');

async function run(cwd: string, command: string, ...args: readonly string[]): Promise<string> {
  const { code, output } = await runChild(command, args, { cwd, timeLimitMs: STEP_LIMIT_MS });
  assert.equal(code, 0, `${command} ${args.join(' ')}\n${output}`);
  return output;
}

/** The instructions of the last stage, continued lines joined; a name may come several times. */
function lastStage(dockerfile: string): readonly (readonly [name: string, rest: string])[] {
  const lines = dockerfile.replaceAll('\\\n', ' ').split('\n');
  const from = lines.findLastIndex((line) => line.startsWith('FROM '));
  return lines
    .slice(from)
    .filter((line) => /^[A-Z]/.test(line))
    .map((line) => [line.split(' ', 1)[0] ?? '', line.slice(line.indexOf(' ') + 1)]);
}

const dockerfile = read('Dockerfile');
const image = lastStage(dockerfile);
const instruction = (name: string): string => image.find(([it]) => it === name)?.[1] ?? '';
const environment = Object.fromEntries(
  instruction('ENV')
    .split(' ')
    .map((pair) => pair.split('=', 2)),
) as Record<string, string>;

describe('the container image', () => {
  let folder: string;
  before(() => (folder = mkdtempSync(join(tmpdir(), 'rtc-chat-image-'))));
  after(() => rmSync(folder, { recursive: true, force: true }));

  it('is not root, ends by SIGTERM, and says how it is', () => {
    assert.match(instruction('USER'), /^(?!root$|0(:|$))\S+$/);
    assert.equal(instruction('STOPSIGNAL'), 'SIGTERM');
    assert.match(instruction('HEALTHCHECK'), /CMD \[/);
  });

  it('is built from files that are there, and are let through to the build', () => {
    const allowed = read('.dockerignore').split('\n').filter((line) => line.startsWith('!')).map((line) => line.slice(1));
    const isAllowed = (file: string): boolean => allowed.some((it) => it === file || (it.includes('*') && new RegExp(`^${it.replaceAll('.', '\\.').replaceAll('*', '.*')}$`).test(file)));
    const copied = dockerfile.match(/^COPY (?!--from)(.+) \S+$/gm) ?? [];
    const sources = copied.flatMap((line) => line.split(' ').slice(1, -1)).filter((it) => it !== '.');
    assert.ok(sources.length >= 4, sources.join());
    for (const file of sources) assert.ok(existsSync(file) && isAllowed(file), file);
  });
});
