import { expect } from 'chai';
import * as fc from 'fast-check';
import type { FrameInput } from '../../src/protocol/frames.ts';
import { MemoryStore } from '../../src/rtc/memory-store.ts';
import { Author } from './support/author.ts';
import { hurry } from './support/fake-time.ts';
import { connect, disconnect, Neighbour } from './support/neighbourhood.ts';
import { openLog, textsOf } from './support/open-log.ts';

const soak = (globalThis as { rtcChatSoak?: boolean }).rtcChatSoak === true;

let all: Neighbour[] = [];
const person = async (options: Parameters<typeof Neighbour.create>[0] = {}): Promise<Neighbour> => {
  const made = await Neighbour.create(options);
  all.push(made);
  return made;
};
const people = (count: number): Promise<Neighbour[]> =>
  Promise.all(Array.from({ length: count }, () => person()));
const countTo = (count: number): string[] => Array.from({ length: count }, (_, at) => `text ${at}`);
const sent = (from: Neighbour, to: Neighbour, type: FrameInput['type']): FrameInput[] =>
  from.roadTo(to).sent.filter((frame) => frame.type === type);

describe('Logs of those who are not here', () => {
  let calm: () => void;
  beforeEach(() => {
    calm = hurry(20);
  });
  afterEach(async () => {
    await Promise.all(all.map((each) => each.close()));
    all = [];
    calm();
  });

  /** Somebody who has written so much, each text by itself, to these, and is gone. */
  async function gone(readers: readonly Neighbour[], count: number): Promise<Neighbour> {
    const author = await person();
    for (const reader of readers) connect(author, reader);
    const shown = readers.map(({ texts }) => texts.length);
    for (const text of countTo(count)) await author.write(text);
    for (const [at, reader] of readers.entries()) await reader.shows(shown[at]! + count);
    for (const reader of readers) disconnect(author, reader);
    return author;
  }

  it('come to a late joiner from those who hold them, each once and in order', async () => {
    const [ben, cleo, dora] = await people(3);
    await gone([ben!, cleo!], 500);
    connect(dora!, ben!);
    connect(dora!, cleo!);
    await dora!.shows(500);
    expect(dora!.texts).to.deep.equal(countTo(500));
    expect(dora!.opened.changes.flatMap(({ entries }) => entries)).to.have.length(500);
    const given = [...sent(ben!, dora!, 'batch'), ...sent(cleo!, dora!, 'batch')];
    expect(given, 'nothing is given twice').to.have.length(500);
  });

  it('come from several at once where several are missing', async () => {
    const [ben, cleo, dora] = await people(3);
    await gone([ben!, cleo!], 300);
    await gone([ben!, cleo!], 300);
    connect(dora!, ben!);
    connect(dora!, cleo!);
    await dora!.shows(600);
    for (const from of [ben!, cleo!])
      expect(sent(from, dora!, 'batch').length).to.be.greaterThan(0);
  });

  it('come newest first, 64 KiB at a time, one answer after the other', async () => {
    const [ben, dora] = await people(2);
    await gone([ben!], 700);
    connect(dora!, ben!);
    await dora!.shows(700);
    const wants = sent(dora!, ben!, 'want') as { from: number; to: number; down?: boolean }[];
    expect(wants.length).to.be.greaterThan(1);
    expect(wants.map(({ from, down }) => [from, down])).to.deep.equal(wants.map(() => [1, true]));
    expect(wants.map(({ to }) => to)).to.deep.equal(
      wants.map(({ to }) => to).toSorted((a, b) => b - a),
    );
    const [first] = dora!.opened.changes;
    expect(first?.entries[0]?.text).to.equal('text 699');
    const answers = ben!
      .roadTo(dora!)
      .sent.filter(({ type }) => type === 'batch' || type === 'given');
    let bytes = 0;
    for (const frame of answers) {
      bytes = frame.type === 'batch' ? bytes + frame.body.length : 0;
      expect(bytes).to.be.at.most(65_536);
    }
  });

  it('are gone on with where they ended, forwards', async () => {
    const [ben, dora] = await people(2);
    const ada = await gone([ben!, dora!], 3);
    connect(ada, ben!);
    for (const text of ['new 1', 'new 2']) await ada.write(text);
    await ben!.shows(5);
    disconnect(ada, ben!);
    connect(dora!, ben!);
    await dora!.shows(5);
    expect(dora!.texts).to.deep.equal([...countTo(3), 'new 1', 'new 2']);
    expect(sent(dora!, ben!, 'want')).to.deep.equal([
      { type: 'want', author: ada.id, from: 4, to: 5 },
    ]);
  });

  it('are not passed over while the one who has the latest is still filling in the older', async () => {
    const [ben, dora, eve] = await people(3);
    const ada = await gone([ben!, dora!], 3);
    connect(ada, ben!);
    for (const text of countTo(700)) await ada.write(`new ${text}`);
    await ben!.shows(703);
    disconnect(ada, ben!);
    connect(eve!, ben!);
    await eve!.shows(1);
    expect(eve!.opened.log.marks.get(ada.opened.log.self)?.[0]).to.be.greaterThan(4);
    connect(dora!, eve!);
    await dora!.shows(703);
    expect(dora!.texts).to.deep.equal([
      ...countTo(3),
      ...countTo(700).map((text) => `new ${text}`),
    ]);
  });

  it('pass through one whom both can reach, as they are written', async () => {
    const [ada, ben, cleo] = await people(3);
    connect(ada!, cleo!);
    connect(ben!, cleo!);
    for (const at of [0, 1, 2]) {
      await ada!.write(`from Ada ${at}`);
      await ben!.shows(at * 2 + 1);
      await ben!.write(`from Ben ${at}`);
      await ada!.shows(at * 2 + 2);
    }
    expect(ada!.texts).to.deep.equal(ben!.texts);
    expect(cleo!.texts).to.deep.equal(ben!.texts);
  });

  it('are not asked of others while their author brings them itself', async () => {
    const [ada, ben, cleo] = await people(3);
    for (const text of countTo(200)) await ada!.write(text);
    connect(ada!, ben!);
    await ben!.shows(200);
    connect(cleo!, ben!);
    connect(cleo!, ada!);
    await cleo!.shows(200);
    expect(sent(cleo!, ben!, 'want').length).to.be.at.most(1);
    expect(cleo!.texts).to.deep.equal(countTo(200));
  });

  it('are refused when somebody has altered them, and taken from an honest one', async () => {
    const [ben, mallory, dora] = await people(3);
    await gone([ben!, mallory!], 3);
    connect(dora!, mallory!);
    mallory!.roadTo(dora!).meddle = (frame) =>
      frame.type === 'batch' ? { ...frame, body: frame.body.replace('text 1', 'lies 1') } : frame;
    await dora!.until(() => dora!.forgeries.length > 0);
    expect(new Set(dora!.forgeries)).to.deep.equal(new Set([mallory!.id]));
    expect(dora!.texts, 'what was honest has been taken').to.deep.equal(['text 2']);
    await mallory!.write('honest');
    await dora!.shows(2);
    connect(dora!, ben!);
    await dora!.shows(4);
    expect(dora!.texts.filter((text) => text.startsWith('text'))).to.deep.equal(countTo(3));
  });

  it('take a new chain under what is held for what it is: not theirs', async () => {
    const { log } = await openLog();
    const ada = await Author.create();
    const asked = { author: ada.author, from: 1, to: 3, down: true };
    const [, , third] = [await ada.write('a'), await ada.write('b'), await ada.write('c')];
    const from = { id: ada.id, ownLow: null, asked };
    expect(await log.receive(third, from)).to.equal('taken');
    const other = new Author(ada.identity, 'Ada');
    await other.write('x');
    expect(await log.receive(await other.write('y'), from)).to.equal('fork');
    expect(log.marks.get(ada.author)?.slice(0, 2)).to.deep.equal([3, 3]);
  });

  it('stay among those who were there, where their author wanted nothing kept', async () => {
    const [ben, cleo, dora] = await people(3);
    const ada = await person({ history: 'none' });
    for (const reader of [ben!, cleo!]) connect(ada, reader);
    connect(ben!, cleo!);
    await ada.write('between us');
    for (const reader of [ben!, cleo!]) await reader.shows(1);
    disconnect(ada, cleo!);
    disconnect(ben!, cleo!);
    await ada.write('and this');
    await ben!.shows(2);
    disconnect(ada, ben!);
    connect(ben!, dora!);
    await ben!.write('hello');
    await dora!.shows(1);
    await ben!.until(() => sent(ben!, dora!, 'given').length > 0);
    expect(dora!.texts).to.deep.equal(['hello']);
  });

  it('reach everybody through another while their author is here, as if it gave them itself', async () => {
    const [cleo, dora] = await people(2);
    const ada = await person({ history: 'none' });
    await ada.write('before anybody came');
    connect(ada, cleo!);
    await ada.write('while Cleo was alone with her');
    await cleo!.shows(2);
    connect(cleo!, dora!);
    await dora!.shows(2);
    await ada.write('and now');
    await dora!.shows(3);
    expect(dora!.texts).to.deep.equal(cleo!.texts);
  });

  it('reach one who was there with all that came before, also when their author is gone', async () => {
    const [cleo, dora, eve] = await people(3);
    const ada = await person({ history: 'none' });
    connect(ada, cleo!);
    connect(cleo!, dora!);
    await ada.write('to both');
    await dora!.shows(1);
    disconnect(cleo!, dora!);
    await ada.write('to Cleo');
    await cleo!.shows(2);
    cleo!.present.add(dora!.id);
    await ada.write('while Dora is here, and cannot be reached');
    await cleo!.shows(3);
    cleo!.present.clear();
    await ada.write('after Dora');
    await cleo!.shows(4);
    disconnect(ada, cleo!);
    connect(cleo!, dora!);
    connect(cleo!, eve!);
    await dora!.shows(3);
    await cleo!.write('to Eve');
    await eve!.shows(1);
    expect(dora!.texts.slice(0, 3)).to.deep.equal(cleo!.texts.slice(0, 3));
    expect(dora!.texts).not.to.include('after Dora');
    expect(eve!.texts).to.deep.equal(['to Eve']);
  });

  it('do not come back after they have been cleared', async () => {
    const [ben, dora] = await people(2);
    await gone([ben!, dora!], 5);
    await dora!.opened.log.clear();
    connect(dora!, ben!);
    await ben!.write('new');
    await dora!.shows(1);
    expect(sent(dora!, ben!, 'want')).to.deep.equal([]);
  });

  it('do not come back after they have been dropped because of the bounds', async () => {
    const [ben] = await people(1);
    const dora = await person({ maxEntries: 10 });
    await gone([ben!], 40);
    connect(dora, ben!);
    const { log } = dora.opened;
    await dora.until(() => log.trimmed);
    await ben!.write('new');
    await dora.until(() => dora.texts.includes('new'));
    expect(dora.opened.conversation.messages.length).to.be.at.most(11);
    expect(sent(dora, ben!, 'want').length).to.equal(1);
  });

  it('are forgotten, the longest silent first, where there are more than are to be kept', async () => {
    const [ben] = await people(1);
    const dora = await person({ maxAuthors: 5 });
    for (let at = 0; at < 12; at++) {
      const author = await Author.create();
      author.ms += at;
      await ben!.opened.log.receive(await author.write(`by ${at}`), { id: author.id, ownLow: 1 });
    }
    connect(dora, ben!);
    const { log } = dora.opened;
    await dora.until(() => log.trimmed);
    await ben!.write('last');
    await dora.until(() => dora.texts.includes('last'));
    expect(log.marks.size).to.be.at.most(6);
  });

  it('are taken from one who alone knows them within bounds, and named after that one', async () => {
    const [ben, dora] = await people(2);
    for (let at = 0; at < 70; at++) {
      const author = await Author.create();
      await ben!.opened.log.receive(await author.write('hello'), { id: author.id, ownLow: 1 });
    }
    connect(dora!, ben!);
    await dora!.shows(64);
    await ben!.write('last');
    await dora!.shows(65);
    expect(dora!.opened.log.marks.size).to.equal(65);
    const [stranger] = [...dora!.opened.log.marks.keys()];
    expect(dora!.opened.log.passedOnBy(stranger!)).to.equal(ben!.id);
  });

  it('are our own as well: what others hold of it is fetched before anything is written', async () => {
    const [ben] = await people(1);
    const store = new MemoryStore();
    const ada = await person({ store });
    connect(ada, ben!);
    await ada.write('kept');
    await ben!.shows(1);
    await ada.write('forgotten');
    await ben!.shows(2);
    disconnect(ada, ben!);
    // What was there is put back to an earlier state.
    const earlier = new MemoryStore();
    const { marks } = await store.load();
    const [first] = await store.after(ada.id as never, 0, 1);
    await earlier.commit({
      batches: [first!],
      marks: marks.map((mark) => ({ ...mark, high: 1, head: '' })),
    });
    const back = await person({ identity: ada.opened.identity, store: earlier });
    const { log } = back.opened;
    // The head of the first batch, as it was.
    const second = await store.after(ada.id as never, 1, 1);
    const { prev } = JSON.parse(second[0]!.body) as { prev: string };
    await log.close();
    await earlier.commit({ marks: marks.map((mark) => ({ ...mark, high: 1, head: prev })) });
    const again = await person({ identity: ada.opened.identity, store: earlier });
    connect(again, ben!);
    await again.write('new');
    await ben!.shows(3);
    expect(again.texts).to.deep.equal(['kept', 'forgotten', 'new']);
    expect(ben!.texts).to.deep.equal(again.texts);
    expect(textsOf(again.opened.entries)).to.include('forgotten');
  });

  it('are the same everywhere at last, whoever is connected with whom meanwhile', async function () {
    this.timeout(soak ? 600_000 : 60_000);
    const step = fc.record({
      who: fc.nat(3),
      other: fc.nat(3),
      what: fc.constantFrom('write', 'write', 'write', 'connect', 'disconnect', 'wait'),
    });
    await fc.assert(
      fc.asyncProperty(fc.array(step, { minLength: 5, maxLength: 30 }), async (steps) => {
        const four = await people(4);
        const waiting: Promise<unknown>[] = [];
        let count = 0;
        for (const { who, other, what } of steps) {
          const [a, b] = [four[who]!, four[other]!];
          if (what === 'write') waiting.push(a.write(`text ${count++}`));
          else if (what === 'wait') await new Promise((resolve) => setTimeout(resolve, 5));
          else if (a === b) continue;
          else if (what === 'disconnect') disconnect(a, b);
          else if (!a.roads.has(b.id)) connect(a, b);
        }
        await Promise.all(waiting);
        // A chain at last: what the first writes reaches the last through the two between.
        for (const a of four) for (const b of four) if (a !== b) disconnect(a, b);
        for (let at = 1; at < 4; at++) connect(four[at - 1]!, four[at]!);
        for (const each of four) await each.shows(count);
        for (const each of four) {
          expect(each.texts).to.deep.equal(four[0]!.texts);
          const told = each.opened.changes.flatMap(({ entries }) => entries.map(({ id }) => id));
          expect(told.length).to.equal(count);
          expect(new Set(told).size).to.equal(count);
        }
        await Promise.all(four.map((each) => each.close()));
        all = [];
      }),
      { numRuns: soak ? 500 : 15 },
    );
  });
});
