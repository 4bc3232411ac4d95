import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { cpSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, describe, it } from 'node:test';

/** Of a mutated engine so many seeds are played at the most: each of them has a hundred messages. */
const SEEDS = 60;
const LIMIT_MS = 10 * 60_000;

/** One way in which the engine could be wrong, and what the judge must say of it. */
interface Mutation {
  readonly file: string;
  /** Stands there exactly once. */
  readonly right: string;
  readonly wrong: string;
  readonly finds: RegExp;
}

const mutations: Readonly<Record<string, Mutation>> = {
  'tells of what is not yet kept': {
    file: 'commits.ts',
    right: 'await vault.save(stage.change);',
    wrong: 'void vault.save(stage.change).catch(() => undefined);',
    finds: /ticks and| is P|never reads|is still/,
  },
  'takes for a repetition what comes again soon, and nothing else': {
    file: 'author-log.ts',
    right: "if (batch.last < next) return 'repeated';",
    wrong: "if (batch.last < next) return Date.now() - mark.at[0] < 2_000 ? 'repeated' : 'taken';",
    finds: /twice|after a later one/,
  },
  'sends nothing again over a new connection': {
    file: 'delivery.ts',
    right: 'Math.min(held, this.#high)',
    wrong: 'this.#high',
    finds: /"lost":[1-9]/,
  },
  'ticks what was handed over': {
    file: 'replication.ts',
    right: 'Math.min(high, this.#pushed)',
    wrong: 'this.#pushed',
    finds: /ticks and/,
  },
  'asks nobody for what others have written': {
    file: 'gatherer.ts',
    right: 'this.#handlers.ask(id, ask);',
    wrong: 'void ask;',
    finds: /"lost":[1-9]/,
  },
  'brings newcomers its newest only, whoever waits for the rest': {
    file: 'delivery.ts',
    right: 'this.#receipts.settled, Math.max(0, this.#high - NEWEST_ENTRIES)',
    wrong: 'this.#high - 6',
    finds: /"lost":[1-9]|ticks and/,
  },
  'does not replace a connection that has failed': {
    file: 'link.ts',
    right: 'if (isCurrent(life)) this.#rebuild();',
    wrong: 'if (isCurrent(life)) this.#disown(life);',
    finds: /"lost":[1-9]|is still waiting/,
  },
};

/** As right as ours; it does with a hundred messages what ours does with thousands. */
const variant: Mutation = {
  file: '../protocol/limits.ts',
  right: 'MAX_BATCH_ITEMS = 256;',
  wrong: 'MAX_BATCH_ITEMS = 3;',
  finds: /^{"sums"/,
};

/** Somewhere else, with the modules of this tree. */
function copyTree(): string {
  const folder = mkdtempSync(join(tmpdir(), 'rtc-chat-mutant-'));
  for (const each of ['src', 'test/faults', 'package.json', 'tsconfig.json', 'tsconfig.base.json'])
    cpSync(each, join(folder, each), { recursive: true });
  symlinkSync(join(process.cwd(), 'node_modules'), join(folder, 'node_modules'));
  return folder;
}

/** What the judge says of the engine in this folder, made other than it is. */
function verdictOn(folder: string, { file, right, wrong }: Mutation): Promise<string> {
  const path = join(folder, 'src/rtc', file);
  const source = readFileSync(path, 'utf8');
  assert.equal(source.split(right).length, 2, `${file} has changed: fit the mutation to it`);
  writeFileSync(path, source.replace(right, wrong));
  const run = join(folder, 'test/faults/simulator/run.ts');
  const words = ['--import=tsx', run, '0', String(SEEDS), '--until-found'];
  return new Promise((resolve) => {
    // It ends with 1 when it has found something.
    execFile(process.execPath, words, { maxBuffer: 1e8 }, (_, said) => resolve(said));
  });
}

describe('the judge of the simulation', { timeout: LIMIT_MS, concurrency: 2 }, () => {
  const folders: string[] = [];
  const newFolder = (): string => {
    const folder = copyTree();
    folders.push(folder);
    return folder;
  };
  after(() => {
    for (const folder of folders) rmSync(folder, { recursive: true, force: true });
  });

  for (const [what, mutation] of Object.entries(mutations)) {
    it(`finds an engine that ${what}`, async () => {
      assert.match(await verdictOn(newFolder(), mutation), mutation.finds);
    });
  }

  it('finds nothing wrong with one whose batches are small, and which leaves more to be asked for', async () => {
    assert.match(await verdictOn(newFolder(), variant), variant.finds);
  });
});
