import { expect } from 'chai';
import * as fc from 'fast-check';
import type { PeerId } from '../../src/protocol/ids.ts';
import { Receipts } from '../../src/rtc/receipts.ts';
import type { StoredReceipts, Written } from '../../src/rtc/store.ts';
import { authorOf } from './support/author.ts';

const self = authorOf('me');
const [ben, carl] = ['ben', 'carl'] as PeerId[] as [PeerId, PeerId];

interface Opened {
  readonly receipts: Receipts;
  readonly changed: string[];
  /** What the next page finds. */
  readonly saved: () => StoredReceipts | null;
}

function open(
  written: readonly Written[] = [],
  savedReceipts: StoredReceipts | null = null,
): Opened {
  let saved = savedReceipts;
  const receipts = new Receipts({
    self,
    savedReceipts,
    marks: new Map(written[0] ? [[self, [written[0].first, written.at(-1)!.last, '']]] : []),
    written,
    saveReceipts: (next) => void (saved = next),
  });
  const changed: string[] = [];
  receipts.onChange = (ids) => changed.push(...ids);
  return { receipts, changed, saved: () => (receipts.close(), saved) };
}

const wrote = (first: number, last: number, ...audience: PeerId[]): Written => ({
  first,
  last,
  audience,
});

/** `state delivered/of seen`. */
function look(receipts: Receipts, seq: number): string {
  const { state, delivered, of, seen } = receipts.stateOf({ own: true, seq });
  return `${state} ${delivered}/${of} ${seen}`;
}

describe('Receipts', () => {
  it('says nothing of what others wrote but that it is here', () => {
    const { receipts } = open([wrote(1, 1, ben)]);
    const expected = { state: 'delivered', delivered: 0, of: 0, seen: 0 };
    expect(receipts.stateOf({ own: false, seq: 1 })).to.deep.equal(expected);
  });

  const table: readonly (readonly [
    what: string,
    act: (receipts: Receipts) => void,
    expected: string,
  ])[] = [
    ['nobody can be reached', () => {}, 'waiting 0/2 0'],
    ['one of two has a link', (r) => r.linkUp(ben), 'waiting 0/2 0'],
    ['both have a link', (r) => (r.linkUp(ben), r.linkUp(carl)), 'sending 0/2 0'],
    ['one holds it, the other has no link', (r) => r.acknowledged(ben, 1), 'waiting 1/2 0'],
    [
      'one holds it, the other has a link',
      (r) => (r.linkUp(ben), r.linkUp(carl), r.acknowledged(ben, 1)),
      'sending 1/2 0',
    ],
    [
      'one holds it and is gone, the other has a link',
      (r) => (r.acknowledged(ben, 1), r.linkUp(carl), r.peerLeft(ben)),
      'sending 1/2 0',
    ],
    ['both hold it', (r) => (r.acknowledged(ben, 1), r.acknowledged(carl, 9)), 'delivered 2/2 0'],
    [
      'both hold it and one has seen it',
      (r) => (r.acknowledged(ben, 1), r.acknowledged(carl, 1), r.seen(carl, 1)),
      'delivered 2/2 1',
    ],
    [
      'both have seen it',
      (r) => (r.acknowledged(ben, 1), r.acknowledged(carl, 1), r.seen(ben, 1), r.seen(carl, 1)),
      'seen 2/2 2',
    ],
    ['one claims to have seen what it does not hold', (r) => r.seen(ben, 1), 'waiting 0/2 0'],
    ['one left without it', (r) => (r.peerLeft(ben), r.acknowledged(carl, 1)), 'delivered 1/1 0'],
    ['one left with it', (r) => (r.acknowledged(ben, 1), r.peerLeft(ben)), 'waiting 1/2 0'],
    ['both left without it', (r) => (r.peerLeft(ben), r.peerLeft(carl)), 'waiting 0/0 0'],
    [
      'both left without it and another came',
      (r) => (r.peerLeft(ben), r.peerLeft(carl), r.linkUp('dora' as PeerId)),
      'sending 0/1 0',
    ],
    ['a link is lost', (r) => (r.linkUp(ben), r.linkUp(carl), r.linkDown(ben)), 'waiting 0/2 0'],
    ['somebody else holds it', (r) => r.acknowledged('dora' as PeerId, 1), 'waiting 0/2 0'],
    [
      'one names less than it held before',
      (r) => (r.acknowledged(ben, 1), r.acknowledged(ben, 0)),
      'waiting 1/2 0',
    ],
  ];
  for (const [what, act, expected] of table) {
    it(`says "${expected}" where ${what}`, () => {
      const { receipts } = open();
      receipts.committed([wrote(1, 1, ben, carl)]);
      act(receipts);
      expect(look(receipts, 1)).to.equal(expected);
    });
  }

  it('means what was written alone for the first who comes, and for nobody after', () => {
    const { receipts, changed } = open();
    receipts.committed([wrote(1, 2)]);
    expect(look(receipts, 1)).to.equal('waiting 0/0 0');
    receipts.linkUp(ben);
    receipts.linkUp(carl);
    expect(look(receipts, 2)).to.equal('sending 0/1 0');
    expect(changed).to.deep.equal(['me:1', 'me:2']);
    receipts.acknowledged(ben, 2);
    expect(look(receipts, 2)).to.equal('delivered 1/1 0');
  });

  it('means what was written as somebody came for that one', () => {
    const { receipts } = open();
    receipts.linkUp(ben);
    receipts.committed([wrote(1, 1)]);
    expect(look(receipts, 1)).to.equal('sending 0/1 0');
  });

  it('counts each entry by its own audience', () => {
    const { receipts, changed } = open([wrote(1, 3, ben), wrote(4, 6, ben, carl)]);
    receipts.linkUp(ben);
    receipts.acknowledged(ben, 5);
    expect([1, 3, 4, 5, 6].map((seq) => look(receipts, seq))).to.deep.equal([
      'delivered 1/1 0',
      'delivered 1/1 0',
      'waiting 1/2 0',
      'waiting 1/2 0',
      'waiting 0/2 0',
    ]);
    expect(new Set(changed)).to.deep.equal(new Set([1, 2, 3, 4, 5].map((seq) => `me:${seq}`)));
  });

  it('does not count in advance what somebody claims to hold', () => {
    const { receipts } = open([wrote(1, 1, ben)]);
    receipts.acknowledged(ben, 1_000);
    receipts.seen(ben, 1_000);
    receipts.committed([wrote(2, 2, ben)]);
    expect(look(receipts, 1)).to.equal('seen 1/1 1');
    expect(look(receipts, 2)).to.equal('waiting 0/1 0');
  });

  it('does not count one who left without it even after it came back', () => {
    const { receipts } = open([wrote(1, 4, ben, carl)]);
    receipts.acknowledged(ben, 2);
    receipts.peerLeft(ben);
    receipts.linkUp(ben);
    receipts.acknowledged(ben, 4);
    expect(look(receipts, 2)).to.equal('waiting 1/2 0');
    expect(look(receipts, 4)).to.equal('waiting 0/1 0');
  });

  it('means for who is there what those have left without for whom it was written', () => {
    const { receipts, changed } = open([wrote(1, 2, ben)]);
    receipts.acknowledged(ben, 1);
    receipts.linkUp(carl);
    expect(look(receipts, 2)).to.equal('waiting 0/1 0');
    receipts.acknowledged(carl, 2);
    changed.length = 0;
    receipts.peerLeft(ben);
    expect([look(receipts, 1), look(receipts, 2)]).to.deep.equal([
      'delivered 1/1 0',
      'delivered 1/1 0',
    ]);
    expect(changed).to.deep.equal(['me:2']);
  });

  it('waits for nobody who left while this page was away', () => {
    const { receipts } = open([wrote(1, 1, ben, carl), wrote(2, 2, ben)]);
    receipts.acknowledged(carl, 1);
    expect(look(receipts, 1)).to.equal('waiting 1/2 0');
    receipts.present([carl]);
    expect(look(receipts, 1)).to.equal('delivered 1/1 0');
    expect(look(receipts, 2)).to.equal('waiting 0/0 0');
    receipts.linkUp(carl);
    expect(look(receipts, 2)).to.equal('sending 0/1 0');
  });

  it('waits for nobody who left while the entry was being committed, and for whoever came back', () => {
    const { receipts } = open();
    receipts.linkUp(ben);
    receipts.linkUp(carl);
    receipts.peerLeft(ben);
    receipts.committed([wrote(1, 1, ben, carl)]);
    expect(look(receipts, 1)).to.equal('sending 0/1 0');
    receipts.linkUp(ben);
    receipts.committed([wrote(2, 2, ben, carl)]);
    expect(look(receipts, 2)).to.equal('sending 0/2 0');
  });

  it('tells only of entries that look different', () => {
    const { receipts, changed } = open([wrote(1, 2, ben, carl)]);
    receipts.linkUp(ben);
    expect(changed, 'carl still has none').to.deep.equal([]);
    receipts.acknowledged(ben, 1);
    expect(changed.splice(0)).to.deep.equal(['me:1']);
    receipts.acknowledged(ben, 1);
    receipts.linkUp(ben);
    expect(changed).to.deep.equal([]);
  });

  it('looks at what has changed, however long the log is', () => {
    const many = 2_000_000_000;
    const { receipts, changed } = open([wrote(1, many, ben)], {
      through: many,
      runs: [[1, many, [ben]]],
      peers: [[ben, many - 2, many - 3]],
    });
    receipts.linkUp(ben);
    expect(changed.splice(0)).to.deep.equal([`me:${many - 1}`, `me:${many}`]);
    receipts.seen(ben, many - 2);
    receipts.acknowledged(ben, many - 1);
    expect(changed.splice(0)).to.deep.equal([`me:${many - 2}`, `me:${many - 1}`]);
    receipts.peerLeft(ben);
    expect(changed).to.deep.equal([`me:${many}`]);
  });

  it('forgets what is no longer kept', () => {
    const { receipts, changed, saved } = open([wrote(1, 4, ben), wrote(5, 6, carl)]);
    receipts.drop(2);
    receipts.acknowledged(ben, 6);
    expect(changed).to.deep.equal(['me:3', 'me:4']);
    receipts.drop(6);
    expect(saved()?.runs).to.deep.equal([]);
    receipts.linkUp(ben);
  });

  it('finds its ticks after a reload', () => {
    const before = open();
    before.receipts.committed([wrote(1, 2)]);
    before.receipts.linkUp(ben);
    before.receipts.acknowledged(ben, 2);
    before.receipts.seen(ben, 1);
    before.receipts.committed([wrote(3, 4, ben, carl)]);
    before.receipts.peerLeft(carl);
    const saved = before.saved();
    // Beside the batches stands who was present at first; the fifth was committed after the last save.
    const { receipts } = open([wrote(1, 2), wrote(3, 4, ben, carl), wrote(5, 5, carl)], saved);
    expect([1, 2, 3, 5].map((seq) => look(receipts, seq))).to.deep.equal([
      'seen 1/1 1',
      'delivered 1/1 0',
      'waiting 0/1 0',
      'waiting 0/1 0',
    ]);
  });

  it('leaves out after a reload what was dropped meanwhile', () => {
    const before = open();
    before.receipts.committed([wrote(1, 4, ben)]);
    const { receipts, changed } = open([wrote(3, 4, ben)], before.saved());
    receipts.acknowledged(ben, 4);
    expect(changed).to.deep.equal(['me:3', 'me:4']);
  });

  it('saves many changes at once, and nothing when nothing changed', () => {
    const opened = open();
    expect(opened.saved()).to.equal(null);
    opened.receipts.committed([wrote(1, 3, ben)]);
    for (const seq of [1, 2, 3]) opened.receipts.acknowledged(ben, seq);
    const { moments: [[of, held, seen] = []] = [], ...saved } = opened.saved() ?? { through: 0 };
    expect([of, held?.map(([seq]) => seq), seen]).to.deep.equal([ben, [1, 2, 3], []]);
    expect(saved).to.deep.equal({
      through: 3,
      runs: [[1, 3, [ben]]],
      peers: [[ben, 3, 0]],
    });
  });

  const peer = fc.constantFrom(ben, carl, 'dora' as PeerId);
  const event = fc.oneof(
    fc.record({
      kind: fc.constant('wrote' as const),
      count: fc.integer({ min: 1, max: 3 }),
      of: fc.uniqueArray(peer),
    }),
    ...(['up', 'down', 'left'] as const).map((kind) =>
      fc.record({ kind: fc.constant(kind), peer }),
    ),
    ...(['have', 'seen'] as const).map((kind) =>
      fc.record({ kind: fc.constant(kind), peer, seq: fc.nat(12) }),
    ),
  );

  it('tells of every entry that changes and of no other, and comes out of a reload as it went in', () => {
    fc.assert(
      fc.property(fc.array(event, { maxLength: 30 }), (events) => {
        const { receipts, changed, saved } = open();
        const batches: Written[] = [];
        let high = 0;
        const all = (of = receipts) => Array.from({ length: high }, (_, at) => look(of, at + 1));
        for (const each of events) {
          if (each.kind === 'wrote') {
            const batch = wrote(high + 1, high + each.count, ...each.of);
            receipts.committed([batch]);
            batches.push(batch);
            high = batch.last;
            continue;
          }
          const before = all();
          changed.length = 0;
          if ('seq' in each) {
            if (each.kind === 'have') receipts.acknowledged(each.peer, each.seq);
            else receipts.seen(each.peer, each.seq);
          } else if (each.kind === 'up') receipts.linkUp(each.peer);
          else if (each.kind === 'down') receipts.linkDown(each.peer);
          else receipts.peerLeft(each.peer);
          const after = all();
          const different = after.flatMap((now, at) =>
            now === before[at] ? [] : [`me:${at + 1}`],
          );
          expect(changed).to.deep.equal(different);
        }
        const again = open(batches, saved()).receipts;
        // No link outlives the page.
        for (const each of [ben, carl, 'dora' as PeerId]) receipts.linkDown(each);
        expect(all(again)).to.deep.equal(all());
      }),
    );
  });
});
