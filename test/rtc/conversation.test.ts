import { expect } from 'chai';
import * as fc from 'fast-check';
import type { AuthorId, PeerId } from '../../src/protocol/ids.ts';
import { Conversation } from '../../src/rtc/conversation.ts';
import { entryId, type Entry } from '../../src/rtc/entry.ts';
import type { Progress } from '../../src/rtc/receipts.ts';
import { authorOf, person } from './support/author.ts';

const delivered: Progress = { state: 'delivered', delivered: 0, of: 0, seen: 0 };

const entry = (author: AuthorId, seq: number, ms: number): Entry => ({
  id: entryId(author, seq),
  author,
  seq,
  name: person('Ada'),
  text: `text ${seq}`,
  at: [ms, 0],
  sortAt: [ms, 0],
  own: false,
});

function open(
  entries: readonly Entry[] = [],
  stateOf: () => Progress = () => delivered,
): Conversation {
  const conversation = new Conversation({ stateOf });
  conversation.restore(entries);
  return conversation;
}

const ids = (conversation: Conversation): string[] => conversation.messages.map(({ id }) => id);
const [ada, ben] = [authorOf('ada'), authorOf('ben')];

it('shows those who are here under the name that they have here, from then on', () => {
  const conversation = open([entry(ada, 1, 1), entry(ben, 1, 2)]);
  const [first, second] = conversation.messages;
  conversation.rename(ben.slice(0, 22) as PeerId, 'Ben');
  expect(conversation.messages.map(({ author }) => author.name)).to.deep.equal(['Ada', 'Ben']);
  expect(conversation.messages[0]).to.equal(first);
  expect(conversation.messages[1]).not.to.equal(second);
});

/** Logs of a few authors: times that never fall within an author, often the same between them. */
const logs = fc
  .array(fc.array(fc.nat(3), { maxLength: 8 }), { minLength: 1, maxLength: 4 })
  .map((all) =>
    all.flatMap((steps, index) => {
      let ms = 0;
      return steps.map((step, at) => entry(authorOf(`author ${index}`), at + 1, (ms += step)));
    }),
  );

describe('Conversation', () => {
  it('ends in the same order however its entries arrive', () => {
    fc.assert(
      fc.property(
        logs.chain((entries) =>
          fc.tuple(
            fc.constant(entries),
            fc.shuffledSubarray(entries, { minLength: entries.length }),
            fc.integer({ min: 1, max: 5 }),
          ),
        ),
        ([entries, shuffled, size]) => {
          const conversation = open();
          for (let at = 0; at < shuffled.length; at += size) {
            conversation.add(shuffled.slice(at, at + size));
          }
          expect(ids(conversation)).to.deep.equal(ids(open(entries)));
          expect(ids(conversation).length).to.equal(entries.length);
        },
      ),
    );
  });

  it('keeps each author in the order of its seqs, and sorts by time, then by author', () => {
    fc.assert(
      fc.property(logs, (entries) => {
        const last = new Map<string, number>();
        let before: Entry | undefined;
        for (const id of ids(open(entries))) {
          const now = entries.find((each) => each.id === id);
          if (!now) throw new Error('an entry of its own making');
          expect(now.seq).to.equal((last.get(now.author) ?? 0) + 1);
          last.set(now.author, now.seq);
          if (before) {
            const [a, b] = [before.sortAt[0], now.sortAt[0]];
            expect(a < b || (a === b && before.author <= now.author)).to.equal(true);
          }
          before = now;
        }
      }),
    );
  });

  it('takes an entry once', () => {
    const conversation = open([entry(ada, 1, 1)]);
    expect(conversation.add([entry(ada, 1, 1)])).to.deep.equal([]);
    expect(ids(conversation)).to.deep.equal(['ada:1']);
  });

  it('gives the messages of what is added, in the order given', () => {
    const added = open().add([entry(ben, 1, 9), entry(ada, 1, 3)]);
    expect(added.map(({ id }) => id)).to.deep.equal(['ben:1', 'ada:1']);
    expect(added[1]).to.deep.equal({
      id: 'ada:1',
      author: { id: 'ada', name: 'Ada' },
      text: 'text 1',
      sentAt: new Date(3),
      own: false,
      ...delivered,
    });
  });

  it('keeps array and messages as long as nothing changes, and the messages when others change', () => {
    const conversation = open([entry(ada, 1, 1), entry(ada, 2, 2)]);
    const before = conversation.messages;
    expect(conversation.messages).to.equal(before);
    conversation.add([entry(ada, 3, 3)]);
    expect(conversation.messages).not.to.equal(before);
    expect(before).to.have.length(2);
    expect(conversation.messages[0]).to.equal(before[0]);
    conversation.touch(['unknown']);
    expect(conversation.messages[0]).to.equal(before[0]);
  });

  it('makes a new message when the progress of one has changed', () => {
    let progress = delivered;
    const conversation = open([entry(ada, 1, 1), entry(ada, 2, 2)], () => progress);
    const [first, second] = conversation.messages;
    progress = { state: 'seen', delivered: 1, of: 1, seen: 1 };
    const [touched] = conversation.touch(['ada:1']);
    expect(touched).to.include(progress);
    expect(conversation.messages[0]).to.equal(touched);
    expect(conversation.get('ada:1')).to.equal(touched);
    expect(first).to.include(delivered);
    expect(conversation.messages[1]).to.equal(second);
  });

  it('drops what is no longer kept, and can be cleared', () => {
    const all = [entry(ada, 1, 1), entry(ben, 1, 2), entry(ada, 2, 3), entry(ada, 3, 4)];
    const conversation = open(all);
    conversation.drop([{ author: ada, through: 2 }]);
    expect(ids(conversation)).to.deep.equal(['ben:1', 'ada:3']);
    expect(conversation.get('ada:1')).to.equal(null);
    conversation.clear();
    expect(ids(conversation)).to.deep.equal([]);
    conversation.add([entry(ada, 4, 5)]);
    expect(ids(conversation)).to.deep.equal(['ada:4']);
  });

  it('says how far each author was read up to a message', () => {
    const all = [entry(ada, 1, 1), entry(ben, 4, 2), entry(ada, 2, 3), entry(ben, 5, 4)];
    const conversation = open(all);
    expect([...conversation.upTo('ada:2')]).to.have.deep.members([
      [ada, 2],
      [ben, 4],
    ]);
    expect(conversation.upTo('unknown').size).to.equal(0);
  });

  it('takes 10,000 entries one by one, and late ones among them', () => {
    const conversation = open();
    for (let seq = 1; seq <= 10_000; seq++) conversation.add([entry(ada, seq, seq)]);
    for (let seq = 1; seq <= 100; seq++) conversation.add([entry(ben, seq, seq)]);
    expect(conversation.messages).to.have.length(10_100);
    expect(conversation.messages[1]?.id).to.equal('ben:1');
  });
});
