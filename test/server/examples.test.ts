import assert from 'node:assert/strict';
import { readdirSync } from 'node:fs';
import { test } from 'node:test';
import type { TestContext } from 'node:test';

import { runNode } from './support/command.ts';
import type { RunningCommand } from './support/command.ts';
import { codeOf, connectPeer, peerFor } from './support/peer.ts';
import type { PeerOptions } from './support/peer.ts';

const EXAMPLES = ['node-http', 'express', 'fastify'];

interface RunningExample {
  readonly url: string;
  readonly example: RunningCommand;
  /** For peers that come from the example's own page: its path, and the cookie that the page has set. */
  readonly visitor: PeerOptions;
}

async function exampleFor(t: TestContext, name: string): Promise<RunningExample> {
  const example = runNode(t, [`examples/${name}/server.js`], { PORT: '0' });
  const [url] = await example.said(/http:\/\/localhost:\d+(?=\/)/);
  const page = await fetch(url);
  assert.equal(page.status, 200);
  assert.match(await page.text(), /^A page of our own/);
  const cookie = page.headers.get('set-cookie')?.split(';', 1)[0] ?? '';
  const visitor = { socket: { path: '/chat/socket.io', extraHeaders: { cookie } } };
  return { url, example, visitor };
}

test('every example is run here', () => {
  assert.deepEqual(readdirSync('examples').toSorted(), EXAMPLES.toSorted());
});

for (const name of EXAMPLES) {
  test(`the example ${name} serves its own pages, joins at its own path, and ends by itself`, async (t) => {
    const { url, example, visitor } = await exampleFor(t, name);
    await assert.rejects(connectPeer(url), 'nothing is at the default path');
    const ada = await peerFor(t, url, visitor);
    const ben = await peerFor(t, url, visitor);
    await ada.join({ name: 'Ada' });
    await ben.join({ name: 'Ben' });
    assert.equal(codeOf(await ada.signal(ben.id, 'hello')), 'ok');
    assert.equal((await ben.next<{ signal: string }>('signal')).signal, 'hello');

    example.child.kill('SIGTERM');
    for (const peer of [ada, ben]) {
      await peer.next('closing');
      peer.close();
    }
    // No example calls process.exit(): nothing is left that would keep the process.
    assert.equal(await example.exited, 0, example.errors());
  });
}

test('the Express app lets in whom it knows, and shows its metrics', async (t) => {
  const { url, visitor } = await exampleFor(t, 'express');
  const ada = await peerFor(t, url, visitor);
  const mallory = await peerFor(t, url, { socket: { path: '/chat/socket.io' } });
  assert.equal(codeOf(await ada.tryJoin()), 'ok');
  assert.equal(codeOf(await mallory.tryJoin({ name: 'Mallory' })), 'unauthorized');
  const metrics = await (await fetch(`${url}/metrics`)).text();
  assert.match(metrics, /^rtc_chat_joins_total\{result="ok"\} 1$/m);
  assert.match(metrics, /^rtc_chat_joins_total\{result="unauthorized"\} 1$/m);
});

test('the Fastify app says whether it is ready, and logs what happens', async (t) => {
  const { url, example, visitor } = await exampleFor(t, 'fastify');
  const ada = await peerFor(t, url, visitor);
  await ada.join();
  await example.said(/"part":"rtc-chat","event":"join"/);
  const ready = await fetch(`${url}/readyz`);
  assert.deepEqual([ready.status, await ready.json()], [200, { readiness: 'ready' }]);
});
