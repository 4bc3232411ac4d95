import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { it } from 'node:test';
import { configurationDocument } from '../../scripts/configuration-doc.ts';

it('docs/configuration.md has every setting as the command has it', async () => {
  const written = readFileSync('docs/configuration.md', 'utf8');
  assert.equal(written, await configurationDocument(), 'run npm run docs');
});
