/// Somebody who means no good, in a page of its own: speaks the protocol, with keys of its own, over real connections.
/// Tests call it by `page.evaluate`.
import {
  Stranger,
  type ListedPeer,
  type StrangerFrame,
  type StrangerKey,
} from '../../rtc/support/stranger.ts';
import { Dice } from '../simulator/dice.ts';
import { attacks, go, taken, type Person, type Victim } from './attacks.ts';
import { FrameFuzzer } from './frame-fuzzer.ts';

interface Place {
  readonly server: string;
  readonly room: string;
  /** As much as there can be of everything. */
  readonly full: boolean;
}

/** What became of fuzzed frames. */
export interface Fuzzed {
  readonly frames: number;
  readonly connections: number;
  /** Reasons with which links were ended, and how often. */
  readonly reasons: Readonly<Record<string, number>>;
}

/** So many are under way before they are asked after. */
const TOGETHER = 100;
/** A channel takes no more than 16 MiB that wait. */
const MAX_WAITING_BYTES = 4_194_304;
const PATIENCE_MS = 30_000;
const FEATURES = ['history', 'late-signatures', 'call'];

let place: Place = { server: '', room: '', full: false };
let count = 0;
/** Those who are there and honest, by name. */
const honest = new Map<string, Person>();

/** A link to the one of this name, and the frames of both sides' `hello`. */
async function meet(
  name: string,
  fields: Record<string, unknown> = {},
  keys?: StrangerKey,
): Promise<readonly [Stranger, ListedPeer, StrangerFrame]> {
  const { server, room } = place;
  const [stranger, peers] = await Stranger.join(room, `Mallory ${++count}`, keys, server);
  const peer = peers.find((each) => each.name === name);
  if (!peer) throw new Error(`${name} is not listed`);
  await stranger.connect(peer);
  stranger.send(stranger.hello({ features: FEATURES, history: 'device', ...fields }));
  return [stranger, peer, await stranger.frame('hello')];
}

function victimOf(name: string): Victim {
  const [, other] = [...honest].find(([each]) => each !== name)!;
  return { ...honest.get(name)!, other, full: place.full };
}

const hostile = {
  names: Object.keys(attacks),

  /** Who is there, from here on. */
  async come(there: Place, names: readonly string[]): Promise<void> {
    place = there;
    for (const name of names) {
      const [stranger, peer, hello] = await meet(name);
      honest.set(name, { id: peer.id, key: String(hello['key']), peer });
      await go(stranger);
    }
  },

  async attack(what: string, name: string): Promise<unknown> {
    const made: Stranger[] = [];
    const victim = victimOf(name);
    try {
      const attack = attacks[what]!(async (fields, keys) => {
        const [stranger] = await meet(name, fields, keys);
        made.push(stranger);
        return stranger;
      }, victim);
      return await Promise.race([attack, tooLate(made)]);
    } finally {
      await Promise.all(made.map(go));
    }
  },

  /** Sends frames number `done` + 1 to `frames`, as far as it is let. Gives how many have been taken by then. */
  async send(by: Stranger, fuzzer: FrameFuzzer, done: number, frames: number): Promise<number> {
    const from = done;
    let sent = from;
    while (sent < frames && sent < from + TOGETHER && by.chat.bufferedAmount < MAX_WAITING_BYTES) {
      if (by.chat.readyState !== 'open') break;
      by.send(fuzzer.next());
      if (by.chat.readyState === 'open') by.send({ type: 'ping', id: ++sent });
    }
    await taken(by);
    // `taken` asks with numbers of its own.
    const pongs = by.frames.all.flatMap(({ type, id }) => (type === 'pong' ? Number(id) : []));
    const now = Math.max(from, ...pongs.filter((id) => id <= sent));
    // A page that keeps all that it has heard would be full before the test is over.
    const ends = by.frames.all.filter(({ type }) => ['bye', 'closed'].includes(type));
    by.frames.all.splice(0, by.frames.all.length, ...ends);
    return now < sent || now === frames || ends.length > 0
      ? now
      : this.send(by, fuzzer, now, frames);
  },

  /**
   * Sends so many frames, each followed by a ping: one that is answered has been survived. With a link that was ended for
   * a frame it goes on over another one.
   */
  async fuzz(name: string, seed: number, frames: number): Promise<Fuzzed> {
    const reasons: Record<string, number> = {};
    let fuzzer: FrameFuzzer | null = null;
    let [done, connections] = [0, 0];
    while (done < frames) {
      const [by] = await meet(name);
      connections++;
      await by.write(`NOISE ${seed} ${connections}`);
      fuzzer ??= await fuzzerFor(by, seed);
      done = await this.send(by, fuzzer, done, frames);
      const bye = by.frames.all.find(({ type }) => type === 'bye');
      if (done < frames || bye) {
        const reason = bye ? (bye['reason'] as string) : 'closed';
        reasons[reason] = (reasons[reason] ?? 0) + 1;
        // The one for which the link was ended; a signature is looked at while others are taken already.
        if (reason !== 'invalid-batch') done++;
      }
      await go(by);
    }
    return { frames: done, connections, reasons };
  },
};

/** Only ever reached by a test that fails. */
function tooLate(made: readonly Stranger[]): Promise<never> {
  return new Promise((_, reject) => {
    setTimeout(() => {
      const heard = made.map(({ frames }) => JSON.stringify(frames.all.slice(-5)).slice(0, 2_000));
      reject(new Error(`It does not end. The last that was heard: ${heard.join('; ')}`));
    }, PATIENCE_MS);
  });
}

/** Real frames: what was heard, and what is said by somebody honest. */
async function fuzzerFor(by: Stranger, seed: number): Promise<FrameFuzzer> {
  const ids = [...honest.values()].map(({ id }) => id);
  const [id = ''] = ids;
  const said: StrangerFrame[] = [
    by.hello(),
    await by.batch('NOISE'),
    { type: 'have', have: { [id]: [1, 2, id] } },
    { type: 'want', author: id, from: 1, to: 2 },
    { type: 'given', author: id },
    { type: 'fork', author: id, seq: 1, head: id },
    { type: 'presence', typing: true, seen: { [id]: 1 }, links: ids },
    { type: 'signature', of: [['', 'A'.repeat(86), 1]] },
    { type: 'lines', camera: [640, 480] },
    { type: 'ping', id: 1 },
  ];
  const heard = by.frames.all.filter(({ type }) => type !== 'bye' && type !== 'closed');
  return new FrameFuzzer(new Dice(seed), [...ids, by.id], [...said, ...heard]);
}

export type Hostile = typeof hostile;

declare global {
  var hostile: Hostile;
}

globalThis.hostile = hostile;
