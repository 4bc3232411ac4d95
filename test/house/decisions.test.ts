import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';

const FOLDER = fileURLToPath(new URL('../../docs/decisions', import.meta.url));

test('decisions are numbered from one on, each number once, in the name and in the title', () => {
  const files = readdirSync(FOLDER).toSorted();
  assert.ok(files.length > 0);
  for (const [at, file] of files.entries()) {
    const number = at + 1;
    assert.match(file, new RegExp(`^${String(number).padStart(4, '0')}-[a-z0-9-]+\\.md$`));
    const [title = ''] = readFileSync(join(FOLDER, file), 'utf8').split('\n');
    assert.match(title, new RegExp(`^# ${number}\\. \\S`), file);
  }
});
