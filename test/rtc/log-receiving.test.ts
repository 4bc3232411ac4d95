import { expect } from 'chai';
import type { SignedBatch } from '../../src/protocol/batch.ts';
import { MAX_TEXT_UNITS } from '../../src/protocol/limits.ts';
import { Clock } from '../../src/rtc/clock.ts';
import type { Source } from '../../src/rtc/author-log.ts';
import { Author } from './support/author.ts';
import { FailingStore } from './support/failing-store.ts';
import { contentsOf } from './support/store-contract.ts';
import { openLog, readAfter, textsOf } from './support/open-log.ts';

const from = ({ id }: Author, ownLow: number | null = null): Source => ({ id, ownLow });

describe('Log, receiving', () => {
  it('takes the log of an author it does not know from wherever it begins', async () => {
    const { log, entries } = await openLog();
    const ada = await Author.create();
    await ada.write('a', 'b');
    expect(await log.receive(await ada.write('c', 'd'), from(ada))).to.equal('taken');
    expect(log.marks.get(ada.author)).to.deep.equal([3, 4, ada.head]);
    expect(entries.map(({ seq, text, name, own }) => [seq, text, name, own])).to.deep.equal([
      [3, 'c', 'Ada', false],
      [4, 'd', 'Ada', false],
    ]);
  });

  it('takes what follows, and drops what comes again', async () => {
    const { log, entries } = await openLog();
    const ada = await Author.create();
    const batches = [await ada.write('a'), await ada.write('b', 'c')];
    const outcomes: string[] = [];
    for (const batch of [...batches, ...batches]) {
      outcomes.push(await log.receive(batch, from(ada)));
    }
    expect(outcomes).to.deep.equal(['taken', 'taken', 'repeated', 'repeated']);
    expect(textsOf(entries)).to.deep.equal(['a', 'b', 'c']);
  });

  it('commits what arrives together in the order of arrival, several in one transaction', async () => {
    const store = new FailingStore();
    const { log, entries } = await openLog({ store });
    const ada = await Author.create();
    const batches: SignedBatch[] = [];
    for (let at = 0; at < 20; at++) batches.push(await ada.write(`${at}`));
    const outcomes = await Promise.all(batches.map((batch) => log.receive(batch, from(ada))));
    expect(new Set(outcomes)).to.deep.equal(new Set(['taken']));
    expect(textsOf(entries)).to.deep.equal(batches.map((_, at) => `${at}`));
    expect(store.changes.length).to.be.lessThan(4);
    expect((await contentsOf(store)).batches).to.have.length(20);
  });

  it('shows and tells nothing before the commit', async () => {
    const store = new FailingStore();
    const { log, entries } = await openLog({ store });
    const ada = await Author.create();
    const commit = store.hold();
    const taken = log.receive(await ada.write('a'), from(ada));
    await commit.begun;
    expect(entries).to.have.length(0);
    expect(log.marks.has(ada.author)).to.equal(false);
    commit.finish();
    expect(await taken).to.equal('taken');
    expect(entries).to.have.length(1);
  });

  it('drops what comes too early, and takes it once the gap is filled', async () => {
    const { log } = await openLog();
    const ada = await Author.create();
    const [first, second, third] = [
      await ada.write('a'),
      await ada.write('b'),
      await ada.write('c'),
    ];
    await log.receive(first, from(ada));
    expect(await log.receive(third, from(ada, 1))).to.equal('early');
    expect(await log.receive(second, from(ada))).to.equal('taken');
    expect(await log.receive(third, from(ada))).to.equal('taken');
  });

  it('takes a jump where the author itself keeps nothing older, and says that something is missing', async () => {
    const { log, changes, entries, identity, store } = await openLog();
    const [ada, ben] = [await Author.create(), await Author.create('Ben')];
    await log.receive(await ada.write('a'), from(ada));
    await ada.write('lost');
    const later = await ada.write('b');
    expect(await log.receive(later, { id: ben.id, ownLow: 3 })).to.equal('early');
    expect(await log.receive(later, from(ada, 2))).to.equal('early');
    expect(await log.receive(later, from(ada, 3))).to.equal('taken');
    expect(changes.at(-1)?.gaps).to.deep.equal([ada.author]);
    expect(log.marks.get(ada.author)).to.deep.equal([3, 3, ada.head]);
    expect(textsOf(entries)).to.deep.equal(['a', 'b']);
    const given = await readAfter(log, ada.author, 0);
    expect(given?.first, 'what is behind the gap is not given on').to.equal(3);
    await log.close();
    expect(textsOf((await openLog({ identity, store })).entries)).to.deep.equal(['a', 'b']);
  });

  it('keeps what came first where an author says two things', async () => {
    const { log, entries } = await openLog();
    const ada = await Author.create();
    const other = await ada.sign({ items: [{ kind: 'text', text: 'other' }] });
    await log.receive(await ada.write('a'), from(ada));
    await log.receive(await ada.write('b'), from(ada));
    expect(await log.receive(other, from(ada))).to.equal('repeated');
    const long = await ada.sign({
      first: 2,
      prev: other.sig.slice(0, 22),
      items: [
        { kind: 'text', text: 'x' },
        { kind: 'text', text: 'y' },
      ],
    });
    expect(await log.receive(long, from(ada))).to.equal('fork');
    const unchained = await ada.sign({ prev: 'A'.repeat(22) });
    expect(await log.receive(unchained, from(ada))).to.equal('fork');
    expect(textsOf(entries)).to.deep.equal(['a', 'b']);
  });

  it('refuses an altered body, a foreign signature and a foreign key', async () => {
    const { log, entries } = await openLog();
    const [ada, eve] = [await Author.create(), await Author.create('Eve')];
    const batch = await ada.write('a');
    const other = await eve.write('a');
    const wrong: SignedBatch[] = [
      { ...batch, body: batch.body.replace('"a"', '"b"') },
      { ...batch, body: `${batch.body} ` },
      { ...batch, sig: other.sig },
      { ...batch, key: other.key },
    ];
    for (const each of wrong) expect(await log.receive(each, from(ada))).to.equal('invalid');
    expect(await log.receive(batch, from(ada))).to.equal('taken');
    expect(entries).to.have.length(1);
  });

  it('refuses a batch that was signed for another room', async () => {
    const { log } = await openLog({ room: 'elsewhere' as never });
    const ada = await Author.create();
    expect(await log.receive(await ada.write('a'), from(ada))).to.equal('invalid');
  });

  it('counts a batch under its key, whoever brings it', async () => {
    const { log } = await openLog();
    const [ada, ben] = [await Author.create(), await Author.create('Ben')];
    await log.receive(await ada.write('a'), from(ben, 1));
    expect([...log.marks.keys()]).to.deep.equal([ada.author]);
  });

  const text = (value: unknown) => ({ kind: 'text', text: value });
  const wrongShapes: Record<string, object> = {
    'seq 0': { first: 0 },
    'a fraction as seq': { first: 1.5 },
    'no head where one belongs': { first: 2, prev: '' },
    'a head where none belongs': { prev: 'A'.repeat(22) },
    'no items': { items: [] },
    '257 items': { items: Array.from({ length: 257 }, () => text('a')) },
    'a text that is too long': { items: [text('a'.repeat(MAX_TEXT_UNITS + 1))] },
    'a text that is none': { items: [text(1)] },
    'items that are no list': { items: { length: 1 } },
    'an item without kind': { items: [{}] },
    'a time that is none': { at: [1] },
    'a negative time': { at: [-1, 0] },
    'a name that cannot be': { name: '\u202e' },
    'keep as a text': { keep: 'false' },
  };
  for (const [what, fields] of Object.entries(wrongShapes)) {
    it(`refuses a signed body with ${what}`, async () => {
      const { log } = await openLog();
      const ada = await Author.create();
      expect(await log.receive(await ada.sign(fields), from(ada))).to.equal('invalid');
    });
  }

  for (const body of ['', '[]', 'null', '{"first":1', '"text"']) {
    it(`refuses ${body || 'nothing'} as a body`, async () => {
      const { log } = await openLog();
      const ada = await Author.create();
      expect(await log.receive(await ada.signBody(body), from(ada))).to.equal('invalid');
    });
  }

  it('keeps items of kinds it does not know, and shows nothing for them', async () => {
    const { log, entries } = await openLog();
    const ada = await Author.create();
    const items = [
      { kind: 'poll', of: 3 },
      { kind: 'text', text: 'a' },
    ];
    const batch = await ada.writeBody({ items });
    expect(await log.receive(batch, from(ada))).to.equal('taken');
    expect(entries.map(({ seq, text: each }) => [seq, each])).to.deep.equal([[2, 'a']]);
    expect((await readAfter(log, ada.author, 0))?.body).to.equal(batch.body);
  });

  it('never continues its own log from elsewhere', async () => {
    const me = await Author.create('Me');
    const { log, entries } = await openLog({ identity: me.identity });
    const batch = await me.write('a');
    expect(await log.receive(batch, from(me))).to.equal('early');
    expect((await log.append('b')).seq).to.equal(1);
    expect(await log.receive(batch, from(me))).to.equal('repeated');
    expect(textsOf(entries)).to.deep.equal(['b']);
  });

  it('goes on where it was after it is opened again', async () => {
    const first = await openLog();
    const ada = await Author.create();
    const batch = await ada.write('a');
    await first.log.receive(batch, from(ada));
    await first.log.close();
    const { log, entries } = await openLog(first);
    expect(textsOf(entries)).to.deep.equal(['a']);
    expect(await log.receive(batch, from(ada))).to.equal('repeated');
    expect(await log.receive(await ada.write('b'), from(ada))).to.equal('taken');
  });

  it('holds what is not to be kept in memory only, and all that follows it', async () => {
    const { log, identity, store, entries } = await openLog();
    const ada = await Author.create();
    await log.receive(await ada.write('a'), from(ada));
    const kept = log.marks.get(ada.author);
    await log.receive(await ada.writeBody({ keep: false }), from(ada));
    await log.receive(await ada.write('c'), from(ada));
    expect(log.marks.get(ada.author)?.[1]).to.equal(3);
    expect(entries).to.have.length(3);
    await log.close();
    const again = await openLog({ identity, store });
    expect(again.log.marks.get(ada.author)).to.deep.equal(kept);
    expect(textsOf(again.entries)).to.deep.equal(['a']);
  });

  it('takes what came before and after keep: false in one transaction for what it is', async () => {
    const { log, identity, store } = await openLog();
    const ada = await Author.create();
    const batches = [await ada.write('a'), await ada.writeBody({ keep: false })];
    await Promise.all(batches.map((batch) => log.receive(batch, from(ada))));
    await log.close();
    const again = await openLog({ identity, store });
    expect(again.log.marks.get(ada.author)?.slice(0, 2)).to.deep.equal([1, 1]);
    expect(await again.log.receive(batches[1] ?? batches[0]!, from(ada))).to.equal('taken');
  });

  it('sorts a batch from far ahead by its arrival, and an author’s later ones never before it', async () => {
    const { log, entries } = await openLog({ clock: new Clock(() => 1_000_000) });
    const ada = await Author.create();
    await log.receive(await ada.writeBody({ at: [4_000_000_000_000, 0] }), from(ada));
    ada.ms = 500;
    await log.receive(await ada.write('b'), from(ada));
    expect(entries.map(({ sortAt }) => sortAt[0])).to.deep.equal([1_000_000, 1_000_000]);
    const own = await log.append('c');
    expect(own.sortAt[0], 'and no clock moves').to.equal(1_000_000);
  });

  it('writes later than everything it has read', async () => {
    const { log } = await openLog({ clock: new Clock(() => 1_000) });
    const ada = await Author.create();
    await log.receive(await ada.writeBody({ at: [5_000, 7] }), from(ada));
    expect((await log.append('b')).at).to.deep.equal([5_000, 8]);
  });
});
