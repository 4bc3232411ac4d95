import { expect } from 'chai';
import { Speaker } from '../../src/components/speaker.ts';

const STEP_MS = 100;

/** Lets people speak as a line says, a letter for each step of 100 ms: who speaks then, or nobody. */
function listen(line: string, speaker = new Speaker(), people = ['a', 'b']): string {
  let floors = '';
  line.split('').forEach((letter, step) => {
    const levels = new Map(people.map((id) => [id, id === letter ? 0.2 : 0.001]));
    speaker.hear(levels, step * STEP_MS);
    floors += speaker.floor ?? '-';
  });
  return floors;
}

describe('who has the floor', () => {
  it('is nobody until somebody has said more than a word', () => {
    expect(listen('..aaa.....')).to.equal('----------');
    expect(listen('aaaaaaa')).to.equal('------a');
  });

  it('is not taken by a cough, nor given up in a pause', () => {
    expect(listen('aaaaaaabbb.......................')).to.match(/^-{6}a+$/u);
  });

  it('is held for two seconds at the least, however quickly another one begins', () => {
    const floors = listen(`aaaaaaa${'b'.repeat(30)}`);
    expect(floors).to.match(/^-{6}a+b+$/u);
    expect(floors.indexOf('b') - floors.indexOf('a')).to.equal(2_000 / STEP_MS);
  });

  it('stays with whoever goes on speaking while another one speaks too', () => {
    const speaker = new Speaker();
    listen('aaaaaaa', speaker);
    const both = new Map([
      ['a', 0.2],
      ['b', 0.4],
    ]);
    for (let ms = 700; ms < 6_000; ms += STEP_MS) speaker.hear(both, ms);
    expect(speaker.floor).to.equal('a');
    expect(speaker.speaks('b')).to.equal(true);
  });

  it('is free at once when who had it has gone', () => {
    const speaker = new Speaker();
    listen('aaaaaaa', speaker);
    expect(speaker.hear(new Map([['b', 0.001]]), 800)).to.equal(true);
    expect(speaker.floor).to.equal(null);
    expect(speaker.speaks('a')).to.equal(false);
  });

  it('says of a change, and only of a change', () => {
    const speaker = new Speaker();
    const loud = new Map([['a', 0.2]]);
    expect(speaker.hear(loud, 0)).to.equal(true);
    expect(speaker.hear(loud, 100)).to.equal(false);
    const quiet = new Map([['a', 0.001]]);
    expect(speaker.hear(quiet, 500)).to.equal(false);
    expect(speaker.hear(quiet, 1_100)).to.equal(true);
  });
});
