import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';

import { readCommandLine } from '../../src/server/command-line.ts';
import { broadcasterOptions, printConfiguration } from '../../src/server/configuration.ts';
import { FLAG_NAMES, flagOf, isFlagName } from '../../src/server/flags.ts';
import { SETTING_NAMES, variableOf } from '../../src/server/given.ts';
import { resolveOptions } from '../../src/server/options.ts';
import { complaint, configuration, fileFor, given } from './support/configuration.ts';

test('what a setting needs or excludes is a setting', () => {
  for (const { needs, excludes } of FLAG_NAMES.map(flagOf)) {
    for (const other of [needs, excludes])
      assert.ok(other === null || isFlagName(other), other ?? '');
  }
});

test('a secret comes from a file, beside the configuration file where that names it', (t) => {
  const secret = fileFor(
    t,
    '[{"urls":"turn:t.example","username":"u","credential":"s3cret"}]\n',
    'ice',
  );
  const expected = [{ urls: 'turn:t.example', username: 'u', credential: 's3cret' }];
  assert.deepEqual(given(['--ice-servers-file', secret]), { 'ice-servers': expected });
  assert.deepEqual(given([], { RTC_CHAT_ICE_SERVERS_FILE: secret }), { 'ice-servers': expected });
  const file = join(secret, '../rtc-chat.json');
  writeFileSync(file, '{"ice-servers-file": "ice"}');
  const found = configuration(['--config', file]);
  assert.deepEqual(found.values['ice-servers'], expected);
  // The place that counts more decides, by whichever of the two names.
  assert.deepEqual(given(['--ice-servers', '[]', '--config', file]), { 'ice-servers': [] });
});

test('a secret is in no sentence and not in what is printed', (t) => {
  const wrong = '[{"urls":5,"username":"u","credential":"s3cret"}]';
  const file = fileFor(t, `{"ice-servers": ${wrong}}`);
  const broken = fileFor(t, '{"ice-servers": ["s3cret", x]}');
  const short = fileFor(t, 's3cret');
  for (const sentence of [
    complaint(['--ice-servers', wrong]),
    complaint([], { RTC_CHAT_ICE_SERVERS: wrong }),
    complaint(['--config', file]),
    complaint(['--config', broken]),
    complaint(['--config', short]),
  ]) {
    assert.doesNotMatch(sentence, /s3cret/);
  }
  const right = configuration(['--ice-servers', wrong.replace('5', '"turn:t.example"')]);
  const printed = printConfiguration(right);
  assert.doesNotMatch(printed, /s3cret/);
  assert.match(printed, /turn:t\.example/);
});

test('--print-config prints every setting as JSON, with where it came from', () => {
  const asked = readCommandLine(['--print-config', '--port', '3'], { RTC_CHAT_CAPACITY: '4' });
  assert.equal(asked.do, 'print-config');
  if (asked.do !== 'print-config') return;
  const printed = JSON.parse(printConfiguration(asked.configuration)) as Record<string, unknown>;
  assert.deepEqual(Object.keys(printed), FLAG_NAMES);
  assert.deepEqual(printed['port'], { value: 3, from: '--port' });
  assert.deepEqual(printed['capacity'], { value: 4, from: 'RTC_CHAT_CAPACITY' });
  assert.deepEqual(printed['host'], { value: null, from: 'default' });
  assert.deepEqual(printed['joins-per-address'], { value: '400/10s', from: 'default' });
});

test('what nobody set is what createBroadcaster takes by itself', () => {
  const { values } = configuration([]);
  assert.deepEqual(resolveOptions(broadcasterOptions(values)), resolveOptions());
  const chosen = configuration(['--capacity', '3', '--origin', 'https://a.example']).values;
  const { maxCapacity, origins } = resolveOptions(broadcasterOptions(chosen));
  assert.deepEqual([maxCapacity, origins], [3, ['https://a.example']]);
});

test('every default is one that the setting itself accepts', () => {
  const { values } = configuration([]);
  const texts = JSON.parse(printConfiguration({ values, sources: new Map() })) as Record<
    string,
    { value: unknown }
  >;
  for (const [name, { value }] of Object.entries(texts)) {
    if (value === null) continue;
    const text = typeof value === 'string' ? value : JSON.stringify(value);
    assert.deepEqual(given([`--${name}=${text}`]), {
      [name]: values[name as keyof typeof values],
    });
  }
});

test('no setting has the name of another, nor its variable', () => {
  const names = [...SETTING_NAMES, 'config', 'help', 'version', 'print-config'];
  assert.equal(new Set(names.map(variableOf)).size, names.length);
});

test('of the address of Redis the password is shown to nobody', () => {
  const address = 'rediss://rtc:s3cret@redis.example:6380/2';
  const asked = configuration(['--redis', address]);
  assert.equal(broadcasterOptions(asked.values).redis, address);
  const printed = printConfiguration(asked);
  assert.ok(!printed.includes('s3cret'), printed);
  assert.ok(printed.includes('redis.example:6380/2'), printed);
  assert.ok(!complaint(['--redis', `${address}/s3cret`]).includes('s3cret'));
});
