import { expect } from 'chai';
import { prevOf, type SignedBatch } from '../../src/protocol/batch.ts';
import { parseFrame, stringifyFrame, type UnsignedFrame } from '../../src/protocol/frames.ts';
import { MAX_BATCH_ITEMS } from '../../src/protocol/limits.ts';
import type { Source } from '../../src/rtc/author-log.ts';
import { bodyAfter } from '../../src/protocol/batch.ts';
import { fingerprint } from '../../src/protocol/signing.ts';
import { createKeyPair, identityOf } from '../../src/rtc/identity.ts';
import { Author } from './support/author.ts';
import { codeOf } from './support/errors.ts';
import type { Entry } from '../../src/rtc/entry.ts';
import { openLog, textsOf, type OpenLog } from './support/open-log.ts';

const from = ({ id }: Author): Source => ({ id, ownLow: null });

/** What a batch of these texts is before it is signed. */
function ahead(author: Author, first: number, ...texts: readonly string[]): UnsignedFrame {
  const text = JSON.stringify({
    first,
    at: [author.ms + first, 0],
    name: author.name,
    keep: false,
    items: texts.map((each) => ({ kind: 'text', text: each })),
  });
  const frame = parseFrame(stringifyFrame({ type: 'unsigned', text }));
  if (typeof frame === 'string' || frame.type !== 'unsigned') throw new Error('not a right body');
  return frame;
}

const signed = (
  author: Author,
  prev: string,
  ...frames: readonly UnsignedFrame[]
): Promise<SignedBatch> => author.signBody(bodyAfter(prev, ...frames.map(({ text }) => text)));

describe('Log, writing ahead of its signature', () => {
  const open = (late = true): Promise<OpenLog> =>
    openLog({ history: 'none', lateSignature: () => late });

  it('shows a text at once, and commits it signed, once', async () => {
    const { log, entries, changes } = await open();
    const entry = await log.append('a');
    expect(entries).to.deep.equal([entry]);
    expect([log.unsignedAfter(0)?.last, log.batchAfter(log.self, 0)]).to.deep.equal([1, null]);
    expect(log.marks.has(log.self)).to.equal(false);
    await log.sign();
    expect(log.unsignedAfter(0)).to.equal(null);
    expect(log.batchAfter(log.self, 0)).to.include({ first: 1, last: 1 });
    expect(textsOf(entries)).to.deep.equal(['a']);
    expect(changes.flatMap(({ written }) => written)).to.deep.equal([
      { first: 1, last: 1, audience: [] },
    ]);
  });

  it('lets what is said leave in the task in which it is said, together', async () => {
    const { log } = await open();
    const said = [log.append('a'), log.append('b')];
    await Promise.resolve();
    expect(log.unsignedAfter(0)).to.include({ first: 1, last: 2 });
    await Promise.all(said);
  });

  it('signs after a moment by itself', async () => {
    const { log } = await open();
    const committed = new Promise<void>((resolve) => {
      log.onCommit = () => log.batchAfter(log.self, 0) && resolve();
    });
    await log.append('a');
    await committed;
    expect(log.unsignedAfter(0)).to.equal(null);
  });

  it('writes a chain that another log takes, one batch for all that was signed together', async () => {
    const [ada, ben] = await Promise.all([open(), openLog()]);
    for (const text of ['a', 'b', 'c']) await ada.log.append(text);
    await ada.log.sign();
    await ada.log.append('d');
    await ada.log.sign();
    for (const seq of [0, 3]) {
      const batch = ada.log.batchAfter(ada.log.self, seq);
      const source = { id: ada.identity.id, ownLow: 1 };
      expect(batch && (await ben.log.receive(batch, source))).to.equal('taken');
    }
    expect(ada.log.batchAfter(ada.log.self, 0)).to.include({ first: 1, last: 3 });
    const read = ({ text, at, sortAt }: Entry) => ({ text, at, sortAt });
    expect(ben.entries.map(read)).to.deep.equal(ada.entries.map(read));
    expect(textsOf(ben.entries)).to.deep.equal(['a', 'b', 'c', 'd']);
    expect(ben.log.marks.get(ada.log.self)).to.deep.equal(ada.log.marks.get(ada.log.self));
  });

  it('signs first what is to be kept, and where somebody does not take it otherwise', async () => {
    for (const { log } of [
      await open(false),
      await openLog({ history: 'session', lateSignature: () => true }),
    ]) {
      await log.append('a');
      expect(log.batchAfter(log.self, 0)).to.include({ first: 1, last: 1 });
      expect(log.unsignedAfter(0)).to.equal(null);
    }
  });

  it('has no more ahead than the other side takes', async () => {
    const { log } = await open();
    // Faster than it signs by itself, which is after some milliseconds.
    const sent = Array.from({ length: MAX_BATCH_ITEMS + 1 }, (_, at) => `${at}`);
    for (const text of sent) await log.append(text);
    const batch = log.batchAfter(log.self, 0);
    expect(batch?.last).to.be.at.most(MAX_BATCH_ITEMS);
    let count = 0;
    for (let next = log.unsignedAfter(0); next; next = log.unsignedAfter(next.first)) count++;
    expect(count).to.be.at.most(MAX_BATCH_ITEMS);
  });

  it('signs first what would be too long for one batch with what is ahead already', async () => {
    const { log, entries } = await open();
    const texts = ['a', 'b', 'c'].map((each) => each.repeat(16_000));
    for (const text of texts) await log.append(text);
    expect(log.batchAfter(log.self, 0)).to.include({ first: 1, last: 2 });
    expect(log.batchAfter(log.self, 2)).to.include({ first: 3, last: 3 });
    expect(textsOf(entries)).to.deep.equal(texts);
  });

  it('signs after another moment what is said while it signs', async () => {
    const identity = await identityOf(await createKeyPair());
    let signed = 0;
    const { log } = await openLog({
      identity: {
        ...identity,
        sign: async (text) => {
          // Whoever answers what is being signed says nothing that is signed at once.
          if (signed++ === 0) await log.append('b');
          return identity.sign(text);
        },
      },
      history: 'none',
      lateSignature: () => true,
    });
    const both = new Promise<void>((resolve) => {
      log.onCommit = () => log.batchAfter(log.self, 1) && resolve();
    });
    const first = new Promise<void>((resolve) => {
      const { onCommit } = log;
      log.onCommit = (change) => {
        onCommit(change);
        if (log.batchAfter(log.self, 0)) resolve();
      };
    });
    await log.append('a');
    await first;
    expect(log.batchAfter(log.self, 1)).to.equal(null);
    await both;
    expect([log.batchAfter(log.self, 1)?.first, signed]).to.deep.equal([2, 2]);
  });

  it('tells who writes next where it cannot be signed, and signs it when it can', async () => {
    const identity = await identityOf(await createKeyPair());
    let broken = true;
    const { log, entries } = await openLog({
      identity: {
        ...identity,
        sign: (text) => (broken ? Promise.reject(new Error('no')) : identity.sign(text)),
      },
      history: 'none',
      lateSignature: () => broken,
    });
    await log.append('a');
    expect(await codeOf(log.sign() ?? Promise.resolve())).to.equal('Error: no');
    broken = false;
    await log.append('b');
    expect(textsOf(entries)).to.deep.equal(['a', 'b']);
    expect(log.batchAfter(log.self, 1)).to.include({ first: 2, last: 2 });
  });
});

describe('Log, shown ahead of a signature', () => {
  interface Shown extends OpenLog {
    readonly ada: Author;
    readonly withdrawn: string[];
  }
  const open = async (): Promise<Shown> => {
    const opened = await openLog();
    const withdrawn: string[] = [];
    opened.log.onWithdraw = (entries) => withdrawn.push(...textsOf(entries));
    return { ...opened, withdrawn, ada: await Author.create() };
  };

  it('shows what follows, and counts it when it is signed', async () => {
    const { log, entries, withdrawn, ada } = await open();
    const [first, second] = [ahead(ada, 1, 'a', 'b'), ahead(ada, 3, 'c')];
    expect([log.preview(first, from(ada)), log.preview(second, from(ada))]).to.deep.equal([
      true,
      true,
    ]);
    expect(textsOf(entries)).to.deep.equal(['a', 'b', 'c']);
    expect(log.marks.has(ada.author)).to.equal(false);
    expect(log.batchAfter(ada.author, 0)).to.equal(null);
    const batch = await signed(ada, '', first);
    expect(await log.receive(batch, from(ada))).to.equal('taken');
    expect(log.marks.get(ada.author)?.[1]).to.equal(2);
    const head = log.marks.get(ada.author)?.[2] ?? '';
    expect(await log.receive(await signed(ada, head, second), from(ada))).to.equal('taken');
    expect(log.marks.get(ada.author)?.[1]).to.equal(3);
    expect([textsOf(entries), withdrawn]).to.deep.equal([['a', 'b', 'c'], []]);
  });

  it('counts all that is signed together, and shows what of it was not shown', async () => {
    const { log, entries, withdrawn, ada } = await open();
    const [first, second, third] = [
      ahead(ada, 1, 'a', 'b'),
      ahead(ada, 3, 'c'),
      ahead(ada, 4, 'd'),
    ];
    for (const frame of [first, second]) log.preview(frame, from(ada));
    const batch = await signed(ada, '', first, second, third);
    expect(await log.receive(batch, from(ada))).to.equal('taken');
    expect(log.marks.get(ada.author)?.[1]).to.equal(4);
    expect([textsOf(entries), withdrawn]).to.deep.equal([['a', 'b', 'c', 'd'], []]);
    expect(entries.map(({ sortAt }) => sortAt)).to.deep.equal(entries.map(({ at }) => at));
    // What comes after it follows it.
    log.preview(ahead(ada, 5, 'e'), from(ada));
    expect(textsOf(entries).at(-1)).to.equal('e');
  });

  it('withdraws what is signed otherwise from the first such place on', async () => {
    const { log, entries, withdrawn, ada } = await open();
    const shown = [ahead(ada, 1, 'a'), ahead(ada, 2, 'b'), ahead(ada, 3, 'c')];
    for (const frame of shown) log.preview(frame, from(ada));
    const batch = await signed(ada, '', ahead(ada, 1, 'a'), ahead(ada, 2, 'other'));
    expect(await log.receive(batch, from(ada))).to.equal('taken');
    expect(withdrawn).to.deep.equal(['b', 'c']);
    expect(textsOf(entries)).to.deep.equal(['a', 'b', 'c', 'other']);
  });

  it('shows nothing twice, and nothing that does not follow', async () => {
    const { log, entries, ada } = await open();
    const first = ahead(ada, 1, 'a');
    for (const frame of [first, first, ahead(ada, 3, 'c'), ahead(ada, 1, 'again')])
      expect(log.preview(frame, from(ada))).to.equal(true);
    expect(textsOf(entries)).to.deep.equal(['a']);
  });

  it('shows of somebody unknown nothing before what it has said already', async () => {
    const { log, entries, changes, withdrawn, ada } = await open();
    const earlier = await ada.write('a', 'b');
    const frame = ahead(ada, 3, 'c');
    expect(log.preview(frame, { id: ada.id, ownLow: 1 })).to.equal(true);
    expect(entries).to.have.length(0);
    await log.receive(earlier, from(ada));
    log.preview(frame, { id: ada.id, ownLow: 1 });
    await log.receive(await signed(ada, ada.head, frame), from(ada));
    expect([textsOf(entries), withdrawn]).to.deep.equal([['a', 'b', 'c'], []]);
    expect(changes.filter(({ entries: news }) => news.length > 0)).to.have.length(2);
  });

  it('goes on showing it where what stands before it comes later, from others', async () => {
    const { log, entries, withdrawn, ada } = await open();
    const earlier = await ada.write('a');
    const frame = ahead(ada, 2, 'b');
    log.preview(frame, { id: ada.id, ownLow: 2 });
    expect(textsOf(entries)).to.deep.equal(['b']);
    await log.receive(earlier, from(ada));
    await log.receive(await signed(ada, ada.head, frame), from(ada));
    expect([textsOf(entries), withdrawn]).to.deep.equal([['b', 'a'], []]);
    expect(log.marks.get(ada.author)?.slice(0, 2)).to.deep.equal([1, 2]);
  });

  it('goes on showing it where what follows it comes first, from others', async () => {
    const { log, entries, withdrawn, ada } = await open();
    const [first, second] = [ahead(ada, 1, 'a'), ahead(ada, 2, 'b')];
    log.preview(first, from(ada));
    log.preview(second, from(ada));
    const chain = new Author(ada.identity, 'Ada');
    const batches = [];
    for (const { text } of [first, second]) {
      const batch = await ada.signBody(bodyAfter(chain.head, text));
      chain.head = await fingerprint(batch.body);
      batches.push(batch);
    }
    chain.high = 2;
    chain.ms = ada.ms + 3;
    batches.push(await chain.writeBody({ keep: false, items: [{ kind: 'text', text: 'c' }] }));
    const asked = { author: ada.author, from: 1, to: 3, down: true };
    for (const batch of batches.toReversed()) {
      const outcome = await log.receive(batch, { id: ada.id, ownLow: null, asked });
      expect(outcome).to.equal('taken');
    }
    expect([textsOf(entries), withdrawn]).to.deep.equal([['a', 'b', 'c'], []]);
    expect(log.marks.get(ada.author)?.slice(0, 2)).to.deep.equal([1, 3]);
    log.preview(ahead(ada, 4, 'd'), from(ada));
    expect(textsOf(entries)).to.deep.equal(['a', 'b', 'c', 'd']);
  });

  it('withdraws it where what stands before it would be read after it', async () => {
    const { log, entries, withdrawn, ada } = await open();
    const earlier = await ada.writeBody({ at: [ada.ms + 1_000, 0] });
    const frame = ahead(ada, 2, 'b');
    log.preview(
      { ...frame, body: { ...frame.body, at: [ada.ms - 1_000, 0] } },
      { id: ada.id, ownLow: 2 },
    );
    await log.receive(earlier, from(ada));
    expect([textsOf(entries), withdrawn]).to.deep.equal([['b', 'hello'], ['b']]);
  });

  it('refuses to show what is to be kept', async () => {
    const { log, entries, ada } = await open();
    const { text, body } = ahead(ada, 1, 'a');
    expect(log.preview({ text, body: { ...body, keep: true } }, from(ada))).to.equal(false);
    expect(entries).to.have.length(0);
  });

  it('sorts an author who claims an earlier time with what it said before', async () => {
    const { log, entries, ada } = await open();
    const first = ahead(ada, 1, 'a');
    ada.ms -= 1_000;
    log.preview(first, from(ada));
    log.preview(ahead(ada, 2, 'b'), from(ada));
    expect(entries[1]?.sortAt).to.deep.equal(entries[0]?.sortAt);
  });

  for (const [what, outcome, spoil] of [
    [
      'whose signature is wrong',
      'invalid',
      async (ada: Author, frame: UnsignedFrame): Promise<SignedBatch> => ({
        ...(await signed(ada, '', frame)),
        sig: 'A'.repeat(86),
      }),
    ],
    [
      'in whose place its author signs something else',
      'taken',
      (ada: Author): Promise<SignedBatch> => ada.write('other'),
    ],
    [
      'that names another one before it',
      'fork',
      (ada: Author, frame: UnsignedFrame): Promise<SignedBatch> =>
        signed(ada, 'x'.repeat(22), frame),
    ],
  ] as const) {
    it(`withdraws what it has shown ${what}, with all behind it`, async () => {
      const { log, entries, withdrawn, ada } = await open();
      let first = 1;
      if (outcome === 'fork') {
        await log.receive(await ada.write('before'), from(ada));
        first = 2;
      }
      const frame = ahead(ada, first, 'a');
      log.preview(frame, from(ada));
      log.preview(ahead(ada, first + 1, 'b'), from(ada));
      expect(await log.receive(await spoil(ada, frame), from(ada))).to.equal(outcome);
      expect(withdrawn).to.deep.equal(['a', 'b']);
      if (outcome === 'taken') expect(textsOf(entries)).to.deep.equal(['a', 'b', 'other']);
      expect(log.batchAfter(ada.author, first)).to.equal(null);
    });
  }

  it('withdraws what its author does not stand by', async () => {
    const { log, withdrawn, ada } = await open();
    log.preview(ahead(ada, 1, 'a'), from(ada));
    log.withdraw(ada.id);
    log.withdraw(ada.id);
    expect(withdrawn).to.deep.equal(['a']);
  });

  it('takes it whole and signed as well, where the link was lost in between', async () => {
    const { log, entries, withdrawn, ada } = await open();
    const frame = ahead(ada, 1, 'a');
    log.preview(frame, from(ada));
    const batch = await signed(ada, '', frame);
    expect(prevOf(batch.body)).to.equal('');
    expect(await log.receive(batch, from(ada))).to.equal('taken');
    expect(await log.receive(batch, from(ada))).to.equal('repeated');
    expect([textsOf(entries), withdrawn]).to.deep.equal([['a'], []]);
  });

  it('keeps no more than 8 MiB of one who never signs, over however many connections', async () => {
    const { log, withdrawn, ada } = await open();
    const text = 'x'.repeat(15_000);
    for (let first = 1; first <= 600; first++) log.preview(ahead(ada, first, text), from(ada));
    expect(withdrawn.length).to.be.within(500, 560);
  });

  it('keeps no more than 8 MiB of those who never sign, of the longest silent first', async () => {
    const { log, withdrawn, ada } = await open();
    const text = 'x'.repeat(15_000);
    const others: Author[] = [];
    for (let at = 0; at < 81; at++) others.push(await Author.create(`${at}`));
    log.preview(ahead(ada, 1, 'first of all'), from(ada));
    for (const other of others) {
      const frame = ahead(other, 1, ...Array.from({ length: 7 }, () => text));
      expect(log.preview(frame, from(other))).to.equal(true);
    }
    expect(withdrawn[0]).to.equal('first of all');
  });
});
