import { expect } from 'chai';
import * as fc from 'fast-check';
import type { PeerId } from '../../src/protocol/ids.ts';
import { MAX_IN_CALL, RING_MS } from '../../src/rtc/call-record.ts';
import { AUDIO, Desks, missed, type Person, where, why } from './support/desks.ts';
import { FakeTime } from './support/fake-time.ts';

const VIDEO = { audio: true, video: true } as const;
const id = (letter: string): string => letter.repeat(22);
const [A, B, C, D] = ['A', 'B', 'C', 'D'].map(id) as [string, string, string, string];

describe('CallDesk', () => {
  let time: FakeTime;
  let desks: Desks;
  const set = (names: readonly string[], busy: readonly string[] = []): readonly Person[] => {
    desks = new Desks(names, busy);
    return desks.people;
  };

  beforeEach(() => {
    time = new FakeTime();
  });
  afterEach(() => {
    desks.close();
    time.restore();
  });

  it('rings everyone in the room, and who accepts is in the call', async () => {
    const [a, b, c] = set([A, B, C]) as [Person, Person, Person];
    await a.desk.start(null, VIDEO);
    await desks.quiet();
    expect([a, b, c].map(where)).to.deep.equal(['calling', 'ringing', 'ringing']);
    expect(b.desk.ring?.media).to.deep.equal(VIDEO);
    expect([...a.desk.answers.values()]).to.deep.equal(['ringing', 'ringing']);
    await b.desk.join(AUDIO);
    await desks.quiet();
    expect([a, b, c].map(where)).to.deep.equal(['in', 'in', 'ringing']);
    expect(a.desk.mediaIn(a.desk.engaged?.id ?? '').get(b.id)).to.deep.equal(AUDIO);
    await c.desk.join(AUDIO);
    await desks.quiet();
    expect([a, b, c].map(where)).to.deep.equal(['in', 'in', 'in']);
  });

  it('shows a private call to nobody else', async () => {
    const [a, b, c] = set([A, B, C]) as [Person, Person, Person];
    await a.desk.start([b.id], AUDIO);
    expect(desks.waiting).to.deep.equal([`${A} ${B}`]);
    await desks.quiet();
    await b.desk.join(AUDIO);
    await desks.quiet();
    expect([a, b, c].map(where)).to.deep.equal(['in', 'in', 'idle']);
    a.desk.hangUp();
    await desks.quiet();
    expect([a, b, c].map(where)).to.deep.equal(['idle', 'idle', 'idle']);
    expect(why(b)).to.deep.equal(['ended']);
  });

  it('tells the caller who declined, and ends with the last of them', async () => {
    const [a, b, c] = set([A, B, C]) as [Person, Person, Person];
    await a.desk.start(null, AUDIO);
    await desks.quiet();
    b.desk.decline();
    await desks.quiet();
    expect(a.desk.answers.get(b.id)).to.equal('declined');
    expect([a, b, c].map(where)).to.deep.equal(['calling', 'idle', 'ringing']);
    c.desk.decline();
    await desks.quiet();
    expect([a, b, c].map(where)).to.deep.equal(['idle', 'idle', 'idle']);
    expect(why(a)).to.deep.equal(['declined']);
  });

  it('tells what each of them has said, where they have refused in different ways', async () => {
    const [a, b, c] = set([A, B, C], [C]) as [Person, Person, Person];
    await a.desk.start(null, AUDIO);
    await desks.quiet();
    expect(a.desk.answers.get(c.id)).to.equal('busy');
    b.desk.decline();
    await desks.quiet();
    expect(why(a)).to.deep.equal(['declined']);
    expect([...a.endings[0]!.answers]).to.deep.equal([
      [B, 'declined'],
      [C, 'busy'],
    ]);
  });

  it('says busy where another tab has a call, without a ring', async () => {
    const [a, b] = set([A, B], [B]) as [Person, Person];
    await a.desk.start([b.id], AUDIO);
    await desks.quiet();
    expect(where(b)).to.equal('idle');
    expect(why(a)).to.deep.equal(['busy']);
    expect(missed(b)).to.deep.equal([[A, 'busy']]);
    const failure = await b.desk.start(null, AUDIO).catch((error: { code: string }) => error.code);
    expect(failure).to.equal('busy');
  });

  it('gives up after 45 s, on both sides', async () => {
    const [a, b] = set([A, B]) as [Person, Person];
    await a.desk.start(null, AUDIO);
    await desks.quiet();
    await time.pass(RING_MS);
    await desks.quiet();
    expect([a, b].map(where)).to.deep.equal(['idle', 'idle']);
    expect(why(a)).to.deep.equal(['timeout']);
    expect(time.alarms).to.equal(0);
  });

  it('stops ringing when the caller has thought better of it', async () => {
    const [a, b] = set([A, B]) as [Person, Person];
    await a.desk.start(null, AUDIO);
    await desks.quiet();
    a.desk.hangUp();
    await desks.quiet();
    expect(where(b)).to.equal('idle');
    expect(missed(b)).to.deep.equal([[A, 'ended']]);
    // And can be called again at once.
    await a.desk.start(null, AUDIO);
    await desks.quiet();
    expect(where(b)).to.equal('ringing');
  });

  it('rings again when the caller has just hung up, before the other one has heard', async () => {
    const [a, b] = set([A, B]) as [Person, Person];
    for (let times = 0; times < 20; times++) {
      await a.desk.start(null, AUDIO);
      await desks.quiet();
      await b.desk.join(AUDIO);
      await desks.quiet();
      a.desk.hangUp();
      await a.desk.start(null, AUDIO);
      await desks.quiet();
      expect([a, b].map(where)).to.deep.equal(['calling', 'ringing']);
      a.desk.hangUp();
      await desks.quiet();
    }
  });

  it('does not ring for a call that was left before the caller had heard of the answer', async () => {
    const [a, b] = set([A, B]) as [Person, Person];
    await a.desk.start(null, AUDIO);
    await desks.quiet();
    await b.desk.join(AUDIO);
    b.desk.hangUp();
    expect(where(b)).to.equal('idle');
    await desks.quiet();
    expect([a, b].map(where)).to.deep.equal(['idle', 'idle']);
    expect(why(b)).to.deep.equal([]);
  });

  it('ends for the caller when everyone has left the room', async () => {
    const [a, b] = set([A, B]) as [Person, Person];
    await a.desk.start([b.id], AUDIO);
    await desks.quiet();
    desks.leave(B);
    await desks.quiet();
    expect(why(a)).to.deep.equal(['left']);
  });

  it('makes one call of two that begin at once', async () => {
    const [a, b] = set([A, B]) as [Person, Person];
    await Promise.all([a.desk.start(null, VIDEO), b.desk.start(null, AUDIO)]);
    await desks.quiet();
    expect([a, b].map(where)).to.deep.equal(['in', 'in']);
    expect(a.desk.engaged?.id).to.equal(b.desk.engaged?.id);
    expect(a.desk.mediaIn(a.desk.engaged?.id ?? '').get(b.id)).to.deep.equal(AUDIO);
  });

  it('makes one call of two that two people began with each other', async () => {
    const [a, b] = set([A, B, C]) as [Person, Person, Person];
    await Promise.all([a.desk.start([b.id], VIDEO), b.desk.start([a.id], VIDEO)]);
    await desks.quiet();
    expect([a, b].map(where)).to.deep.equal(['in', 'in']);
  });

  it('lets the room call stand where a private one is ringing', async () => {
    const [a, b, c] = set([A, B, C]) as [Person, Person, Person];
    await a.desk.start([b.id], AUDIO);
    await desks.quiet();
    await c.desk.start(null, AUDIO);
    desks.deliver(`${C} ${B}`);
    await desks.quiet();
    expect([a, b, c].map(where)).to.deep.equal(['ringing', 'ringing', 'calling']);
    expect(why(a)).to.deep.equal(['busy']);
    // They meet in the room's call.
    expect(missed(b)).to.deep.equal([]);
  });

  it('has not missed a private call that the caller gave up for the room’s, whichever is heard of first', async () => {
    const [a, b, c] = set([A, B, C]) as [Person, Person, Person];
    await a.desk.start([b.id], AUDIO);
    await desks.quiet();
    await c.desk.start(null, AUDIO);
    desks.deliver(`${C} ${A}`);
    desks.deliver(`${A} ${B}`);
    expect(where(b)).to.equal('idle');
    await desks.quiet();
    expect([a, b, c].map(where)).to.deep.equal(['ringing', 'ringing', 'calling']);
    expect([a, b].map(why)).to.deep.equal([['busy'], ['busy']]);
    expect([a, b].map(missed)).to.deep.equal([[], []]);
  });

  it('has missed a private call that was taken back, also when the room’s rings by then', async () => {
    const [a, b, c] = set([A, B, C]) as [Person, Person, Person];
    await a.desk.start([b.id], AUDIO);
    await desks.quiet();
    a.desk.hangUp();
    await desks.quiet();
    await c.desk.start(null, AUDIO);
    await desks.quiet();
    expect([a, b].map(where)).to.deep.equal(['ringing', 'ringing']);
    expect(missed(b)).to.deep.equal([[A, 'ended']]);
  });

  it('keeps talking in a private call while the room is called', async () => {
    const [a, b, c] = set([A, B, C]) as [Person, Person, Person];
    await a.desk.start([b.id], AUDIO);
    await desks.quiet();
    await b.desk.join(AUDIO);
    await desks.quiet();
    await c.desk.start(null, AUDIO);
    await desks.quiet();
    expect([a, b, c].map(where)).to.deep.equal(['in', 'in', 'idle']);
    expect(why(c)).to.deep.equal(['busy']);
    expect([...c.desk.answers]).to.deep.equal([]);
    expect([a, b].map(missed)).to.deep.equal([[[C, 'busy']], [[C, 'busy']]]);
  });

  it('has not missed a private call of somebody whom we are calling with the room', async () => {
    const [a, b] = set([A, B, C]) as [Person, Person];
    await Promise.all([a.desk.start(null, AUDIO), b.desk.start([a.id], AUDIO)]);
    await desks.quiet();
    expect([a, b].map(where)).to.deep.equal(['calling', 'ringing']);
    expect([a, b].map(missed)).to.deep.equal([[], []]);
  });

  it('shows a call that goes on to who comes later, without a ring', async () => {
    const [a, b, c] = set([A, B, C]) as [Person, Person, Person];
    desks.leave(C);
    await a.desk.start(null, AUDIO);
    await desks.quiet();
    await b.desk.join(AUDIO);
    await desks.quiet();
    desks.connect(A, C);
    desks.connect(B, C);
    await desks.quiet();
    expect(where(c)).to.equal('available');
    expect([...c.desk.mediaIn(c.desk.available!.id).keys()]).to.have.members([A, B]);
    // Starting one is joining the one that is on.
    await c.desk.start(null, AUDIO);
    await desks.quiet();
    expect([a, b, c].map(where)).to.deep.equal(['in', 'in', 'in']);
  });

  it('goes on through a broken connection, and knows what was missed meanwhile', async () => {
    const [a, b] = set([A, B]) as [Person, Person];
    await a.desk.start(null, AUDIO);
    await desks.quiet();
    await b.desk.join(AUDIO);
    await desks.quiet();
    desks.cut(A, B);
    expect([a, b].map(where)).to.deep.equal(['in', 'in']);
    b.desk.hangUp();
    desks.connect(A, B);
    await desks.quiet();
    expect([a, b].map(where)).to.deep.equal(['idle', 'idle']);
  });

  it('ends for the last one when the other is gone', async () => {
    const [a, b] = set([A, B]) as [Person, Person];
    await a.desk.start(null, AUDIO);
    await desks.quiet();
    await b.desk.join(AUDIO);
    await desks.quiet();
    desks.leave(B);
    expect(where(a)).to.equal('idle');
    expect(why(a)).to.deep.equal(['ended']);
  });

  it('has room for six, whoever comes at once', async () => {
    const names = Array.from('ABCDEFGH', id);
    const people = set(names);
    await people[0]!.desk.start(null, AUDIO);
    await desks.quiet();
    await Promise.all(people.slice(1).map(({ desk }) => desk.join(AUDIO)));
    await desks.quiet();
    expect(people.filter((person) => where(person) === 'in')).to.have.length(MAX_IN_CALL);
    expect(people.flatMap(why)).to.deep.equal(['call-full', 'call-full']);
  });

  it('refuses to answer, join or decline what is not there', async () => {
    const [a] = set([A, B]) as [Person];
    expect(() => a.desk.decline()).to.throw('Nobody is calling');
    for (const attempt of [a.desk.join(AUDIO), a.desk.start([D as PeerId], AUDIO)]) {
      const error = await attempt.catch((error: unknown) => error);
      expect(error).to.have.property('name', 'RtcChatError');
    }
  });

  it('goes into the call that rings when it asks for one of the same people', async () => {
    const [a, b] = set([A, B, C]) as [Person, Person];
    for (const to of [null, [A as PeerId]]) {
      await a.desk.start(to && [b.id], AUDIO);
      await desks.quiet();
      const rung = b.desk.ring?.id;
      await b.desk.start(to, AUDIO);
      expect([b.desk.engaged?.phase, b.desk.engaged?.id]).to.deep.equal(['in', rung]);
      await desks.quiet();
      b.desk.hangUp();
      await desks.quiet();
    }
  });

  it('ignores records that are older than what is known', async () => {
    const [a, b] = set([A, B]) as [Person, Person];
    const record = { id: 'x', scope: 'room', media: AUDIO, since: 1 } as const;
    a.desk.take(b.id, { type: 'call', ...record, phase: 'out', rev: 2 });
    a.desk.take(b.id, { type: 'call', ...record, phase: 'calling', rev: 1 });
    expect(where(a)).to.equal('idle');
  });

  it('comes to one mind, whatever happens in whatever order', async () => {
    const step = fc.oneof(
      fc.record({ what: fc.constant('start' as const), who: fc.nat(3) }),
      fc.record({ what: fc.constant('private' as const), who: fc.nat(3), to: fc.nat(3) }),
      fc.record({ what: fc.constant('join' as const), who: fc.nat(3) }),
      fc.record({ what: fc.constant('decline' as const), who: fc.nat(3) }),
      fc.record({ what: fc.constant('hangUp' as const), who: fc.nat(3) }),
      fc.record({ what: fc.constant('deliver' as const), which: fc.nat(20) }),
      fc.record({ what: fc.constant('deliver' as const), which: fc.nat(20) }),
      fc.record({ what: fc.constant('cut' as const), who: fc.nat(3), to: fc.nat(3) }),
      fc.record({
        what: fc.constant('away' as const),
        who: fc.nat(3),
        to: fc.nat(3),
        away: fc.boolean(),
      }),
      fc.record({ what: fc.constant('time' as const), ms: fc.nat(20_000) }),
      fc.record({ what: fc.constant('slow' as const), slow: fc.boolean() }),
      fc.record({ what: fc.constant('grant' as const) }),
    );
    await fc.assert(
      fc.asyncProperty(fc.array(step, { maxLength: 40 }), async (steps) => {
        const people = set([A, B, C, D]);
        const of = (index: number): Person => people[index]!;
        const ignore = (): undefined => undefined;
        for (const each of steps) {
          if (each.what === 'start') of(each.who).desk.start(null, VIDEO).catch(ignore);
          else if (each.what === 'private' && each.who !== each.to)
            of(each.who)
              .desk.start([of(each.to).id], AUDIO)
              .catch(ignore);
          else if (each.what === 'join') of(each.who).desk.join(AUDIO).catch(ignore);
          else if (each.what === 'decline' && of(each.who).desk.ring) of(each.who).desk.decline();
          else if (each.what === 'hangUp') of(each.who).desk.hangUp();
          else if (each.what === 'deliver')
            desks.deliver(desks.waiting[each.which % Math.max(1, desks.waiting.length)] ?? '');
          else if (each.what === 'cut' && each.who !== each.to) {
            desks.cut(of(each.who).id, of(each.to).id);
            desks.connect(of(each.who).id, of(each.to).id);
          } else if (each.what === 'away') of(each.who).desk.setAway(of(each.to).id, each.away);
          else if (each.what === 'time') await time.pass(each.ms);
          else if (each.what === 'slow') desks.slow = each.slow;
          else if (each.what === 'grant') await desks.grant(1);
          if (!desks.slow) await desks.grant();
        }
        desks.slow = false;
        await desks.grant();
        for (const one of people) for (const other of people) one.desk.setAway(other.id, false);
        await desks.quiet();
        await time.pass(RING_MS);
        await desks.quiet();
        await time.pass(RING_MS);
        await desks.quiet();
        for (const person of people) {
          const { engaged, ring } = person.desk;
          // Nobody is stuck: not ringing, not asking, not in a call alone.
          expect(ring).to.equal(null);
          expect(person.lock.held).to.deep.equal(engaged?.scope ?? null);
          if (!engaged) continue;
          expect(engaged.phase).to.equal('in');
          const others = people.filter(
            (other) => other !== person && other.desk.engaged?.id === engaged.id,
          );
          expect(others).not.to.have.length(0);
          // And all see the same.
          for (const other of others) expect(person.desk.answers.get(other.id)).to.equal('in');
        }
        const rooms = people.flatMap(({ desk: { engaged } }) =>
          engaged?.scope === 'room' ? engaged.id : [],
        );
        expect(new Set(rooms).size).to.be.lessThan(2);
        desks.close();
        expect(time.alarms).to.equal(0);
      }),
      { numRuns: 300 },
    );
  });
});
