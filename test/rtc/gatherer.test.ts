import { expect } from 'chai';
import type { Mark } from '../../src/protocol/frames.ts';
import type { AuthorId } from '../../src/protocol/ids.ts';
import type { Ask } from '../../src/rtc/author-log.ts';
import { Gatherer } from '../../src/rtc/gatherer.ts';
import type { Outcome } from '../../src/rtc/staging.ts';
import { Author, authorOf } from './support/author.ts';
import { bo } from './support/road.ts';

/** So many answers have all of it. */
const ENOUGH = 17;

/** How often somebody is asked who has 99 batches under ours, six of them in an answer, where this becomes of them. */
async function asksWhere(outcome: Outcome): Promise<number> {
  const ada = await Author.create();
  const marks = new Map<AuthorId, Mark>([[ada.author, [100, 100, 'h'.repeat(22)]]]);
  const asks: Ask[] = [];
  const gatherer = new Gatherer(
    {
      self: authorOf(bo),
      marks,
      receive: () => Promise.resolve(outcome),
      lacksOlder: () => true,
      mayPassOn: () => true,
      forgot: () => false,
    },
    {
      ask: (_, ask) => asks.push(ask),
      acquaintance: () => 'met',
      nameOf: () => 'Bo',
      taken: () => undefined,
      looked: () => undefined,
      forked: () => undefined,
    },
  );
  gatherer.opened(bo, { [ada.author]: [1, 99, 'h'.repeat(22)] });
  for (let answered = 0; answered < Math.min(asks.length, ENOUGH); answered++) {
    const { author, to } = asks[answered]!;
    for (let first = to; first > Math.max(0, to - 6); first--) {
      const batch = await ada.sign({
        first,
        prev: 'h'.repeat(22),
        items: [{ kind: 'text', text: 'x' }],
      });
      void gatherer.takeBatch(bo, { type: 'batch', ...batch } as never);
    }
    await gatherer.takeGiven(bo, { type: 'given', author });
  }
  gatherer.close();
  return asks.length;
}

describe('Gatherer', () => {
  it('asks on downwards while something of it is taken', async () => {
    expect(await asksWhere('taken')).to.be.at.least(ENOUGH);
  });

  it('does not ask on downwards where nothing of it is', async () => {
    for (const outcome of ['fork', 'early', 'repeated'] as const)
      expect(await asksWhere(outcome), outcome).to.be.at.most(2);
  });
});
