import { randomUUID } from 'node:crypto';
import type { AdapterName } from './adapters.ts';
import type { Place, Servers } from './adapters/adapter.ts';
import type { Person } from './run/person.ts';

/** Two people, each before a browser process of its own, and the servers they use. */
export interface Scene {
  readonly first: Person;
  readonly second: Person;
  readonly servers: Servers;
  /** In the tables: the two browsers. */
  readonly pair: string;
}

export const freshRoom = (): string => `room-${randomUUID().slice(0, 8)}`;

/** Pages come to rest before something is measured: what loading them has left is not ours. */
const SETTLE_MS = 100;
export const settle = (): Promise<void> => new Promise((resolve) => setTimeout(resolve, SETTLE_MS));

/** Opens the adapter's page for both, fresh. */
export async function openPages({ first, second }: Scene, adapter: AdapterName): Promise<void> {
  await Promise.all([first.open(adapter), second.open(adapter)]);
}

/** Lets both meet in a new room; gives the time from the second one's join until both can use the conversation. */
export async function meet({ first, second, servers }: Scene): Promise<number> {
  const room = freshRoom();
  const place = (seat: Place['seat']): Place => ({ servers, room, seat });
  await Promise.all([first.bench.prepare(place('first')), second.bench.prepare(place('second'))]);
  await first.bench.wait(place('first'));
  await settle();
  const [{ startAt, usableAt }, otherUsableAt] = await Promise.all([
    second.bench.join(place('second')),
    first.bench.usableAt(),
  ]);
  return Math.max(usableAt, otherUsableAt) - startAt;
}

export async function part({ first, second }: Scene): Promise<void> {
  await Promise.all([first.bench.leave(), second.bench.leave()]);
  await settle();
}
