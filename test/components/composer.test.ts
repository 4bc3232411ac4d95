import { expect } from 'chai';
import { RtcChatError } from '../../src/protocol/errors.ts';
import type { ScriptedElement } from '../support/scripted-element.ts';
import {
  button,
  clearStage,
  composer,
  drawn,
  part,
  press,
  shown,
  stage,
  textOf,
  type,
} from '../support/stage.ts';

const sent = (element: ScriptedElement) =>
  element.room$.calls.flatMap((call) => (call.startsWith('send ') ? [call.slice(5)] : []));
const alert = (element: ScriptedElement) => textOf(part(element, '.foot [role=alert]'));

async function conversation(): Promise<ScriptedElement> {
  const element = await stage();
  element.room$.admit('Ada', ['Bo']);
  await drawn(element);
  return element;
}

/** Lets the element go on after the room has answered. */
async function answered(element: ScriptedElement): Promise<void> {
  for (let i = 0; i < 5; i++) await Promise.resolve();
  await drawn(element);
}

describe('the composer', () => {
  afterEach(clearStage);

  it('sends with Enter, as it was written, and is empty then', async () => {
    const element = await conversation();
    type(composer(element), '  two\nlines ');
    expect(press(composer(element), 'Enter').defaultPrevented).to.equal(true);
    await answered(element);
    expect(sent(element)).to.deep.equal(['  two\nlines ']);
    expect(composer(element).value).to.equal('');
  });

  it('sends with its button', async () => {
    const element = await conversation();
    type(composer(element), 'hello');
    button(element, 'Send').click();
    await answered(element);
    expect(sent(element)).to.deep.equal(['hello']);
    expect(textOf(part(element, '[role=log]'))).to.include('hello');
  });

  const breaks: [name: string, init: KeyboardEventInit & { keyCode?: number }][] = [
    ['Shift+Enter', { shiftKey: true }],
    ['Enter that ends a composition', { isComposing: true }],
    ['Enter that ends a composition in Safari', { keyCode: 229 }],
  ];
  for (const [name, init] of breaks) {
    it(`does not send with ${name}`, async () => {
      const element = await conversation();
      type(composer(element), 'にほん');
      expect(press(composer(element), 'Enter', init).defaultPrevented).to.equal(false);
      await answered(element);
      expect(sent(element)).to.deep.equal([]);
    });
  }

  for (const text of ['', ' ', '\n\n']) {
    it(`does not send ${JSON.stringify(text)}`, async () => {
      const element = await conversation();
      type(composer(element), text);
      press(composer(element), 'Enter');
      button(element, 'Send').click();
      await answered(element);
      expect(sent(element)).to.deep.equal([]);
    });
  }

  it('keeps the text until it is committed', async () => {
    const element = await conversation();
    let commit = () => {};
    element.room$.onSend = () => new Promise((resolve) => (commit = resolve));
    type(composer(element), 'hello');
    press(composer(element), 'Enter');
    await answered(element);
    expect(composer(element).value).to.equal('hello');
    commit();
    await answered(element);
    expect(composer(element).value).to.equal('');
  });

  it('does not send twice what Enter is pressed twice for', async () => {
    const element = await conversation();
    let commit = () => {};
    element.room$.onSend = () => new Promise((resolve) => (commit = resolve));
    type(composer(element), 'hello');
    press(composer(element), 'Enter');
    press(composer(element), 'Enter');
    commit();
    await answered(element);
    expect(sent(element)).to.deep.equal(['hello']);
  });

  it('keeps the next draft that was typed meanwhile', async () => {
    const element = await conversation();
    let commit = () => {};
    element.room$.onSend = () => new Promise((resolve) => (commit = resolve));
    type(composer(element), 'hello');
    press(composer(element), 'Enter');
    type(composer(element), 'hello and more');
    commit();
    await answered(element);
    expect(composer(element).value).to.equal(' and more');
    type(composer(element), 'first');
    press(composer(element), 'Enter');
    type(composer(element), 'second');
    commit();
    await answered(element);
    expect(composer(element).value).to.equal('second');
    expect(sent(element)).to.deep.equal(['hello', 'first']);
  });

  it('takes 16,000 units and refuses one more, with the count, and forgives when it is shorter', async () => {
    const element = await conversation();
    type(composer(element), 'x'.repeat(16_000));
    press(composer(element), 'Enter');
    await answered(element);
    expect(sent(element)).to.have.lengthOf(1);
    type(composer(element), 'y'.repeat(16_001));
    press(composer(element), 'Enter');
    await answered(element);
    expect(sent(element)).to.have.lengthOf(1);
    expect(alert(element)).to.include('16,001 characters');
    expect(composer(element).value).to.have.lengthOf(16_001);
    type(composer(element), 'y'.repeat(16_000));
    await drawn(element);
    expect(alert(element)).to.equal('');
  });

  const refusals: [error: RtcChatError, words: string][] = [
    [
      new RtcChatError('store-full', ''),
      'Not sent: this device is out of space. Free some, then try again.',
    ],
    [new RtcChatError('not-joined', ''), 'Not sent: you’re not in the room just now.'],
    [new RtcChatError('server-error', 'Something else.'), 'Not sent: Something else.'],
  ];
  for (const [error, words] of refusals) {
    it(`says why it was not sent and keeps the text: ${error.code}`, async () => {
      const element = await conversation();
      element.room$.onSend = () => Promise.reject(error);
      type(composer(element), 'hello');
      press(composer(element), 'Enter');
      await answered(element);
      expect(alert(element)).to.include(words);
      expect(composer(element).value).to.equal('hello');
      element.room$.onSend = () => Promise.resolve();
      press(composer(element), 'Enter');
      await answered(element);
      expect(alert(element)).to.equal('');
      expect(composer(element).value).to.equal('');
    });
  }

  it('keeps the draft through reconnecting, leaving and joining again', async () => {
    const element = await conversation();
    type(composer(element), 'unfinished');
    element.room$.change('Bo', { link: 'reconnecting' });
    element.room$.set({ status: 'reconnecting' });
    await drawn(element);
    expect(composer(element).value).to.equal('unfinished');
    await element.leave();
    await drawn(element);
    button(element, 'Join again').click();
    await drawn(element);
    element.room$.admit('Ada', ['Bo']);
    await drawn(element);
    expect(composer(element).value).to.equal('unfinished');
    press(composer(element), 'Enter');
    await answered(element);
    expect(sent(element)).to.deep.equal(['unfinished']);
  });

  it('leaves the caret where it is while one types', async () => {
    const element = await conversation();
    const field = composer(element);
    let sets = 0;
    const value = Object.getOwnPropertyDescriptor(HTMLTextAreaElement.prototype, 'value')!;
    type(field, 'hello');
    Object.defineProperty(field, 'value', {
      get: () => value.get!.call(field) as string,
      set: (text: string) => {
        sets++;
        value.set!.call(field, text);
      },
    });
    field.setSelectionRange(2, 2);
    field.setRangeText('XX', 2, 2, 'end');
    field.dispatchEvent(new Event('input'));
    await drawn(element);
    expect([field.selectionStart, field.value, sets]).to.deep.equal([4, 'heXXllo', 0]);
  });

  it('tells that somebody is typing at most once a second, and that nobody is any more', async () => {
    const element = await conversation();
    for (const text of ['h', 'he', 'hel']) type(composer(element), text);
    type(composer(element), '');
    expect(element.room$.calls.filter((call) => call.startsWith('typing'))).to.deep.equal([
      'typing true',
      'typing false',
    ]);
  });

  it('sends again what was not sent', async () => {
    const element = await conversation();
    element.room$.say({ text: '12 bowls', state: 'failed' });
    await drawn(element);
    button(element, 'Try again').click();
    await answered(element);
    expect(sent(element)).to.deep.equal(['12 bowls']);
  });

  it('takes what was not sent to be written otherwise, under what is being written', async () => {
    const element = await conversation();
    element.room$.say({ text: '12 bowls', state: 'failed' });
    await drawn(element);
    button(element, 'Edit').click();
    expect(composer(element).value).to.equal('12 bowls');
    expect(element.shadowRoot!.activeElement).to.equal(composer(element));
    type(composer(element), '11 bowls');
    button(element, 'Edit').click();
    expect(composer(element).value).to.equal('11 bowls\n12 bowls');
  });

  it('takes the direction of its text, and of the page while it is empty', async () => {
    const element = await conversation();
    expect(composer(element).hasAttribute('dir')).to.equal(false);
    type(composer(element), 'نلتقي');
    await drawn(element);
    expect(composer(element).dir).to.equal('auto');
  });

  it('grows with its text up to six lines', async () => {
    const element = await conversation();
    const height = () => composer(element).getBoundingClientRect().height;
    const heights = [1, 3, 6, 20].map((lines) => {
      type(composer(element), Array.from({ length: lines }, (_, i) => `line ${i}`).join('\n'));
      return height();
    });
    expect(heights[1]! - heights[0]!).to.be.closeTo(44, 3);
    expect(heights[3]).to.equal(154);
    type(composer(element), '');
    expect(height()).to.equal(heights[0]);
  });
});

describe('the join form', () => {
  afterEach(clearStage);

  async function submit(element: ScriptedElement, values: Record<string, string>): Promise<void> {
    for (const [name, value] of Object.entries(values))
      type(part(element, `[name=${name}]`) as HTMLInputElement, value);
    button(element, 'Join').click();
    await drawn(element);
  }

  it('joins with a name, and then the composer has the focus', async () => {
    const element = await stage({ name: null });
    await submit(element, { name: '  Ada   Lovelace ' });
    expect(element.made[0]!.options).to.include({ room: 'lobby', name: 'Ada Lovelace' });
    element.room$.admit('Ada Lovelace');
    await drawn(element);
    expect(element.shadowRoot!.activeElement).to.equal(composer(element));
  });

  it('takes no focus when the page has joined by itself', async () => {
    const element = await stage();
    element.room$.admit();
    await drawn(element);
    expect(document.activeElement).to.equal(document.body);
  });

  it('asks for the room too where the page names none, and tells to send its name with the link', async () => {
    const element = await stage({ room: null });
    await submit(element, { room: 'kiln' });
    element.room$.admit();
    await drawn(element);
    expect(element.room$).to.equal(element.made[0]!.room);
    expect(element.made[0]!.options).to.include({ room: 'kiln', name: 'Ada' });
    expect(shown(element)).to.include('Send this link and the word “kiln”');
  });

  it('says what is wrong at the field, and goes there', async () => {
    const element = await stage({ name: null, room: null });
    await submit(element, { name: ' ', room: 'kiln' });
    expect(shown(element)).to.include('Write a name of 1 to 64 ordinary characters.');
    expect(element.shadowRoot!.activeElement?.id).to.equal('name');
    await submit(element, { name: 'Ada', room: '\u0007' });
    expect(shown(element)).to.include('Write a word of 1 to 128 ordinary characters.');
    expect(element.shadowRoot!.activeElement?.id).to.equal('room');
    expect(element.made).to.deep.equal([]);
  });

  it('takes another name when the first one is taken', async () => {
    const element = await stage();
    element.room$.fail(new RtcChatError('name-taken', ''));
    await drawn(element);
    await submit(element, { name: 'Ada L.' });
    expect(element.made.at(-1)!.options.name).to.equal('Ada L.');
    expect(element.room$.calls).to.include('join');
  });

  it('tries the same name again when asked to', async () => {
    const element = await stage();
    element.room$.fail(new RtcChatError('name-taken', ''));
    await drawn(element);
    await submit(element, { name: 'Ada' });
    expect(element.made.map(({ room }) => room.calls.includes('join'))).to.deep.equal([true, true]);
  });
});
