import type { Room } from '../../../src/rtc/room.ts';
import { until } from './rooms.ts';
import { Stranger, type ListedPeer, type StrangerKey } from './stranger.ts';

const strangers: Stranger[] = [];
let names = 0;

afterEach(() => Promise.all(strangers.splice(0).map((stranger) => stranger.leave())));

/** A stranger in this room, and Ada as it is listed. Gone after the test. */
export async function come(
  { roomName }: Room,
  keys?: StrangerKey,
): Promise<{ readonly stranger: Stranger; readonly peer: ListedPeer }> {
  const [stranger, peers] = await Stranger.join(roomName, `Stranger ${++names}`, keys);
  strangers.push(stranger);
  const peer = peers.find(({ name }) => name === 'Ada');
  if (!peer) throw new Error('Ada is not listed.');
  return { stranger, peer };
}

/** A stranger that has a proven link to Ada. */
export async function meet(ada: Room, keys?: StrangerKey): Promise<Stranger> {
  const { stranger, peer } = await come(ada, keys);
  await stranger.meet(peer);
  await until(ada, ({ peers }) =>
    peers.some(({ id, link }) => id === stranger.id && link === 'connected'),
  );
  return stranger;
}
