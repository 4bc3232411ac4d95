import { expect } from 'chai';
import { freshRoomName, makeRoom, textsOf, until } from './support/rooms.ts';
import { fingerprint } from './support/stranger.ts';
import { come } from './support/visits.ts';

const soak = (globalThis as { rtcChatSoak?: boolean }).rtcChatSoak === true;
const count = soak ? 10_000 : 1_000;

it('a late joiner has all messages of somebody who is gone, each signed by itself, and can write meanwhile', async function () {
  this.timeout(60_000);
  const room = freshRoomName();
  const ada = makeRoom({ room, history: 'session' });
  await ada.join();
  const { stranger, peer } = await come(ada);
  await stranger.meet(peer);
  let prev = '';
  const ms = Date.now() - 100_000;
  for (let seq = 1; seq <= count; seq++) {
    const frame = await stranger.batch(`message ${seq}`, { first: seq, prev, at: [ms + seq, 0] });
    prev = await fingerprint(frame['body'] as string);
    stranger.send(frame);
    if (seq % 250 === 0) await until(ada, ({ messages }) => messages.length === seq);
  }
  await stranger.leave();
  const bo = makeRoom({ room, name: 'Bo' });
  const began = performance.now();
  await bo.join();
  await until(bo, ({ messages }) => messages.length > 0);
  const first = performance.now() - began;
  const asked = performance.now();
  await bo.send('typed meanwhile');
  await until(ada, ({ messages }) => messages.length === count + 1);
  const typed = performance.now() - asked;
  await until(bo, ({ messages }) => messages.length === count + 1);
  const all = performance.now() - began;
  if (soak)
    console.log(
      `history: first ${Math.round(first)} ms, typed ${Math.round(typed)} ms, all ${Math.round(all)} ms`,
    );
  expect(textsOf(bo).slice(0, count)).to.deep.equal(
    Array.from({ length: count }, (_, at) => `message ${at + 1}`),
  );
});
