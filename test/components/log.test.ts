import { expect } from 'chai';
import { idOf } from '../support/scripted-room.ts';
import type { ScriptedElement } from '../support/scripted-element.ts';
import {
  button,
  clearStage,
  composer,
  drawn,
  has,
  painted,
  part,
  press,
  shown,
  stage,
  textOf,
  type,
  until,
} from '../support/stage.ts';

const log = (element: ScriptedElement) => part(element, '[role=log]');
const rows = (element: ScriptedElement) => [
  ...element.renderRoot.querySelectorAll<HTMLElement>('.row'),
];
const below = (element: ScriptedElement) => {
  const { scrollHeight, scrollTop, clientHeight } = log(element);
  return scrollHeight - scrollTop - clientHeight;
};
const topOf = (element: ScriptedElement, text: string) =>
  rows(element)
    .find((row) => textOf(row).includes(text))!
    .getBoundingClientRect().top;

/** A conversation with this many messages of Bo in it. */
async function conversation(count: number): Promise<ScriptedElement> {
  const element = await stage();
  const room = element.room$;
  room.messages = Array.from({ length: count }, (_, i) =>
    room.make({ text: `message ${i}.`, from: 'Bo', at: new Date(2026, 0, 1, 9, 0, i) }),
  );
  room.admit('Ada', ['Bo']);
  await drawn(element);
  await painted();
  return element;
}

async function scroll(element: ScriptedElement, top: number): Promise<void> {
  log(element).scrollTop = top;
  await painted();
  await drawn(element);
  await painted();
}

async function say(element: ScriptedElement, text: string): Promise<void> {
  element.room$.say({ text, from: 'Bo' });
  await drawn(element);
}

describe('the log', () => {
  afterEach(clearStage);

  it('shows the newest at first, and speaks only what comes after', async () => {
    const element = await conversation(100);
    expect(below(element)).to.be.at.most(1);
    await until(() => log(element).ariaBusy === 'false');
    await say(element, 'new');
    expect(log(element).ariaBusy).to.equal('false');
  });

  it('stays at its end through new messages, a growing composer and another height', async () => {
    const element = await conversation(100);
    await say(element, 'new');
    expect(below(element)).to.be.at.most(1);
    type(composer(element), 'a\nb\nc\nd');
    await painted();
    expect(below(element)).to.be.at.most(1);
    element.style.blockSize = '400px';
    await painted();
    expect(below(element)).to.be.at.most(1);
    element.room$.change('Bo', { typing: true });
    await drawn(element);
    expect(below(element)).to.be.at.most(1);
  });

  it('takes in older messages above without a word and without moving', async () => {
    const element = await conversation(300);
    const { room$: room } = element;
    const told: string[] = [];
    element.addEventListener('rtc-chat-message', ({ message }) => told.push(message.text));
    const older = (count: number, day: number) =>
      Array.from({ length: count }, (_, i) =>
        room.make({ text: `older ${i}.`, from: 'Cy', at: new Date(2025, 0, day, 9, 0, i) }),
      );
    await until(() => log(element).ariaBusy === 'false');
    room.trimmed = true;
    const changes: MutationRecord[] = [];
    const watch = new MutationObserver((records) => changes.push(...records));
    watch.observe(log(element), { childList: true, subtree: true });
    room.restore(older(1_000, 2), true);
    await drawn(element);
    await painted();
    watch.disconnect();
    expect(changes, 'at the end nothing changes').to.deep.equal([]);
    expect(below(element)).to.be.at.most(1);
    while (!textOf(rows(element)[0]!).endsWith(element.messages[0]!.text)) await scroll(element, 0);
    await scroll(element, 0);
    expect(has(element, '.trimmed'), 'there is more').to.equal(false);
    const at = topOf(element, 'older 0.');
    room.restore(older(250, 1));
    await drawn(element);
    await painted();
    const again = rows(element).filter((row) => textOf(row).includes('older 0.'));
    expect(again.at(-1)!.getBoundingClientRect().top).to.be.closeTo(at, 60);
    expect(rows(element).length).to.be.greaterThan(600 - 1);
    expect(told).to.deep.equal([]);
  });

  it('counts as its end what is nearer than 48 px', async () => {
    const element = await conversation(100);
    await scroll(element, log(element).scrollTop - 40);
    await say(element, 'new');
    expect(below(element)).to.be.at.most(1);
    expect(has(element, '.pill')).to.equal(false);
  });

  it('stays where the reader is, counts what comes, and goes to the line above it', async () => {
    const element = await conversation(100);
    await scroll(element, 600);
    const before = topOf(element, 'message 30.');
    for (const text of ['one', 'two', 'three']) await say(element, text);
    expect(topOf(element, 'message 30.')).to.be.closeTo(before, 1);
    expect(textOf(part(element, '.pill'))).to.equal('3 new messages');
    button(element, '3 new messages').click();
    await drawn(element);
    await painted();
    const line = part(element, '.day.new').getBoundingClientRect();
    const view = log(element).getBoundingClientRect();
    expect(textOf(part(element, '.day.new'))).to.equal('New messages');
    expect(line.top).to.be.at.least(view.top - 1);
    expect(line.bottom).to.be.at.most(view.bottom);
    expect(element.shadowRoot!.activeElement).to.equal(log(element));
  });

  it('believes a reader who scrolls up in the moment in which a message comes', async () => {
    const element = await conversation(100);
    log(element).scrollTop = 600;
    await say(element, 'new');
    expect(log(element).scrollTop).to.be.closeTo(600, 1);
  });

  it('stays where the reader is when the component becomes lower or wider', async () => {
    const element = await conversation(100);
    await scroll(element, 600);
    element.style.blockSize = '500px';
    await painted();
    expect(log(element).scrollTop).to.be.closeTo(600, 1);
  });

  it('says nothing of new messages once the reader has been at the end', async () => {
    const element = await conversation(100);
    await scroll(element, 600);
    await say(element, 'new');
    await scroll(element, 1e6);
    expect(has(element, '.pill')).to.equal(false);
    await scroll(element, 600);
    expect(textOf(part(element, '.pill'))).to.equal('To the newest');
  });

  it('goes to its end when the person sends', async () => {
    const element = await conversation(100);
    await scroll(element, 600);
    type(composer(element), 'mine');
    press(composer(element), 'Enter');
    await until(() => textOf(log(element)).includes('mine'));
    await drawn(element);
    expect(below(element)).to.be.at.most(1);
  });

  it('shows "Sending" only when it takes longer than 400 ms', async () => {
    const element = await conversation(1);
    element.room$.say({ text: 'mine', state: 'sending' });
    await drawn(element);
    const sign = part(element, '.sending .sign');
    expect(getComputedStyle(sign).visibility).to.equal('hidden');
    await Promise.all(sign.getAnimations().map(({ finished }) => finished));
    expect(getComputedStyle(sign).visibility).to.equal('visible');
  });

  it('leaves a message as it is when its mark changes', async () => {
    const element = await conversation(1);
    const { id } = element.room$.say({ text: 'mine', state: 'waiting' });
    await drawn(element);
    const row = rows(element).at(-1)!;
    const bubble = row.querySelector('.bubble')!;
    expect(bubble.className).to.include('waiting');
    const changes = new MutationObserver(() => {});
    changes.observe(log(element), { childList: true, subtree: true });
    for (const state of ['sending', 'delivered', 'seen'] as const) {
      element.room$.deliver(id, { state });
      await drawn(element);
    }
    const moved = changes
      .takeRecords()
      .filter(({ target }) => !(target as Element).closest('.meta'));
    expect(moved).to.deep.equal([]);
    expect(textOf(row)).to.include('Seen');
    expect(bubble.className).not.to.include('waiting');
  });

  it('says who wrote, to those who cannot see the side', async () => {
    const element = await conversation(1);
    element.room$.say({ text: 'mine' });
    await drawn(element);
    expect(textOf(rows(element)[0]!)).to.match(/^Bo: message 0\./u);
    expect(textOf(rows(element)[1]!)).to.match(/^You: mine/u);
    expect(
      rows(element).every((row) => row.querySelector('.meta')!.getAttribute('aria-live') === 'off'),
    ).to.equal(true);
  });

  it('keeps names from turning their line around', async () => {
    const element = await stage();
    element.room$.admit('Ada', ['שרה', 'Bo']);
    element.room$.say({ text: 'hello', from: 'שרה' });
    await drawn(element);
    expect(textOf(part(element, '.who bdi'))).to.equal('שרה');
  });

  it('names somebody who has left, also beside a single other, and who has passed it on', async () => {
    const element = await conversation(1);
    element.room$.say({ text: 'I was here', from: 'Cy' });
    const { messages } = element.room$;
    const passed = { ...messages.at(-1)!, id: `${idOf('Di')}:1`, passedOnBy: 'Bo' };
    const author = { id: idOf('Di'), name: 'Di' };
    element.room$.set({ messages: [...messages, { ...passed, author }] });
    await drawn(element);
    const names = [...element.renderRoot.querySelectorAll<HTMLElement>('.who')].map(textOf);
    expect(names).to.deep.equal(['Cy', 'Di, passed on by Bo']);
  });

  it('says on demand with whom a message is, and since when', async () => {
    const element = await conversation(1);
    const at = new Date(2026, 0, 1, 9, 5);
    const { id } = element.room$.say({ text: 'Hello', state: 'sending', of: 2, delivered: 1 });
    element.room$.receiptsOf.set(id, [
      { id: idOf('Bo'), name: 'Bo', state: 'seen', deliveredAt: at, seenAt: at },
      { id: idOf('Cy'), name: 'Cy', state: 'waiting', deliveredAt: null, seenAt: null },
    ]);
    await drawn(element);
    const list = () =>
      [...element.renderRoot.querySelectorAll('.meta li')].map((item) =>
        textOf(item as HTMLElement).replaceAll(/\s+/g, ' '),
      );
    expect(list()).to.deep.equal([]);
    part(element, '.own .meta summary').click();
    await until(() => list().length === 2);
    expect(list()[0]).to.match(/^Bo · Seen .*9.05/);
    expect(list()[1]).to.equal('Cy · Not yet');
  });

  describe('tells the room what has been seen', () => {
    const seen = (element: ScriptedElement) => element.room$.seen;

    it('at its end: the newest of the others', async () => {
      const element = await conversation(3);
      await until(() => seen(element).length);
      expect(seen(element)).to.deep.equal([element.messages[2]!.id]);
      element.room$.say({ text: 'mine' });
      await say(element, 'new');
      expect(seen(element).at(-1)).to.equal(element.messages.at(-1)!.id);
    });

    it('elsewhere: the last one in view', async () => {
      const element = await conversation(100);
      await scroll(element, 600);
      await say(element, 'new');
      const last = seen(element).at(-1);
      await scroll(element, 1e6);
      expect(last).not.to.equal(element.messages.at(-1)!.id);
      expect(seen(element).at(-1)).to.equal(element.messages.at(-1)!.id);
    });

    it('not while the element is out of sight', async () => {
      const spacer = document.createElement('div');
      spacer.style.blockSize = '4000px';
      document.body.prepend(spacer);
      const element = await conversation(3);
      expect(seen(element)).to.deep.equal([]);
      element.scrollIntoView();
      await until(() => seen(element).length);
      spacer.remove();
    });
  });

  describe('with 10,000 messages', () => {
    it('has few rows in the document, and draws another one within a frame or two', async () => {
      const element = await conversation(10_000);
      expect(rows(element).length).to.be.at.most(200);
      const started = performance.now();
      await say(element, 'new');
      expect(performance.now() - started).to.be.lessThan(250);
      expect(below(element)).to.be.at.most(1);
    });

    it('lets the reader come to the oldest, with the view kept at each step, and back', async () => {
      const element = await conversation(10_000);
      let steps = 0;
      while (!textOf(rows(element)[0]!).includes('message 0.')) {
        log(element).scrollTop = 0;
        const [first] = rows(element);
        const top = first!.getBoundingClientRect().top;
        await until(() => rows(element)[0] !== first);
        await drawn(element);
        expect(first!.getBoundingClientRect().top).to.be.closeTo(top, 1);
        expect(rows(element).length).to.be.at.most(600);
        if (++steps > 60) throw new Error('The oldest is out of reach.');
      }
      while (!textOf(rows(element).at(-1)!).includes('message 9999.')) {
        const last = rows(element).at(-1);
        log(element).scrollTop = 1e6;
        await until(() => rows(element).at(-1) !== last);
        await drawn(element);
        expect(rows(element).length).to.be.at.most(600);
      }
      button(element, 'To the newest').click();
      await drawn(element);
      expect(below(element)).to.be.at.most(1);
    });

    it('puts in nothing for a reader far up while more come', async () => {
      const element = await conversation(1_000);
      await scroll(element, 0);
      for (let i = 0; i < 2_000; i++) element.room$.say({ text: `new ${i}.`, from: 'Bo' });
      await drawn(element);
      expect(rows(element).length).to.be.at.most(600);
      expect(textOf(part(element, '.pill'))).to.equal('2,000 new messages');
      button(element, '2,000 new messages').click();
      await drawn(element);
      expect(textOf(log(element))).to.include('new 0.');
    });

    it('finds what does not stand in the document, and steps through it from the newest', async () => {
      const element = await conversation(10_000);
      button(element, 'Find in conversation').click();
      await until(() => element.shadowRoot!.activeElement?.matches('.find input'));
      const input = part(element, '.find input') as HTMLInputElement;
      type(input, 'MESSAGE 77.');
      await drawn(element);
      await painted();
      expect(shown(element)).to.include('1 of 1');
      const hit = part(element, '.hit');
      expect(hit.querySelector('mark')!.textContent).to.equal('message 77.');
      const [view, box] = [log(element).getBoundingClientRect(), hit.getBoundingClientRect()];
      expect(box.top).to.be.at.least(view.top);
      expect(box.bottom).to.be.at.most(view.bottom);

      type(input, 'age 9');
      await drawn(element);
      expect(shown(element)).to.include('1,111 of 1,111');
      expect(part(element, '.hit').textContent).to.equal('message 9999.');
      press(input, 'Enter');
      await drawn(element);
      expect(shown(element)).to.include('1,110 of 1,111');
      button(element, 'Next match').click();
      button(element, 'Next match').click();
      await drawn(element);
      expect(shown(element)).to.include('1 of 1,111');
      expect(part(element, '.hit').textContent).to.equal('message 9.');
      type(input, 'nowhere');
      await drawn(element);
      expect(shown(element)).to.include('Nothing found');
      press(input, 'Escape');
      await drawn(element);
      expect(has(element, '.find')).to.equal(false);
      expect(has(element, 'mark')).to.equal(false);
      expect(element.shadowRoot!.activeElement).to.equal(button(element, 'Find in conversation'));
    });

    it('stays at its match when messages come', async () => {
      const element = await conversation(1_000);
      button(element, 'Find in conversation').click();
      await drawn(element);
      type(part(element, '.find input') as HTMLInputElement, 'message 77.');
      await drawn(element);
      await say(element, 'message 77. again');
      expect(part(element, '.hit').textContent).to.equal('message 77.');
      expect(shown(element)).to.include('1 of 2');
    });

    it('opens the find bar for Ctrl+F where the browser would not find all', async () => {
      const element = await conversation(300);
      expect(press(log(element), 'f', { ctrlKey: true }).defaultPrevented).to.equal(true);
      await drawn(element);
      expect(has(element, '.find')).to.equal(true);
      const short = await conversation(10);
      expect(press(log(short), 'f', { ctrlKey: true }).defaultPrevented).to.equal(false);
    });
  });
});
