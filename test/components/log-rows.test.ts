import { expect } from 'chai';
import { markOf, rowsOf } from '../../src/components/log-rows.ts';
import { LogWindow, MAX_ROWS, PAGE_ROWS } from '../../src/components/log-window.ts';
import type { Message } from '../../src/rtc/message.ts';
import { type Line, ScriptedRoom } from '../support/scripted-room.ts';

const at = (hour: number, minute: number, day = 12) => new Date(2026, 4, day, hour, minute);

function rows(lines: readonly Line[], newLineId: string | null = null) {
  const room = new ScriptedRoom();
  const messages = lines.map((line) => room.make(line));
  return rowsOf(messages, 0, messages.length, newLineId);
}

const ends = (lines: readonly Line[]) => rows(lines).map(({ last }) => last);
const words = (lines: readonly Line[]) => rows(lines).map(({ word }) => word);

describe('the rows of the log', () => {
  it('put what one person says within five minutes into one group', () => {
    const lines = [
      { text: 'a', from: 'Bo', at: at(9, 0) },
      { text: 'b', from: 'Bo', at: at(9, 4) },
      { text: 'c', from: 'Bo', at: at(9, 10) },
    ];
    expect(ends(lines)).to.deep.equal([false, true, true]);
  });

  it('end a group at another author', () => {
    const lines = [
      { text: 'a', from: 'Bo', at: at(9, 0) },
      { text: 'b', at: at(9, 0) },
      { text: 'c', from: 'Cleo', at: at(9, 0) },
    ];
    expect(ends(lines)).to.deep.equal([true, true, true]);
  });

  it('end a group at midnight, and begin a day', () => {
    const result = rows([
      { text: 'a', from: 'Bo', at: at(23, 59, 11) },
      { text: 'b', from: 'Bo', at: at(0, 1, 12) },
    ]);
    expect(result.map(({ last }) => last)).to.deep.equal([true, true]);
    expect(result.map(({ newDay }) => newDay)).to.deep.equal([true, true]);
  });

  it('end a group where the state turns to waiting or not sent', () => {
    const lines: Line[] = (['delivered', 'sending', 'waiting', 'waiting', 'failed'] as const).map(
      (state) => ({
        text: state,
        state,
        at: at(9, 0),
      }),
    );
    expect(ends(lines)).to.deep.equal([false, true, false, true, true]);
  });

  it('end a group above the line of new messages', () => {
    const room = new ScriptedRoom();
    const messages = ['a', 'b'].map((text) => room.make({ text, from: 'Bo', at: at(9, 0) }));
    const result = rowsOf(messages, 0, 2, messages[1]!.id);
    expect(result.map(({ first, newLine }) => [first, newLine])).to.deep.equal([
      [true, false],
      [true, true],
    ]);
  });

  it('give a word only to the newest group of ours with each mark, and to everything that was not sent', () => {
    const lines: Line[] = [
      { text: 'not sent', state: 'failed', at: at(8, 0) },
      { text: 'seen', state: 'seen', at: at(9, 0) },
      { text: 'seen, newer', state: 'seen', at: at(9, 10) },
      { text: 'his', from: 'Bo', at: at(9, 11) },
      { text: 'delivered', state: 'delivered', at: at(9, 20) },
      { text: 'not sent, newer', state: 'failed', at: at(9, 30) },
    ];
    expect(words(lines)).to.deep.equal([true, false, true, false, true, true]);
  });

  it('count partly delivered as delivered, and seen by some as seen', () => {
    const mark = (line: Omit<Line, 'text'>) =>
      markOf(new ScriptedRoom().make({ text: '', ...line }));
    expect(mark({ state: 'sending', delivered: 2, of: 3 })).to.equal('delivered');
    expect(mark({ state: 'sending', delivered: 0, of: 1 })).to.equal('sending');
    expect(mark({ state: 'delivered', delivered: 4, seen: 3, of: 4 })).to.equal('seen');
  });
});

describe('the window on the log', () => {
  const messages = (from: number, to: number) =>
    Array.from({ length: to - from }, (_, i) => ({ id: String(from + i) }) as Message);

  it('shows the newest while pinned', () => {
    const window = new LogWindow();
    window.follow(messages(0, 10_000), true);
    expect([window.start, window.end]).to.deep.equal([10_000 - PAGE_ROWS, 10_000]);
  });

  it('never holds more than its bound, wherever the reader goes', () => {
    const window = new LogWindow();
    window.follow(messages(0, 10_000), true);
    while (window.older()) expect(window.end - window.start).to.be.at.most(MAX_ROWS);
    expect(window.start).to.equal(0);
    while (window.newer()) expect(window.end - window.start).to.be.at.most(MAX_ROWS);
    expect(window.atEnd).to.equal(true);
  });

  it('keeps its rows when older ones are put in before them or dropped', () => {
    const window = new LogWindow();
    window.follow(messages(100, 1_000), true);
    window.older();
    window.include(50);
    const first = window.start + 100;
    window.follow(messages(0, 1_000), false);
    expect(window.start).to.equal(first);
    window.follow(messages(60, 1_000), false);
    expect(window.start + 60).to.equal(first);
  });

  it('starts with the oldest left when its own first rows are dropped', () => {
    const window = new LogWindow();
    window.follow(messages(0, 300), true);
    window.older();
    window.follow(messages(50, 310), false);
    expect([window.start, window.end]).to.deep.equal([0, 260]);
  });
});
