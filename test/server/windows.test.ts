import assert from 'node:assert/strict';
import { mock, test } from 'node:test';
import type { TestContext } from 'node:test';

import { Windows } from '../../src/server/windows.ts';

/** A clock that stands still until it is told otherwise. */
function clockFor(t: TestContext): (ms: number) => void {
  let nowMs = 1_000;
  const clock = mock.method(performance, 'now', () => nowMs);
  t.after(() => clock.mock.restore());
  return (ms) => (nowMs += ms);
}

test('a window begins with the first and counts to its end, then anew', (t) => {
  const pass = clockFor(t);
  const windows = new Windows({ max: 3, perMs: 100 });
  assert.deepEqual([windows.add('a', 1), windows.add('a', 2), windows.add('b', 1)], [1, 3, 1]);
  pass(60);
  assert.equal(windows.add('a', 1), 4);
  assert.equal(windows.endsInMs('a'), 40);
  pass(40);
  assert.equal(windows.add('a', 1), 1);
  assert.equal(windows.endsInMs('a'), 100);
});

test('a forgotten key begins anew', (t) => {
  clockFor(t);
  const windows = new Windows({ max: 3, perMs: 100 });
  windows.add('a', 3);
  windows.forget('a');
  assert.equal(windows.size, 0);
  assert.equal(windows.add('a', 1), 1);
});

test('keys whose window is over do not stay for ever, however many come', (t) => {
  const pass = clockFor(t);
  const windows = new Windows({ max: 3, perMs: 100 });
  for (let key = 0; key < 100_000; key++) {
    windows.add(String(key), 1);
    pass(1);
  }
  assert.ok(windows.size <= 1_124, String(windows.size));
  assert.equal(windows.add('99999', 1), 2);
});
