import assert from 'node:assert/strict';
import { createServer } from 'node:net';
import type { AddressInfo } from 'node:net';
import { test } from 'node:test';

import { readCommandLine } from '../../src/server/command-line.ts';
import { FLAG_NAMES, variableOf } from '../../src/server/flags.ts';
import { runCommand } from './support/command.ts';
import { connectPeer, peerFor } from './support/peer.ts';

for (const [args, sentence] of [
  [['--prot', '80'], /^There is no flag --prot\. rtc-chat --help lists them\.$/],
  [['-x'], /^There is no flag -x\./],
  [['--__proto__', 'x'], /^There is no flag --__proto__\./],
  [['--constructor=x'], /^There is no flag --constructor\./],
  [['start'], /^"start" is not a flag\./],
  [['--', '--port'], /^"--port" is not a flag\./],
  [['--port'], /^--port needs a value: a whole number from 0 to 65535\.$/],
  [['--port', '--host', 'localhost'], /^--port needs a value/],
  [['--port', 'eighty'], /^--port must be a whole number from 0 to 65535, not "eighty"\.$/],
  [['--port', '65536'], /^--port must be/],
  [['--port', '-1'], /^--port must be/],
  [['--port', '80.5'], /^--port must be/],
  [['--port='], /^--port must be/],
  [['--port', '9'.repeat(1_000)], /^--port must be .{0,160}$/],
  [['--host', ''], /^--host must be an address/],
  [['--origin', 'example.com'], /^--origin must be an origin such as https:\/\/example\.com/],
  [['--origin', 'https://example.com/chat'], /^--origin must be/],
  [['--origin', 'https://a.example,*'], /^--origin must be/],
  [['--public-host', 'https://chat.example'], /^--public-host must be a host/],
  [['--public-host', 'chat.example/x'], /^--public-host must be a host/],
  [['--path', '/chat'], /path/],
  [['--capacity', '1'], /^--capacity must be a whole number from 2 to 32/],
  [['--capacity', '33'], /^--capacity must be/],
  [['--grace-ms', '3000000000'], /^--grace-ms must be/],
  [['--joins-per-address', '40'], /^--joins-per-address must be a number and a time/],
  [['--joins-per-address', '0/1s'], /^--joins-per-address must be/],
  [['--joins-per-address', '5/99999m'], /^--joins-per-address must be/],
  [['--ice-servers', 'stun:x'], /^--ice-servers must be a JSON list/],
  [['--ice-servers', '[{"url":"stun:x"}]'], /^--ice-servers must be a JSON list/],
  [['--log-level', 'loud'], /^--log-level must be trace, debug/],
  [['--help=yes'], /^--help takes no value\.$/],
] as const) {
  test(`"${args.join(' ').slice(0, 40)}" is answered with what is wrong`, () => {
    const asked = readCommandLine(args, {});
    assert.equal(asked.do, 'complain');
    assert.match(asked.do === 'complain' ? asked.sentence : '', sentence);
  });
}

test('flags come before the environment, lists take commas and repetitions', () => {
  const environment = {
    RTC_CHAT_PORT: '1',
    RTC_CHAT_ORIGIN: 'https://env.example',
    RTC_CHAT_CAPACITY: '4',
    RTC_CHAT_HOST: '',
    RTC_CHAT_SOMETHING_ELSE: 'x',
  };
  const args = [
    ['--port=2', '--port', '3'],
    ['--origin', 'https://A.example, null', '--origin=http://localhost:3000'],
    ['--public-host', 'Chat.Example:8443,[::1]:80'],
    ['--joins-per-address', '5/2m'],
    ['--ice-servers', '[{"urls":["stun:s.example"],"username":"u"}]'],
  ].flat();
  assert.deepEqual(readCommandLine(args, environment), {
    do: 'start',
    values: {
      port: 3,
      origin: ['https://a.example', 'null', 'http://localhost:3000'],
      capacity: 4,
      'public-host': ['chat.example:8443', '[::1]:80'],
      'joins-per-address': { max: 5, perMs: 120_000 },
      'ice-servers': [{ urls: ['stun:s.example'], username: 'u' }],
    },
  });
});

test('a wrong variable is named in the sentence', () => {
  const asked = readCommandLine([], { RTC_CHAT_GRACE_MS: 'ten' });
  assert.match(asked.do === 'complain' ? asked.sentence : '', /^RTC_CHAT_GRACE_MS must be .*"ten"/);
});

test('--help lists every flag with its variable, and ends well', async (t) => {
  const command = runCommand(t, ['--help']);
  assert.equal(await command.exited, 0);
  for (const name of FLAG_NAMES) {
    assert.ok(command.output().includes(`--${name} `), name);
    assert.ok(command.output().includes(variableOf(name)), name);
  }
  assert.equal(command.errors(), '');
});

test('--version says the version', async (t) => {
  const command = runCommand(t, ['--version']);
  assert.equal(await command.exited, 0);
  assert.match(command.output(), /^\d+\.\d+\.\d+\n$/);
});

test('a wrong flag ends with a sentence and exit code 2', async (t) => {
  const command = runCommand(t, ['--port', 'many']);
  assert.equal(await command.exited, 2);
  assert.equal(command.errors(), '--port must be a whole number from 0 to 65535, not "many".\n');
});

test('a port in use ends with a sentence and exit code 1', async (t) => {
  const taken = createServer().listen(0, '127.0.0.1');
  t.after(() => taken.close());
  await new Promise((resolve) => taken.once('listening', resolve));
  const { port } = taken.address() as AddressInfo;
  const command = runCommand(t, ['--host', '127.0.0.1', '--port', String(port)]);
  assert.equal(await command.exited, 1);
  assert.equal(
    command.errors(),
    `Port ${port} is in use already. Choose another one with --port.\n`,
  );
});

for (const signal of ['SIGTERM', 'SIGINT'] as const) {
  test(`${signal} tells everyone that it closes, and ends with exit code 0`, async (t) => {
    const command = runCommand(t, ['--host', '127.0.0.1'], { RTC_CHAT_PORT: '0' });
    const [, url = ''] = await command.said(/listening on (http:\S+)/);
    const ada = await peerFor(t, url);
    await ada.join();
    command.child.kill(signal);
    const { retryAfterMs } = await ada.next<{ retryAfterMs: number }>('closing');
    assert.ok(retryAfterMs >= 500 && retryAfterMs <= 5_000);
    // Not "io server disconnect": a client comes back by itself from this one.
    assert.equal(await ada.next('disconnect'), 'transport close');
    assert.equal(await command.exited, 0);
    await assert.rejects(connectPeer(url));
    assert.match(command.errors(), /"event":"join".*\n.*"event":"closing".*\n.*"event":"closed"/);
  });
}
