import { expect } from 'chai';
import type { FrameInput } from '../../src/protocol/frames.ts';
import { hurry } from './support/fake-time.ts';
import { connect, disconnect, Neighbour } from './support/neighbourhood.ts';

const COUNT = 1_500;
const all = Array.from({ length: COUNT }, (_, at) => `text ${at}`);
const sent = (from: Neighbour, to: Neighbour, type: FrameInput['type']): FrameInput[] =>
  from.roadTo(to).sent.filter((frame) => frame.type === type);
const told = (to: Neighbour): string[] =>
  to.opened.changes.flatMap(({ entries }) => entries.map(({ text }) => text ?? ''));

describe('Who comes to somebody who has written much', () => {
  let calm: () => void;
  let people: Neighbour[];
  beforeEach(async () => {
    calm = hurry(20);
    people = await Promise.all([Neighbour.create(), Neighbour.create(), Neighbour.create()]);
  });
  afterEach(async () => {
    await Promise.all(people.map((each) => each.close()));
    calm();
  });

  /** Ada has written it to Ben, who holds all of it. */
  async function written(): Promise<readonly [ada: Neighbour, ben: Neighbour, cleo: Neighbour]> {
    const [ada, ben, cleo] = people as [Neighbour, Neighbour, Neighbour];
    connect(ada, ben);
    for (const text of all) await ada.write(text);
    await ben.shows(COUNT);
    const { self } = ada.opened.log;
    await ben.until(() =>
      sent(ben, ada, 'have').some((frame) => 'have' in frame && frame.have[self]?.[1] === COUNT),
    );
    return [ada, ben, cleo];
  }

  it('reads what is said now before what was said long ago, and then all of that', async () => {
    const [ada, , cleo] = await written();
    connect(cleo, ada);
    await cleo.until(() => told(cleo).length > 0);
    await ada.write('now');
    await cleo.until(() => told(cleo).includes('now'));
    expect(told(cleo)).not.to.include('text 0');
    await cleo.shows(COUNT + 1);
    expect(cleo.texts).to.deep.equal([...all, 'now']);
    expect(told(cleo), 'nothing is told of twice').to.have.length(COUNT + 1);
    expect(sent(ada, cleo, 'batch'), 'nothing is brought twice').to.have.length(COUNT + 1);
  });

  it('gets the rest of it from another one where its author goes', async () => {
    const [ada, ben, cleo] = await written();
    connect(cleo, ben);
    connect(cleo, ada);
    await cleo.until(() => told(cleo).length > 0);
    disconnect(cleo, ada);
    await cleo.shows(COUNT);
    expect(cleo.texts).to.deep.equal(all);
    expect(told(cleo)).to.have.length(COUNT);
  });

  it('is brought all of it, from its beginning, where somebody still waits for it', async () => {
    const [ada, , cleo] = people as [Neighbour, Neighbour, Neighbour];
    for (const text of all) await ada.write(text);
    connect(cleo, ada);
    await cleo.shows(COUNT);
    expect(told(cleo)).to.deep.equal(all);
    expect(sent(cleo, ada, 'want')).to.deep.equal([]);
  });

  it('is brought what one who has gone did not get, and asks for what that one had', async () => {
    const [ada, ben, cleo] = await written();
    disconnect(ada, ben);
    for (const text of ['waiting 1', 'waiting 2']) await ada.write(text);
    connect(cleo, ada);
    await cleo.shows(COUNT + 2);
    expect(cleo.texts).to.deep.equal([...all, 'waiting 1', 'waiting 2']);
  });

  it('gets the rest of it also where its author has lost the store by then', async () => {
    const [ada, , cleo] = await written();
    ada.opened.log.storeFailed(new Error('the store is gone'));
    await ada.write('after that');
    connect(cleo, ada);
    await cleo.shows(COUNT + 1);
    expect(cleo.texts).to.deep.equal([...all, 'after that']);
  });

  it('is brought all of it where it does not know how to ask', async () => {
    const [ada, , cleo] = await written();
    const road = ada.lay(cleo);
    cleo.delivery.opened(cleo.lay(ada) as never, ada.hello([]));
    ada.delivery.opened(road as never, cleo.hello([]));
    await cleo.shows(COUNT);
    expect(told(cleo)).to.deep.equal(all);
  });
});
