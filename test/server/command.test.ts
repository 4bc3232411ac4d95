import assert from 'node:assert/strict';
import { createServer } from 'node:net';
import type { AddressInfo } from 'node:net';
import { test } from 'node:test';

import { SETTING_NAMES, variableOf } from '../../src/server/given.ts';
import { runCommand } from './support/command.ts';
import { connectPeer, peerFor } from './support/peer.ts';

test('--help lists every flag with its variable, and ends well', async (t) => {
  const command = runCommand(t, ['--help']);
  assert.equal(await command.exited, 0);
  for (const name of [...SETTING_NAMES, 'config']) {
    assert.match(command.output(), new RegExp(`^  --${name}( .+)?$`, 'm'));
    assert.ok(command.output().includes(variableOf(name)), name);
  }
  assert.equal(command.errors(), '');
});

test('--version says the version', async (t) => {
  const command = runCommand(t, ['--version']);
  assert.equal(await command.exited, 0);
  assert.match(command.output(), /^\d+\.\d+\.\d+\n$/);
});

test('--print-config prints JSON and starts nothing', async (t) => {
  const command = runCommand(t, ['--print-config', '--port', '3']);
  assert.equal(await command.exited, 0);
  const printed = JSON.parse(command.output()) as { port: unknown };
  assert.deepEqual(printed.port, { value: 3, from: '--port' });
  assert.equal(command.errors(), '');
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
    const environment = { RTC_CHAT_PORT: '0', RTC_CHAT_DRAIN: '200' };
    const command = runCommand(t, ['--host', '127.0.0.1'], environment);
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
    assert.match(command.errors(), /"join".*\n.*"draining".*\n.*"closing".*\n.*"closed"/);
  });
}

test('SIGTERM lets those who are there finish, and says that nobody else is to be sent', async (t) => {
  const args = ['--host', '127.0.0.1', '--port', '0', '--drain', '60000'];
  const command = runCommand(t, args);
  const [, url = ''] = await command.said(/listening on (http:\S+)/);
  const ada = await peerFor(t, url);
  const ben = await peerFor(t, url);
  await ada.join({ name: 'Ada' });
  await ben.join({ name: 'Ben' });
  command.child.kill('SIGTERM');
  await ada.next('closing');
  const ready = await fetch(`${url}/readyz`);
  assert.deepEqual([ready.status, await ready.json()], [503, { readiness: 'draining' }]);
  assert.equal((await fetch(`${url}/healthz`)).status, 200);
  await ada.signal(ben.id, 'hello');
  assert.equal((await ben.next<{ signal: string }>('signal')).signal, 'hello');
  ada.close();
  ben.close();
  assert.equal(await command.exited, 0);
});

for (const second of ['SIGTERM', 'SIGINT'] as const) {
  test(`${second} after SIGTERM ends at once`, async (t) => {
    const args = ['--host', '127.0.0.1', '--port', '0', '--drain', '60000'];
    const command = runCommand(t, args);
    const [, url = ''] = await command.said(/listening on (http:\S+)/);
    const ada = await peerFor(t, url);
    command.child.kill('SIGTERM');
    await ada.next('closing');
    command.child.kill(second);
    assert.equal(await command.exited, 1);
  });
}

test('the port of the metrics in use is said with its own flag', async (t) => {
  const taken = createServer().listen(0, '127.0.0.1');
  t.after(() => taken.close());
  await new Promise((resolve) => taken.once('listening', resolve));
  const { port } = taken.address() as AddressInfo;
  const command = runCommand(t, ['--port', '0', '--metrics-port', String(port)]);
  assert.equal(await command.exited, 1);
  assert.match(command.errors(), /in use already\. Choose another one with --metrics-port\.\n$/);
});
