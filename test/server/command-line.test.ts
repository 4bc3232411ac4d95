import assert from 'node:assert/strict';
import { join, resolve } from 'node:path';
import { test } from 'node:test';

import { readCommandLine } from '../../src/server/command-line.ts';
import { printConfiguration } from '../../src/server/configuration.ts';
import { complaint, configuration, fileFor, given } from './support/configuration.ts';

for (const [args, sentence] of [
  [['--prot', '80'], /^There is no flag --prot\. Did you mean --port\?$/],
  [['--orign=x'], /^There is no flag --orign\. Did you mean --origin\?$/],
  [['--verison'], /^There is no flag --verison\. Did you mean --version\?$/],
  [['--listen', '80'], /^There is no flag --listen\. rtc-chat --help lists them\.$/],
  [['-x'], /^There is no flag -x\. rtc-chat --help lists them\.$/],
  [['--__proto__', 'x'], /^There is no flag --__proto__\./],
  [['--constructor=x'], /^There is no flag --constructor\./],
  [[`--${'p'.repeat(10_000)}`], /^There is no flag .{0,160}$/],
  [['start'], /^"start" is not a flag\./],
  [['--', '--port'], /^"--port" is not a flag\./],
  [['--port'], /^--port needs a value: a whole number from 0 to 65535\.$/],
  [['--port', '--host', 'localhost'], /^--port needs a value/],
  [['--port', 'eighty'], /^--port must be a whole number from 0 to 65535, not "eighty"\.$/],
  [['--port', '65536'], /^--port must be a whole number from 0 to 65535, not 65536\.$/],
  [['--port', '-1'], /^--port must be/],
  [['--port', '80.5'], /^--port must be/],
  [['--port='], /^--port must be/],
  [['--port', '9'.repeat(1_000)], /^--port must be .{0,160}$/],
  [['--host', ''], /^--host must be an address/],
  [['--host', 'http://a.example'], /^--host must be an address/],
  [['--origin', 'example.com'], /^--origin must be an origin such as https:\/\/example\.com/],
  [['--origin', 'https://example.com/chat'], /^--origin must be/],
  [['--origin', 'https://a.example,*'], /^--origin must be/],
  [['--public-host', 'https://chat.example'], /^--public-host must be a host/],
  [['--public-host', 'chat.example/x'], /^--public-host must be a host/],
  [['--capacity', '1'], /^--capacity must be a whole number from 2 to 32/],
  [['--capacity', '33'], /^--capacity must be/],
  [['--grace-ms', '3000000000'], /^--grace-ms must be/],
  [['--joins-per-address', '40'], /^--joins-per-address must be a number and a time/],
  [['--joins-per-address', '0/1s'], /^--joins-per-address must be/],
  [['--joins-per-address', '5/99999m'], /^--joins-per-address must be/],
  [['--redis', 'localhost:6379'], /^--redis must be a URL such as redis:\/\/127\.0\.0\.1:6379/],
  [['--redis', 'https://redis.example'], /^--redis must be/],
  [['--redis', 'redis://redis.example/zero'], /^--redis must be/],
  [['--ice-servers', 'stun:x'], /^--ice-servers must be a JSON list/],
  [['--ice-servers', '[{"url":"stun:x"}]'], /^--ice-servers must be a JSON list/],
  [['--ice-servers', '[{"urls":"http://x"}]'], /^--ice-servers must be a JSON list/],
  [['--ice-servers', '[{"urls":[]}]'], /^--ice-servers must be a JSON list/],
  [['--ice-servers', '[{"urls":"turn:t.example"}]'], /TURN with username and credential\.$/],
  [['--turn-url', 'stun:s.example'], /^--turn-url must be a TURN URL such as turn:turn\.example/],
  [['--turn-url', 'turn:t.example:99999'], /^--turn-url must be/],
  [['--turn-url', 'turn://t.example'], /^--turn-url must be/],
  [['--turn-url', 'turn:t.example?transport=sctp'], /^--turn-url must be/],
  [['--turn-url', 'turn:t.example'], /^--turn-url needs --turn-secret as well\.$/],
  [['--turn-secret', 's3cret'], /^--turn-secret needs --turn-url as well\.$/],
  [['--turn-ttl', '10s'], /^--turn-ttl must be a time such as .*, from 15s to/],
  [['--log-level', 'loud'], /^--log-level must be trace, debug.* or silent, not "loud"/],
  [['--help=yes'], /^--help takes no value\.$/],
  [['--config'], /^--config needs a value: the path of a file\.$/],
  [
    ['--config', '/nowhere/x.json'],
    /^The configuration file \/nowhere\/x\.json could not be read: there is none\.$/,
  ],
  [['--config', '/'], /^The configuration file \/ could not be read: it is a folder\.$/],
  [['--tls-cert', 'a.pem'], /^--tls-cert needs --tls-key as well\.$/],
  [['--lan', '--host', '::'], /^--lan and --host exclude each other\.$/],
  [['--lan=yes'], /^--lan must be true or false, not "yes"\.$/],
  [['--lan', 'true'], /^"true" is not a flag\./],
  [['--trust-proxy', '1'], /^--trust-proxy must be an address, a network such as/],
  [['--base-path', 'chat'], /^--base-path must be a path such as \/chat, not "chat"\.$/],
  [
    ['--ice-servers', '[]', '--ice-servers-file', 'x'],
    /^--ice-servers and --ice-servers-file exclude each other\.$/,
  ],
  [
    ['--ice-servers-file', '/nowhere/x'],
    /^The file \/nowhere\/x of --ice-servers-file could not be read: there is none\.$/,
  ],
] as const) {
  test(`"${args.join(' ').slice(0, 40)}" is answered with what is wrong`, () => {
    assert.match(complaint(args), sentence);
  });
}

for (const [content, sentence] of [
  [
    '{"port": "many"}',
    /^Key "port" in \S+rtc-chat\.json must be a whole number from 0 to 65535, not "many"\.$/,
  ],
  ['{"port": "80"}', /^Key "port" in \S+ must be a whole number/],
  ['{"port": null}', /^Key "port" in \S+ must be .*, not null\.$/],
  ['{"origin": "https://a.example"}', /^Key "origin" in \S+ must be/],
  [
    '{"prot": 80}',
    /^Key "prot" in \S+rtc-chat\.json is no setting of rtc-chat\. Did you mean port\?$/,
  ],
  ['{"__proto__": 80}', /^Key "__proto__" in \S+ is no setting of rtc-chat\.$/],
  ['{"config": "x"}', /^Key "config" in \S+ is no setting/],
  ['[]', /^\S+rtc-chat\.json must be one JSON object, such as \{"port": 8080\}\.$/],
  ['{"port": 80', /^\S+rtc-chat\.json is not valid JSON: .+\.$/],
  ['', /^\S+rtc-chat\.json is not valid JSON: Unexpected end of JSON input\.$/],
] as const) {
  test(`a file with ${content || 'nothing in it'} is answered with what is wrong`, (t) => {
    assert.match(complaint(['--config', fileFor(t, content)]), sentence);
  });
}

test('flags come before the environment, the environment before the file', (t) => {
  const file = fileFor(
    t,
    JSON.stringify({
      port: 1,
      capacity: 5,
      host: 'localhost',
      origin: ['https://file.example'],
      'joins-per-address': '7/1m',
      'ice-servers': [{ urls: 'stun:s.example' }],
    }),
  );
  const environment = {
    RTC_CHAT_CONFIG: file,
    RTC_CHAT_PORT: '2',
    RTC_CHAT_CAPACITY: '4',
    RTC_CHAT_ORIGIN: 'https://env.example',
    RTC_CHAT_HOST: '',
  };
  const found = configuration(['--port', '3'], environment);
  assert.deepEqual(Object.fromEntries(found.sources), {
    port: '--port',
    host: `Key "host" in ${file}`,
    origin: 'RTC_CHAT_ORIGIN',
    capacity: 'RTC_CHAT_CAPACITY',
    'joins-per-address': `Key "joins-per-address" in ${file}`,
    'ice-servers': `Key "ice-servers" in ${file}`,
  });
  assert.deepEqual(given(['--port', '3'], environment), {
    port: 3,
    host: 'localhost',
    origin: ['https://env.example'],
    capacity: 4,
    'joins-per-address': { max: 7, perMs: 60_000 },
    'ice-servers': [{ urls: 'stun:s.example' }],
  });
});

test('--config counts more than RTC_CHAT_CONFIG', (t) => {
  const args = ['--config', fileFor(t, '\uFEFF{"port": 1}')];
  assert.deepEqual(given(args, { RTC_CHAT_CONFIG: '/nowhere' }), { port: 1 });
});

test('of a repeated flag the last counts, lists take commas and repetitions', () => {
  const args = [
    ['--port=2', '--port', '3'],
    ['--origin', 'https://A.example, null', '--origin=http://localhost:3000'],
    ['--public-host', 'Chat.Example:8443,[::1]:80', '--public-host', '["b.example"]'],
    ['--joins-per-address', '5/2m'],
    ['--ice-servers', '[{"urls":["stun:s.example"],"username":"u"}]'],
  ].flat();
  assert.deepEqual(given(args, { RTC_CHAT_SOMETHING_ELSE: 'x' }), {
    port: 3,
    origin: ['https://a.example', 'null', 'http://localhost:3000'],
    'public-host': ['chat.example:8443', '[::1]:80', 'b.example'],
    'joins-per-address': { max: 5, perMs: 120_000 },
    'ice-servers': [{ urls: ['stun:s.example'], username: 'u' }],
  });
});

test('TURN with a shared secret takes its URLs, the secret by a file, and a time', (t) => {
  const args = [
    ['--turn-url', 'turn:t.example:3478,turns:[2001:db8::1]?transport=tcp'],
    ['--turn-url=TURN:t.example', '--turn-secret-file', fileFor(t, 's3cret\n', 'secret')],
    ['--turn-ttl', '10m'],
  ].flat();
  assert.deepEqual(given(args), {
    'turn-url': ['turn:t.example:3478', 'turns:[2001:db8::1]?transport=tcp', 'TURN:t.example'],
    'turn-secret': 's3cret',
    'turn-ttl': 600_000,
  });
  assert.doesNotMatch(printConfiguration(configuration(args)), /s3cret/);
});

test('what stands alone is on, unless it is said to be off; then it excludes nothing', () => {
  assert.deepEqual(given(['--lan']), { lan: true });
  assert.deepEqual(given([], { RTC_CHAT_LAN: '1' }), { lan: true });
  const off = ['--lan=false', '--host', '::'];
  assert.deepEqual(given(off, { RTC_CHAT_LAN: 'true' }), { host: '::', lan: false });
});

test('a path in the file is relative to the file, others to where the command is started', (t) => {
  const file = fileFor(t, '{"tls-cert": "a.pem", "tls-key": "/keys/a.pem"}');
  const found = given(['--config', file]);
  assert.deepEqual(found, { 'tls-cert': join(file, '../a.pem'), 'tls-key': '/keys/a.pem' });
  const { 'tls-cert': flag } = given(['--tls-cert', 'b.pem', '--config', file]);
  assert.equal(flag, resolve('b.pem'));
});

test('a wrong variable is named in the sentence', () => {
  assert.match(complaint([], { RTC_CHAT_GRACE_MS: 'ten' }), /^RTC_CHAT_GRACE_MS must be .*"ten"/);
});

test('a variable with a slip of the hand is pointed out, one of others is left alone', () => {
  const environment = { RTC_CHAT_PROT: '80', RTC_CHAT_SERVICE_HOST: '10.0.0.1', PORT: '1' };
  const asked = readCommandLine([], environment);
  assert.deepEqual(asked.do === 'start' && asked.warnings, [
    'RTC_CHAT_PROT is no setting of rtc-chat. Did you mean RTC_CHAT_PORT?',
  ]);
});
