import { expect } from 'chai';
import type { FrameInput } from '../../src/protocol/frames.ts';
import type { AuthorId, PublicKeyText } from '../../src/protocol/ids.ts';
import { MAX_UNACKNOWLEDGED_BYTES } from '../../src/protocol/limits.ts';
import { Replication, type KeptBatch } from '../../src/rtc/replication.ts';

const self = 'a'.repeat(22) as AuthorId;

/** A log whose batches hold two entries each. */
function logOf(batches: number, bytes = 100, low = 1): KeptBatch[] {
  return Array.from({ length: batches }, (_, at) => ({
    key: 'k' as PublicKeyText,
    body: `batch ${at}`,
    sig: 's',
    first: at * 2 + 1,
    last: at * 2 + 2,
    bytes,
  })).filter(({ first }) => first >= low);
}

class Target {
  writable = true;
  accepts = true;
  readonly bodies: string[] = [];
  readonly sent: string[] = [];
  send(frame: FrameInput): boolean {
    if (this.accepts && frame.type === 'unsigned') this.sent.push(frame.text);
    if (this.accepts && frame.type === 'signature')
      this.sent.push(...frame.of.map((each) => each.join(' ')));
    if (this.accepts && frame.type === 'batch') this.bodies.push(frame.body);
    return this.accepts;
  }
}

function replicate(
  log: KeptBatch[],
  theirs = 0,
  { late = true, ahead = [] as { text: string; first: number; last: number }[] } = {},
): { target: Target; replication: Replication } {
  const target = new Target();
  const source = {
    self,
    batchAfter: (_: AuthorId, seq: number) => log.find(({ first }) => first > seq) ?? null,
    unsignedAfter: (seq: number) => ahead.find(({ first }) => first > seq) ?? null,
  };
  return { target, replication: new Replication(source, target, theirs, late) };
}

describe('Replication', () => {
  it('begins after what the other side holds, in order, each once', () => {
    const { target, replication } = replicate(logOf(5), 4);
    replication.pump();
    replication.pump();
    expect(target.bodies).to.deep.equal(['batch 2', 'batch 3', 'batch 4']);
  });

  it('begins where the log begins when the other side holds nothing', () => {
    const { target, replication } = replicate(logOf(5, 100, 7));
    replication.pump();
    expect(target.bodies).to.deep.equal(['batch 3', 'batch 4']);
  });

  it('never has more than 1 MiB under way that is not acknowledged', () => {
    const bytes = 100_000;
    const { target, replication } = replicate(logOf(100, bytes));
    const most = Math.floor(MAX_UNACKNOWLEDGED_BYTES / bytes);
    replication.pump();
    expect(target.bodies.length).to.equal(most);
    for (let acknowledged = 1; acknowledged <= 100; acknowledged++) {
      replication.acknowledge(acknowledged * 2);
      expect(target.bodies.length).to.equal(Math.min(100, most + acknowledged));
    }
  });

  it('frees no credit for half a batch', () => {
    const { target, replication } = replicate(logOf(30, 131_072));
    replication.pump();
    const before = target.bodies.length;
    replication.acknowledge(1);
    expect(target.bodies.length).to.equal(before);
    replication.acknowledge(2);
    expect(target.bodies.length).to.equal(before + 1);
  });

  it('does not believe that more is held than was handed over', () => {
    const { target, replication } = replicate(logOf(30, 131_072));
    replication.pump();
    const before = target.bodies.length;
    replication.acknowledge(2 ** 31);
    expect(replication.acknowledged).to.equal(before * 2);
    expect(target.bodies.length).to.equal(before * 2);
  });

  it('does not believe that less is held than before', () => {
    const { target, replication } = replicate(logOf(3));
    replication.pump();
    replication.acknowledge(6);
    replication.acknowledge(0);
    expect(replication.acknowledged).to.equal(6);
    replication.pump();
    expect(target.bodies.length).to.equal(3);
  });

  it('waits while the channel is full, and goes on where it stopped', () => {
    const { target, replication } = replicate(logOf(3));
    target.writable = false;
    replication.pump();
    expect(target.bodies).to.deep.equal([]);
    target.writable = true;
    target.accepts = false;
    replication.pump();
    target.accepts = true;
    replication.pump();
    expect(target.bodies).to.deep.equal(['batch 0', 'batch 1', 'batch 2']);
  });

  describe('ahead of the signature', () => {
    const text = '{"first":5}';
    const body = '{"prev":"the head before","first":5}';
    const signed = { key: 'k' as PublicKeyText, body, sig: 's', first: 5, last: 5, bytes: 100 };

    it('hands over what is not signed yet after all that is, and its signature behind it', () => {
      const log = logOf(2);
      const ahead = [
        { text, first: 5, last: 5 },
        { text: '{"first":6}', first: 6, last: 6 },
      ];
      const { target, replication } = replicate(log, 0, { ahead });
      replication.pump();
      replication.pump();
      expect([target.bodies, target.sent]).to.deep.equal([
        ['batch 0', 'batch 1'],
        [text, '{"first":6}'],
      ]);
      log.push(signed);
      ahead.shift();
      replication.pump();
      expect(target.sent.slice(2)).to.deep.equal(['the head before s 5']);
      expect(target.bodies.length).to.equal(2);
    });

    it('hands over nothing of it where the other side does not know it, and all of it once it is signed', () => {
      const log = logOf(2);
      const { target, replication } = replicate(log, 0, {
        late: false,
        ahead: [{ text, first: 5, last: 5 }],
      });
      replication.pump();
      log.push(signed);
      replication.pump();
      expect([target.bodies, target.sent]).to.deep.equal([['batch 0', 'batch 1', body], []]);
    });

    it('hands over a batch whole where the channel was full when it was shown', () => {
      const log = logOf(2);
      const { target, replication } = replicate(log, 4, { ahead: [{ text, first: 5, last: 5 }] });
      target.writable = false;
      replication.pump();
      log.push(signed);
      target.writable = true;
      replication.pump();
      expect([target.bodies, target.sent]).to.deep.equal([[body], []]);
    });

    it('sends signatures also while the channel is full', () => {
      const log = logOf(2);
      const { target, replication } = replicate(log, 4, { ahead: [{ text, first: 5, last: 5 }] });
      replication.pump();
      target.writable = false;
      log.push(signed);
      replication.pump();
      expect(target.sent).to.deep.equal([text, 'the head before s 5']);
    });

    const list = (from: number, count: number): { text: string; first: number; last: number }[] =>
      Array.from({ length: count }, (_, at) => ({
        text: `${from + at}`,
        first: from + at,
        last: from + at,
      }));

    it('hands over one signature for all that was signed with it', () => {
      const log = logOf(2);
      const ahead = list(5, 4);
      const { target, replication } = replicate(log, 4, { ahead });
      replication.pump();
      log.push({ ...signed, last: 7 });
      ahead.splice(0, 3);
      replication.pump();
      expect(target.sent).to.deep.equal(['5', '6', '7', '8', 'the head before s 7']);
      expect(target.bodies).to.deep.equal([]);
    });

    it('parts nothing that may be signed together, though the channel fills up meanwhile', () => {
      const log = logOf(2);
      const ahead = list(5, 1);
      const { target, replication } = replicate(log, 4, { ahead });
      replication.pump();
      target.writable = false;
      ahead.push(...list(6, 2));
      replication.pump();
      expect(target.sent).to.deep.equal(['5', '6', '7']);
      log.push({ ...signed, last: 7 });
      ahead.splice(0, 3, ...list(8, 1));
      replication.pump();
      expect(target.sent.slice(3)).to.deep.equal(['the head before s 7']);
      target.writable = true;
      replication.pump();
      expect(target.sent.slice(4)).to.deep.equal(['8']);
    });

    it('says that nothing more may be ahead where the other side does not know it, or has no room', () => {
      expect(replicate([], 0, { late: false }).replication.late).to.equal(false);
      const log = logOf(20, 65_536);
      const { target, replication } = replicate(log);
      expect(replication.late).to.equal(true);
      target.writable = false;
      expect(replication.late).to.equal(false);
      target.writable = true;
      replication.pump();
      expect([target.bodies.length, replication.late]).to.deep.equal([16, false]);
      replication.acknowledge(2);
      log.length = 17;
      expect(replication.late).to.equal(false);
      replication.acknowledge(4);
      expect(replication.late).to.equal(true);
    });

    it('counts it as under way until it is acknowledged', () => {
      const ahead = [{ text: 'x'.repeat(MAX_UNACKNOWLEDGED_BYTES / 4), first: 1, last: 1 }];
      const log: KeptBatch[] = [];
      const { target, replication } = replicate(log, 0, { ahead });
      replication.pump();
      const bytes = MAX_UNACKNOWLEDGED_BYTES / 2;
      log.push({ ...signed, first: 1, last: 1 }, { ...signed, first: 2, last: 2, bytes });
      replication.pump();
      expect([target.sent.length, target.bodies.length]).to.deep.equal([2, 0]);
      replication.acknowledge(1);
      expect(target.bodies.length).to.equal(1);
    });
  });
});
