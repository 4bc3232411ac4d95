import { fingerprint, StrangerKey, type ListedPeer } from '../../rtc/support/stranger.ts';
import type { Stranger, StrangerFrame } from '../../rtc/support/stranger.ts';

/** Stands in whatever must never be told to anybody, not even for a moment. */
export const FORGED = 'FORGED';
/** Stands in what its author has shown and not signed: it may be seen, and must be gone in the end. */
export const UNSIGNED = 'UNSIGNED';
/** Stands in what a hostile author may well say in its own name. */
export const NOISE = 'NOISE';

export interface Person {
  readonly id: string;
  readonly key: string;
  /** As the broadcaster lists it. */
  readonly peer: ListedPeer;
}

export interface Victim extends Person {
  /** Somebody else who is there and honest. */
  readonly other: Person;
  /** Whether there is time for as much of it as there can be. */
  readonly full: boolean;
}

/** A hostile peer with a link to the victim; `hello` has these fields. */
export type Meet = (hello?: Record<string, unknown>, keys?: StrangerKey) => Promise<Stranger>;

/** Leaves when it is done. Gives what was seen, for those who look. */
export type Attack = (meet: Meet, victim: Victim) => Promise<unknown>;

const AGAIN_MS = 200;
const HEAD = 'x'.repeat(22);
const END = 2 ** 31;

/** Everything sent so far has been taken, or the link has been ended. */
export async function taken(by: Stranger): Promise<'taken' | 'ended'> {
  // None that is used for counting.
  const id = Math.floor((END + Math.random() * END) / 2);
  const ask = (): void => {
    if (by.chat.readyState === 'open') by.send({ type: 'ping', id });
  };
  ask();
  // Where much waits to go out the answer is left out.
  const again = setInterval(ask, AGAIN_MS);
  const answer = await by.frames.first(
    (frame) =>
      (frame.type === 'pong' && frame['id'] === id) || ['bye', 'closed'].includes(frame.type),
  );
  clearInterval(again);
  return answer.type === 'pong' ? 'taken' : 'ended';
}

/** Says goodbye: somebody who is gone without a word is waited for, half a minute. */
export async function go(by: Stranger): Promise<void> {
  if (by.chat.readyState === 'open') {
    by.send({ type: 'bye', reason: 'left' });
    await by.frames.first(({ type }) => ['bye', 'bye-ack', 'closed'].includes(type));
  }
  await by.leave();
}

async function flood(by: Stranger, frames: Iterable<StrangerFrame>): Promise<unknown> {
  let count = 0;
  for (const frame of frames) {
    if (by.chat.readyState !== 'open') break;
    by.send(frame);
    if (++count % 250 === 0 && (await taken(by)) === 'ended') break;
  }
  return taken(by);
}

function* times(count: number, make: (at: number) => StrangerFrame): Iterable<StrangerFrame> {
  for (let at = 0; at < count; at++) yield make(at);
}

/** Answers what is asked for until nothing more is. */
async function give(
  by: Stranger,
  answer: (want: StrangerFrame) => Promise<readonly StrangerFrame[]> | readonly StrangerFrame[],
  count: number,
): Promise<number> {
  let given = 0;
  for (; given < count; given++) {
    const asked = (): StrangerFrame | undefined =>
      by.frames.all.filter(({ type }) => type === 'want')[given];
    const news = await by.frames.first((frame) => frame === asked() || frame.type === 'closed');
    if (news.type === 'closed') break;
    for (const frame of await answer(news)) by.send(frame);
    by.send({ type: 'given', author: news['author'] });
  }
  await taken(by);
  return given;
}

async function withKey(
  by: Stranger,
  { key }: { key: string },
  fields = {},
): Promise<StrangerFrame> {
  return { ...(await by.batch(FORGED, fields)), key };
}

const callOf = (id: string, phase: string, rev: number): StrangerFrame => ({
  type: 'call',
  id,
  scope: 'room',
  phase,
  media: { audio: true, video: true },
  since: Date.now(),
  rev,
});

export const attacks: Readonly<Record<string, Attack>> = {
  async 'speaks in the name of others, unasked'(meet, { id, key, other }) {
    const by = await meet();
    for (const author of [other, { id, key }, await StrangerKey.create()]) {
      by.send(await withKey(by, author));
      by.send(await withKey(by, author, { first: 2, prev: HEAD, name: 'Ada' }));
    }
    return taken(by);
  },

  async 'relays what nobody has written, when asked for it'(meet, { other }) {
    const zoe = await StrangerKey.create();
    const have = { [zoe.id]: [1, 3, HEAD], [other.id]: [1, 1_000_000, HEAD] };
    const by = await meet({ have });
    return give(
      by,
      async ({ to }) => [
        await withKey(by, zoe, { first: to, prev: HEAD }),
        await withKey(by, other, { first: to, prev: HEAD }),
      ],
      1,
    );
  },

  async 'relays what somebody has written, altered'(meet) {
    const zoe = await StrangerKey.create();
    const by = await meet({ have: { [zoe.id]: [1, 2, HEAD] } });
    const real = await by.batch(`${NOISE} of Zoe`, { first: 1, prev: '', name: 'Zoe' }, zoe);
    const body = String(real['body']);
    const next = await by.batch(
      NOISE,
      { first: 2, prev: await fingerprint(body), name: 'Zoe' },
      zoe,
    );
    const altered = { ...next, body: String(next['body']).replace(NOISE, FORGED) };
    return give(by, ({ to }) => (to === 1 ? [real] : [altered]), 1);
  },

  async 'answers with what was not asked for'(meet) {
    const zoe = await StrangerKey.create();
    const by = await meet({ have: { [zoe.id]: [1, 3, HEAD] } });
    const others = await Promise.all(Array.from({ length: 4 }, () => StrangerKey.create()));
    const batches = await Promise.all(
      others.map((keys) => by.batch(FORGED, { first: 1, prev: '', name: 'Zoe' }, keys)),
    );
    return give(by, () => batches, 1);
  },

  async 'breaks its own log'(meet) {
    const by = await meet();
    await by.write(NOISE);
    const two = [FORGED, FORGED].map((text) => ({ kind: 'text', text }));
    by.send(await by.batch('', { first: 1, prev: '', items: two }));
    by.send(await by.batch(FORGED, { first: 2, prev: HEAD }));
    by.send(await by.batch(FORGED, { first: 9, prev: HEAD }));
    by.send(await by.batch(FORGED, { first: 1, prev: '' }));
    return taken(by);
  },

  async 'writes in parts that do not fit together'(meet) {
    const part = (first: number, keep = false): Record<string, unknown> => ({
      first,
      at: [Date.now(), 0],
      name: 'Zoe',
      keep,
      items: [{ kind: 'text', text: FORGED }],
    });
    for (const parts of [
      [part(1), part(3)],
      [part(1), part(1)],
      [part(1), part(2, true)],
      [part(1)],
      [part(1), null],
      Array.from({ length: 257 }, (_, at) => part(at + 1)),
      [{ ...part(1), parts: [part(1), part(2)], items: [] }, part(2)],
    ]) {
      const by = await meet();
      by.send(await by.batch(FORGED, { first: undefined, items: undefined, prev: '', parts }));
      await taken(by);
      await go(by);
    }
  },

  async 'writes at the end of all numbers'(meet) {
    const items = [FORGED, FORGED].map((text) => ({ kind: 'text', text }));
    for (const first of [END, END - 1]) {
      const by = await meet();
      by.send(await by.batch('', { first, prev: HEAD, items }));
      await taken(by);
      await go(by);
    }
  },

  async 'shows what it never signs'(meet) {
    const by = await meet();
    by.send(await unsigned(by, 1));
    by.send(await unsigned(by, 2));
    await taken(by);
    // A batch while signatures are missing.
    by.send(await by.batch(FORGED));
    return taken(by);
  },

  async 'signs something else than it has shown'(meet, { peer }) {
    const by = await meet();
    by.send(await unsigned(by, 1));
    by.send({ type: 'signature', of: [['', `${'B'.repeat(85)}A`, 1]] });
    await taken(by);
    await go(by);
    const again = await meet();
    again.send(await unsigned(again, 1));
    await taken(again);
    await again.connect(peer);
    again.frames.all.length = 0;
    again.send(again.hello({ features: ['late-signatures'] }));
    await again.write(`${NOISE} signed`, { keep: false });
    return taken(again);
  },

  async 'shows more ahead than anybody may'(meet) {
    const by = await meet();
    for (let first = 1; first <= 40; first++) by.send(await unsigned(by, first, 2_000));
    return taken(by);
  },

  async 'claims to hold everything there is'(meet, { id, other }) {
    const have = { [id]: [1, END, HEAD], [other.id]: [1, END, HEAD] };
    const by = await meet({ have });
    return flood(
      by,
      times(500, (at) => ({ type: 'have', have: { ...have, [other.id]: [at + 1, END, HEAD] } })),
    );
  },

  async 'tells of receipts for what there is not'(meet, { id, other }) {
    const by = await meet();
    by.send({ type: 'presence', links: [id, other.id] });
    return flood(
      by,
      times(600, (at) =>
        at % 3 === 0
          ? { type: 'presence', seen: { [id]: END - at }, of: other.id }
          : at % 3 === 1
            ? { type: 'have', have: { [id]: [1, END - at, HEAD] }, of: other.id }
            : { type: 'presence', seen: { [id]: END - at, [HEAD]: 7 } },
      ),
    );
  },

  async 'proves forks that there are not'(meet, { id, key }) {
    const by = await meet();
    for (let seq = 1; seq <= 50; seq++) {
      by.send({ type: 'fork', author: id, seq, head: HEAD });
      by.send(await withKey(by, { key }, { first: seq, prev: seq === 1 ? '' : HEAD }));
    }
    return taken(by);
  },

  async 'invents authors by the thousand'(meet, { full }) {
    const zoes = await Promise.all(Array.from({ length: 70 }, () => StrangerKey.create()));
    const names = [
      ...zoes.map(({ id }) => id),
      ...Array.from({ length: 954 }, (_, at) => String(at).padStart(22, '0')),
    ];
    const by = await meet({ have: Object.fromEntries(names.map((name) => [name, [1, 1, HEAD]])) });
    return give(
      by,
      async ({ author }) => {
        const zoe = zoes.find(({ id }) => id === author);
        return zoe ? [await by.batch(`${NOISE} passed on`, { first: 1, prev: '' }, zoe)] : [];
      },
      full ? 64 : 8,
    );
  },

  async 'writes ten thousand entries at once'(meet) {
    const by = await meet();
    let [first, prev] = [1, ''];
    for (; first < 11_000; first += 256) {
      const items = Array.from({ length: 256 }, () => ({ kind: 'text', text: NOISE }));
      const batch = await by.batch('', { first, prev, items });
      by.send(batch);
      prev = await fingerprint(String(batch['body']));
    }
    return taken(by);
  },

  async 'asks for everything, again and again'(meet, { id, other, full }) {
    const by = await meet();
    return flood(
      by,
      times(full ? 1_000 : 300, (at) => ({
        type: 'want',
        author: [id, other.id, HEAD][at % 3],
        from: 1,
        to: at + 1,
        down: at % 2 === 0,
      })),
    );
  },

  async 'has a clock of 2099, and one of 1970'(meet) {
    for (const at of [
      [Date.UTC(2099, 0, 1), 0],
      [0, 0],
      [Date.now(), END],
    ]) {
      const by = await meet();
      await by.write(`${NOISE} at ${at[0]}`, { at });
      await taken(by);
      await go(by);
    }
  },

  async 'rings and rings'(meet, { full }) {
    const by = await meet();
    await flood(
      by,
      times(full ? 600 : 200, (at) =>
        callOf(`ring ${at >> 1}`, at % 2 === 0 ? 'calling' : 'out', at),
      ),
    );
    const many = await Promise.all(Array.from({ length: 6 }, () => meet()));
    for (const [at, each] of many.entries()) each.send(callOf(`ring of ${at}`, 'calling', 0));
    await Promise.all(many.map((each) => taken(each)));
    await Promise.all(many.map((each) => go(each)));
    return taken(by);
  },

  async 'introduces people who are not there'(meet, { peer }) {
    const by = await meet();
    const pc = new RTCPeerConnection();
    pc.createDataChannel('chat', { negotiated: true, id: 0 });
    await pc.setLocalDescription();
    const description = { type: 'offer', sdp: pc.localDescription?.sdp };
    pc.close();
    for (let at = 0; at < 100; at++) {
      const { key, id, sign } = await nobody();
      const instance = `${String(at).padStart(10, '0')}A`;
      const ids = { instance, toInstance: peer.instance };
      const body = JSON.stringify({ epoch: 1, n: 1, toEpoch: 0, ...ids, description });
      const sig = await sign(`rtc-chat signal 1\n${by.room}\n${id}\n${peer.id}\n${body}`);
      by.send({
        type: 'signal',
        from: id,
        to: peer.id,
        signal: JSON.stringify({ key, body, sig }),
      });
      // Verified one after the other: what comes faster is dropped.
      if (at % 16 === 15) await taken(by);
    }
    return taken(by);
  },

  async 'goes without a word, again and again'(meet, { peer }) {
    const by = await meet();
    for (let time = 0; time < 5; time++) {
      await by.connect(peer);
      by.frames.all.length = 0;
      by.send(by.hello());
    }
    return taken(by);
  },
};

async function nobody() {
  const keys = await StrangerKey.create();
  return { key: keys.key, id: keys.id, sign: (text: string) => keys.sign(text) };
}

/** Section 8: a body without its `prev`, as it goes out ahead of its signature. */
async function unsigned(by: Stranger, first: number, units = 0): Promise<string> {
  const text = `${UNSIGNED} ${first}`.padEnd(units, '.');
  const { body } = await by.batch(text, { first, keep: false });
  const rest = JSON.parse(String(body)) as Record<string, unknown>;
  delete rest['prev'];
  return `{"type":"unsigned",${JSON.stringify(rest).slice(1)}`;
}
