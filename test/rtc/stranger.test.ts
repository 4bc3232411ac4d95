import { expect } from 'chai';
import type { Room } from '../../src/rtc/room.ts';
import { attacks } from '../faults/support/attacks.ts';
import { next, textsOf, twoRooms, until } from './support/rooms.ts';
import { fingerprint, type Stranger } from './support/stranger.ts';
import { come, meet } from './support/visits.ts';

let ada: Room;

describe('Room, beside a client written from PROTOCOL.md alone', () => {
  beforeEach(async () => {
    [ada] = await twoRooms();
  });

  it('talks with it both ways, and knows what it has got', async () => {
    const stranger = await meet(ada);
    await stranger.write('Hello from elsewhere');
    await until(ada, ({ messages }) => messages.length === 1);
    expect(textsOf(ada)).to.deep.equal(['Hello from elsewhere']);
    const have = await stranger.frames.first(
      (frame) => frame.type === 'have' && Object.hasOwn(frame['have'] as object, stranger.id),
    );
    expect((have['have'] as Record<string, unknown[]>)[stranger.id]?.[1]).to.equal(1);

    const message = await ada.send('Welcome');
    const batch = await stranger.frame('batch');
    const body = JSON.parse(batch['body'] as string) as { items: unknown[]; first: number };
    expect(body.items).to.deep.equal([{ kind: 'text', text: 'Welcome' }]);
    const self = ada.self?.id ?? '';
    const head = await fingerprint(batch['body'] as string);
    stranger.send({ type: 'have', have: { [self]: [1, 1, head] } });
    await until(ada, ({ messages }) =>
      messages.some(({ id, delivered }) => id === message.id && delivered >= 1),
    );
  });

  it('answers its ping, takes its leave and acknowledges that', async () => {
    const stranger = await meet(ada);
    stranger.send({ type: 'ping', id: 7 });
    expect(await stranger.frame('pong')).to.deep.equal({ type: 'pong', id: 7 });
    await stranger.write('Last words');
    const left = next(ada, 'peer-leave');
    stranger.send({ type: 'bye', reason: 'left' });
    await stranger.frame('bye-ack');
    expect((await left).reason).to.equal('left');
    expect(textsOf(ada)).to.include('Last words');
  });

  it('says bye to it and waits for its answer', async () => {
    const stranger = await meet(ada);
    const leaving = ada.leave();
    expect(await stranger.frame('bye')).to.deep.equal({ type: 'bye', reason: 'left' });
    stranger.send({ type: 'bye-ack' });
    await leaving;
    await stranger.frame('closed');
  });

  it('sends its log again from the mark that a new connection names', async () => {
    const { stranger, peer } = await come(ada);
    for (const text of ['one', 'two', 'three']) {
      const { id } = await ada.send(text);
      // What is said before it is signed is signed together.
      await until(ada, ({ messages }) =>
        messages.some((each) => each.id === id && each.delivered === 1),
      );
    }
    await stranger.meet(peer);
    const [self, bodies] = [ada.self?.id ?? '', (): string[] => bodiesOf(stranger)];
    await stranger.frames.first(() => bodies().length === 3);
    const head = await fingerprint(bodies()[1] ?? '');
    stranger.frames.all.length = 0;
    await stranger.connect(peer);
    stranger.send(stranger.hello({ have: { [self]: [1, 2, head] } }));
    await stranger.frame('batch');
    expect(bodies().map((body) => (JSON.parse(body) as { first: number }).first)).to.deep.equal([
      3,
    ]);
  });

  it('sends all of its log, and what is new, to one that claims to hold more than there is', async () => {
    const { stranger, peer } = await come(ada);
    await ada.send('one');
    // Until it is signed there is nothing yet.
    await until(ada, ({ messages }) => messages[0]?.delivered === 1);
    await stranger.connect(peer);
    const self = ada.self?.id ?? '';
    stranger.send(stranger.hello({ have: { [self]: [1, 2_000_000, 'x'.repeat(22)] } }));
    await stranger.frame('hello');
    await until(ada, ({ peers }) =>
      peers.some(({ id, link }) => id === stranger.id && link === 'connected'),
    );
    await ada.send('two');
    const batch = await stranger.frame('batch');
    expect(JSON.parse(batch['body'] as string)).to.include({ first: 2 });
  });

  it('keeps the name that the broadcaster found free, whatever a hello says', async () => {
    const { stranger, peer } = await come(ada);
    const nameOf = (room: Room): string | undefined =>
      room.peers.find(({ id }) => id === stranger.id)?.name;
    await until(ada, (room) => nameOf(room) !== undefined);
    const listed = nameOf(ada);
    await stranger.connect(peer);
    stranger.send(stranger.hello({ name: 'Ada' }));
    await stranger.frame('hello');
    await until(ada, ({ peers }) =>
      peers.some(({ id, link }) => id === stranger.id && link === 'connected'),
    );
    expect(nameOf(ada)).to.equal(listed);
    await stranger.write('It is me, Ada', { name: 'Ada' });
    await until(ada, ({ messages }) => messages.length === 1);
    expect(ada.messages[0]?.author.name).to.equal(listed);
    expect(listed).not.to.equal('Ada');
  });

  it('is called by it, answers, and hears that it has hung up', async () => {
    const { stranger, peer } = await come(ada);
    await stranger.connect(peer);
    stranger.send(stranger.hello({ features: ['call'] }));
    await stranger.frame('hello');
    const media = { audio: true, video: false };
    const scope = [ada.self?.id];
    const record = { type: 'call', id: 'from elsewhere', scope, media, since: Date.now() };
    stranger.send({ ...record, phase: 'calling', rev: 0 });
    await until(ada, ({ callState }) => callState === 'ringing');
    expect(ada.currentCall).to.deep.include({ from: stranger.id, offers: media, private: true });
    await ada.answer({ audio: false });
    const answer = await stranger.frame('call');
    expect(answer).to.include({ id: 'from elsewhere', phase: 'in' });
    stranger.send({ ...record, phase: 'in', rev: 1 });
    stranger.send({ ...record, phase: 'out', rev: 2 });
    await until(ada, ({ callState }) => callState === 'idle');
    // What is older than that comes too late.
    stranger.send({ ...record, phase: 'calling', rev: 1 });
    stranger.send({ type: 'ping', id: 1 });
    await stranger.frame('pong');
    expect(ada.callState).to.equal('idle');
    await ada.call({ audio: false, to: [stranger.id] });
    await stranger.frames.first(({ type, phase }) => type === 'call' && phase === 'calling');
    stranger.send({
      ...record,
      id: ada.currentCall?.id,
      phase: 'declined',
      reason: 'busy',
      rev: 3,
    });
    const { ended } = await next(ada, 'call-end');
    expect(ended.why).to.equal('busy');
  });

  it('is shown as nobody else, and keeps nobody away, when it introduces people who are not there', async () => {
    const { stranger, peer } = await come(ada);
    await stranger.meet(peer);
    const told: string[] = [];
    ada.addEventListener('peer-join', (event) => told.push(event.peer.name));
    ada.addEventListener('error', ({ error }) => told.push(error.code));
    const someone = { id: peer.id, key: '', peer };
    const victim = { ...someone, other: someone, full: true };
    await attacks['introduces people who are not there']!(() => Promise.resolve(stranger), victim);
    expect(ada.peers.map(({ name }) => name)).to.have.length(2);
    const other = await meet(ada);
    expect(ada.peers.map(({ id }) => id)).to.include(other.id);
    expect(told).to.have.length(1);
  });

  it('acknowledges a repetition: what it said before may have been lost', async () => {
    const { stranger, peer } = await come(ada);
    await stranger.meet(peer);
    const frame = await stranger.batch('Once');
    stranger.send(frame);
    await stranger.frame('have');
    await stranger.connect(peer);
    stranger.frames.all.length = 0;
    stranger.send(stranger.hello());
    await stranger.frame('hello');
    stranger.send(frame);
    const have = await stranger.frame('have');
    expect(have['have']).to.have.property(stranger.id);
    expect(textsOf(ada)).to.deep.equal(['Once']);
  });
});

function bodiesOf(stranger: Stranger): string[] {
  return stranger.frames.all.flatMap((frame) =>
    frame.type === 'batch' ? [frame['body'] as string] : [],
  );
}
