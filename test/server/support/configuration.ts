import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TestContext } from 'node:test';

import { readCommandLine } from '../../../src/server/command-line.ts';
import type { Configuration } from '../../../src/server/configuration.ts';
import { FLAG_NAMES } from '../../../src/server/flags.ts';

type Environment = Readonly<Record<string, string>>;

/** The sentence about what was wrong. */
export function complaint(args: readonly string[], environment: Environment = {}): string {
  const asked = readCommandLine(args, environment);
  assert.equal(asked.do, 'complain');
  return asked.do === 'complain' ? asked.sentence : '';
}

export function configuration(
  args: readonly string[],
  environment: Environment = {},
): Configuration {
  const asked = readCommandLine(args, environment);
  if (asked.do !== 'start') {
    throw new assert.AssertionError({ message: JSON.stringify(asked) });
  }
  return asked.configuration;
}

/** What was set by somebody, without the defaults. */
export function given(
  args: readonly string[],
  environment: Environment = {},
): Record<string, unknown> {
  const { values, sources } = configuration(args, environment);
  return Object.fromEntries(
    FLAG_NAMES.filter((it) => sources.has(it)).map((it) => [it, values[it]]),
  );
}

/** A file of this name and content, for the time of one test. */
export function fileFor(t: TestContext, content: string, name = 'rtc-chat.json'): string {
  const folder = mkdtempSync(join(tmpdir(), 'rtc-chat-config-'));
  t.after(() => rmSync(folder, { recursive: true, force: true }));
  writeFileSync(join(folder, name), content);
  return join(folder, name);
}
