import { expect } from 'chai';
import type { PeerId } from '../../src/protocol/ids.ts';
import { MAX_TEXT_UNITS } from '../../src/protocol/limits.ts';
import { parseBatchBody } from '../../src/protocol/batch.ts';
import { parseFrame, stringifyFrame } from '../../src/protocol/frames.ts';
import { MemoryStore } from '../../src/rtc/memory-store.ts';
import { Author } from './support/author.ts';
import { codeOf } from './support/errors.ts';
import { FailingStore } from './support/failing-store.ts';
import { openLog, textsOf } from './support/open-log.ts';

const numbers = (count: number): string[] => Array.from({ length: count }, (_, at) => `text ${at}`);

describe('Log, writing', () => {
  it('commits texts in the order of the calls and numbers them from 1', async () => {
    const { log, entries } = await openLog();
    const written = await Promise.all(['a', 'b', 'c'].map((text) => log.append(text)));
    expect(written.map(({ seq, text }) => `${seq} ${text}`)).to.deep.equal(['1 a', '2 b', '3 c']);
    expect(entries).to.deep.equal(written);
    expect(written[0]?.id).to.equal(`${log.self}:1`);
    expect(log.marks.get(log.self)?.slice(0, 2)).to.deep.equal([1, 3]);
  });

  it('tells of a text before its promise fulfils', async () => {
    const { log, entries } = await openLog();
    const entry = await log.append('a');
    expect(entries).to.deep.equal([entry]);
  });

  it('puts texts that are appended together into one batch', async () => {
    const { log } = await openLog();
    await Promise.all(numbers(5).map((text) => log.append(text)));
    expect(log.batchAfter(log.self, 0)).to.include({ first: 1, last: 5 });
    expect(log.batchAfter(log.self, 1)).to.equal(null);
  });

  it('begins another batch after 256 items', async () => {
    const { log } = await openLog();
    await Promise.all(numbers(300).map((text) => log.append(text)));
    expect(log.batchAfter(log.self, 0)).to.include({ first: 1, last: 256 });
    expect(log.batchAfter(log.self, 256)).to.include({ first: 257, last: 300 });
  });

  for (const [what, character] of [
    ['plain', 'a'],
    ['three-byte', '…'],
    ['control', '\u0001'],
    ['quoted', '"'],
    ['surrogate', '\ud800'],
    ['emoji', '😀'],
  ] as const) {
    it(`writes ${what} characters in batches that fit a frame and parse`, async () => {
      const { log } = await openLog();
      const text = character.repeat(MAX_TEXT_UNITS / character.length);
      await Promise.all([text, text, text, text].map((each) => log.append(each)));
      let seq = 0;
      for (let batch = log.batchAfter(log.self, 0); batch; batch = log.batchAfter(log.self, seq)) {
        const { key, body, sig } = batch;
        expect(parseBatchBody(body)?.items[0]).to.deep.equal({ kind: 'text', text });
        const frame = parseFrame(stringifyFrame({ type: 'batch', key, body, sig }));
        expect(frame).to.be.an('object');
        seq = batch.last;
      }
      expect(seq).to.equal(4);
    });
  }

  it('refuses a text that nobody would take', async () => {
    const { log } = await openLog();
    expect(await codeOf(log.append('a'.repeat(MAX_TEXT_UNITS + 1)))).to.equal('message-too-long');
    expect((await log.append('b')).seq).to.equal(1);
  });

  it('writes batches that another log takes', async () => {
    const [ada, ben] = await Promise.all([openLog(), openLog()]);
    await ada.log.append('a');
    await ada.log.append('b');
    for (const seq of [0, 1]) {
      const batch = ada.log.batchAfter(ada.log.self, seq);
      const from = { id: ada.identity.id, ownLow: 1 };
      expect(batch && (await ben.log.receive(batch, from))).to.equal('taken');
    }
    expect(textsOf(ben.entries)).to.deep.equal(['a', 'b']);
    expect(ben.log.marks.get(ada.log.self)).to.deep.equal(ada.log.marks.get(ada.log.self));
  });

  it('continues its numbers and its chain when it is opened again', async () => {
    const { log, identity, store } = await openLog();
    await log.append('a');
    const head = log.marks.get(log.self)?.[2];
    await log.close();
    const again = await openLog({ identity, store });
    expect(textsOf(again.entries)).to.deep.equal(['a']);
    expect((await again.log.append('b')).seq).to.equal(2);
    const batch = again.log.batchAfter(log.self, 1);
    expect(batch && parseBatchBody(batch.body)?.prev).to.equal(head);
  });

  it('keeps who was present until the receipts are saved', async () => {
    let present = ['p1', 'p2'] as PeerId[];
    const { log, identity, store, changes } = await openLog({ audience: () => present });
    await log.append('a');
    present = [];
    await log.append('b');
    const written = [
      { first: 1, last: 1, audience: ['p1', 'p2'] },
      { first: 2, last: 2, audience: [] },
    ];
    expect(changes.flatMap((change) => change.written)).to.deep.equal(written);
    await log.close();
    const again = await openLog({ identity, store, audience: () => ['p1', 'p2'] as PeerId[] });
    expect(again.log.written).to.deep.equal(written);
    again.log.saveReceipts({ through: 1, runs: [], peers: [] });
    await Promise.resolve();
    await again.log.append('c');
    await again.log.append('d');
    await again.log.close();
    expect((await openLog({ identity, store })).log.written).to.deep.equal([
      { first: 2, last: 2, audience: [] },
      { first: 3, last: 4, audience: ['p1', 'p2'] },
    ]);
  });

  it('says keep: false only under history none', async () => {
    const kept = await openLog();
    await kept.log.append('a');
    expect(kept.log.batchAfter(kept.log.self, 0)?.body).not.to.contain('keep');
    const none = await openLog({ history: 'none' });
    await none.log.append('a');
    const body = none.log.batchAfter(none.log.self, 0)?.body ?? '';
    expect(parseBatchBody(body)?.keep).to.equal(false);
  });

  it('waits for the gate before it builds a batch, and takes what came meanwhile', async () => {
    let open: () => void = () => {};
    const { log, entries } = await openLog({
      beforeWrite: () => new Promise((resolve) => (open = resolve)),
    });
    const first = log.append('a');
    await Promise.resolve();
    const second = log.append('b');
    expect(entries).to.have.length(0);
    open();
    await Promise.all([first, second]);
    expect(log.batchAfter(log.self, 0)).to.include({ first: 1, last: 2 });
  });

  it('goes on receiving while the gate is shut', async () => {
    const { log } = await openLog({ beforeWrite: () => new Promise(() => {}) });
    void log.append('a').catch(() => undefined);
    const ada = await Author.create();
    expect(await log.receive(await ada.write('b'), { id: ada.id, ownLow: 1 })).to.equal('taken');
    await log.close();
  });

  it('refuses with closed what is in no batch when it is closed', async () => {
    const { log } = await openLog({ beforeWrite: () => new Promise(() => {}) });
    const append = log.append('a');
    await log.close();
    expect(await codeOf(append)).to.equal('closed');
    expect(await codeOf(log.append('b'))).to.equal('closed');
  });

  it('finishes what is being committed when it is closed', async () => {
    const store = new FailingStore();
    const { log, identity } = await openLog({ store });
    const commit = store.hold();
    const append = log.append('a');
    await commit.begun;
    const closed = log.close();
    commit.finish();
    await closed;
    expect(await codeOf(append)).to.equal('fulfilled');
    expect(textsOf((await openLog({ identity, store })).entries)).to.deep.equal(['a']);
  });

  it('survives a listener that throws', async () => {
    const { log } = await openLog();
    const reported: unknown[] = [];
    const report = globalThis.reportError;
    globalThis.reportError = (error: unknown) => void reported.push(error);
    try {
      log.onCommit = () => {
        throw new Error('a listener');
      };
      await log.append('a');
      expect((await log.append('b')).seq).to.equal(2);
    } finally {
      globalThis.reportError = report;
    }
    expect(reported).to.have.length(2);
  });

  it('takes 100,000 texts in a loop, in order, and keeps the newest', async function () {
    this.timeout(60_000);
    const { log, dropped } = await openLog({ store: new MemoryStore(), maxEntries: 10_000 });
    let next = 1;
    log.onCommit = ({ entries }) => {
      for (const { seq } of entries) if (seq !== next++) throw new Error('out of order');
    };
    const appends: Promise<unknown>[] = [];
    for (let at = 0; at < 100_000; at++) appends.push(log.append(`text ${at}`));
    await Promise.all(appends);
    expect(next).to.equal(100_001);
    const [low = 0, high = 0] = log.marks.get(log.self) ?? [];
    expect(high).to.equal(100_000);
    expect(high - low + 1).to.be.within(9_700, 10_500);
    expect(log.trimmed).to.equal(true);
    expect(dropped.at(-1)?.through).to.equal(low - 1);
  });
});
