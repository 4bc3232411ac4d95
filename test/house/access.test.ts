import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';

import { FLAG_NAMES, flagOf } from '../../src/server/flags.ts';
import { standardText } from '../../src/server/help.ts';

test('docs/access.md has every limit with its default, and none that is gone', () => {
  const rows = readFileSync('docs/access.md', 'utf8').matchAll(
    /^\| `--([a-z-]+)` +\| ([^|`]+?) +\| [^|]+ \|$/gm,
  );
  const written = Object.fromEntries([...rows].map(([, name = '', standard]) => [name, standard]));
  const limits = FLAG_NAMES.filter((name) => flagOf(name).group === 'limits');
  assert.deepEqual(written, Object.fromEntries(limits.map((name) => [name, standardText(name)])));
});
