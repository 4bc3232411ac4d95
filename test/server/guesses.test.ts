import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { TestContext } from 'node:test';

import { Guesses } from '../../src/server/guesses.ts';
import { resolveOptions } from '../../src/server/options.ts';
import { broadcasterFor } from './support/broadcaster.ts';
import { tokenOf } from './support/key-server.ts';
import { codeOf, peerFor } from './support/peer.ts';
import type { JoinFields } from './support/peer.ts';

const SECRET = 'a secret of more than thirty-two bytes';
const LONG = { max: 1_000_000, perMs: 1_000 };
const FREE = 3;

/** Answers one after the other, each to somebody who has just connected. */
async function answersTo(
  t: TestContext,
  url: string,
  joins: readonly JoinFields[],
): Promise<string[]> {
  const codes: string[] = [];
  for (const fields of joins) {
    const peer = await peerFor(t, url);
    codes.push(codeOf(await peer.tryJoin(fields)));
    peer.close();
  }
  return codes;
}

test('the pause doubles with each guess, up to a minute, and one try passes in each', async (t) => {
  t.mock.timers.enable({ apis: ['Date', 'setTimeout'], now: 0 });
  const guesses = new Guesses(resolveOptions({ wrongTriesPerAddress: { max: 2, perMs: 600_000 } }));
  const pauses: number[] = [];
  for (let tried = 0; tried < 12; tried++) {
    const atOnce = await Promise.all([guesses.pauseMs('a'), guesses.pauseMs('a')]);
    assert.equal(atOnce[0], null, 'the first one may be made');
    const [, pauseMs] = atOnce;
    pauses.push(pauseMs ?? 0);
    await guesses.note('refused', 'a');
    t.mock.timers.tick(pauseMs ?? 0);
  }
  const seconds = pauses.map((ms) => ms / 1_000);
  assert.deepEqual(seconds, [0, 0, 1, 2, 4, 8, 16, 32, 60, 60, 60, 60]);
  assert.equal(await guesses.pauseMs('b'), null, 'others do not wait');
  t.mock.timers.tick(600_000);
  await guesses.pauseMs('a');
  assert.equal(await guesses.pauseMs('a'), null, 'it is forgotten');
});

test('wrong tokens are slowed down for their address, valid ones are not', async (t) => {
  let address = '192.0.2.1';
  const { url } = await broadcasterFor(t, {
    authSecret: SECRET,
    wrongTriesPerAddress: { max: FREE, perMs: 600_000 },
    addressOf: () => address,
  });
  const wrong = Array.from({ length: FREE }, (_, at) => ({ room: `room-${at}` }));
  assert.deepEqual(
    await answersTo(t, url, wrong),
    wrong.map(() => 'unauthorized'),
  );
  const [passing, waiting] = await answersTo(t, url, [{ room: 'x' }, { room: 'y', token: 'z' }]);
  assert.deepEqual([passing, waiting], ['unauthorized', 'rate-limited']);
  const token = await tokenOf({ room: 'lobby' }, SECRET);
  assert.deepEqual(await answersTo(t, url, [{ token }]), ['ok']);
  address = '192.0.2.2';
  assert.deepEqual(await answersTo(t, url, [{ room: 'x' }]), ['unauthorized']);
});

test('whoever tries the words of a hook is slowed down before the hook is asked', async (t) => {
  let asked = 0;
  const { url } = await broadcasterFor(t, {
    wrongTriesPerAddress: { max: FREE, perMs: 600_000 },
    joinsPerAddress: LONG,
    authorize: ({ token }) => {
      asked += 1;
      return token === '1234';
    },
  });
  const pins = Array.from({ length: 20 }, (_, at) => ({ token: String(1_000 + at) }));
  await answersTo(t, url, pins);
  assert.equal(asked, FREE + 1);
  const right = await peerFor(t, url);
  const answer = await right.tryJoin({ token: '1234' });
  assert.equal(codeOf(answer), 'rate-limited', 'the right one is not told by its being quick');
  assert.ok(!answer.ok && answer.error.retryAfterMs! <= 2_000);
});

test('whoever tries names of rooms is slowed down, wherever somebody is', async (t) => {
  let address = '192.0.2.1';
  const { url } = await broadcasterFor(t, {
    newRoomsPerAddress: { max: FREE, perMs: 600_000 },
    addressOf: () => address,
  });
  const ada = await peerFor(t, url);
  await ada.join({ room: 'secret', name: 'Ada' });
  address = '192.0.2.66';
  const names = Array.from({ length: FREE + 1 }, (_, at) => ({ room: `guess-${at}`, name: 'M' }));
  assert.deepEqual(
    await answersTo(t, url, names),
    names.map(() => 'ok'),
  );
  const next = [
    { room: 'secret', name: 'M' },
    { room: 'nobody-is-here', name: 'M' },
  ];
  assert.deepEqual(await answersTo(t, url, next), ['rate-limited', 'rate-limited']);
  address = '192.0.2.2';
  assert.deepEqual(await answersTo(t, url, [{ room: 'secret', name: 'Ben' }]), ['ok']);
});

test('those who find somebody, rename or come back to somebody are never slowed down', async (t) => {
  const { url } = await broadcasterFor(t, { newRoomsPerAddress: { max: 2, perMs: 600_000 } });
  const ada = await peerFor(t, url);
  await ada.join({ name: 'Ada' });
  for (const name of ['Adele', 'Adelheid', 'Ada']) await ada.join({ name });
  const found = Array.from({ length: 5 }, () => ({ name: 'Ben' }));
  for (const fields of found) {
    const ben = await peerFor(t, url);
    await ben.join(fields);
    await ben.leave();
  }
});

test('whoever somebody has vouched for may open rooms at will', async (t) => {
  for (const options of [{ authorize: () => true }, { authSecret: SECRET }]) {
    const { url } = await broadcasterFor(t, {
      newRoomsPerAddress: { max: 1, perMs: 600_000 },
      ...options,
    });
    const token = await tokenOf({ rooms: ['*'] }, SECRET);
    const rooms = ['a', 'b', 'c', 'd'].map((room) => ({ room, token }));
    assert.deepEqual(await answersTo(t, url, rooms), ['ok', 'ok', 'ok', 'ok']);
  }
});
