import { expect } from 'chai';
import { RtcChatError } from '../../src/protocol/errors.ts';
import type { ScriptedElement } from '../support/scripted-element.ts';
import {
  button,
  clearStage,
  drawn,
  has,
  painted,
  part,
  press,
  shown,
  stage,
  textOf,
  until,
} from '../support/stage.ts';

async function conversation(width: number, peers: readonly string[]): Promise<ScriptedElement> {
  const element = await stage({}, { width });
  element.room$.admit('Ada', peers);
  element.room$.say({ text: 'hello', from: peers[0]! });
  await drawn(element);
  return element;
}

describe('the panel of people', () => {
  afterEach(clearStage);

  it('is open at first on a wide component with three people, and takes no focus', async () => {
    expect(has(await conversation(1_200, ['Bo', 'Cleo']), '.sheet')).to.equal(true);
    expect(has(await conversation(1_200, ['Bo']), '.sheet')).to.equal(false);
    expect(has(await conversation(900, ['Bo', 'Cleo']), '.sheet')).to.equal(false);
    expect(document.activeElement).to.equal(document.body);
  });

  it('is a sheet on a narrow one: it has the focus, the rest is inert, Escape gives it back', async () => {
    const element = await conversation(480, ['Bo']);
    button(element, 'People, 2').click();
    await until(() => element.shadowRoot!.activeElement?.matches('.sheet'));
    expect(part(element, '.sheet').getAttribute('role')).to.equal('dialog');
    expect(part(element, '.sheet').getAttribute('aria-label')).to.equal('People, 2 of 8');
    expect(part(element, '.talk').inert).to.equal(true);
    press(part(element, '.sheet'), 'Escape');
    await until(() => element.shadowRoot!.activeElement === button(element, 'People, 2'));
    expect(has(element, '.sheet')).to.equal(false);
    expect(part(element, '.talk').inert).to.equal(false);
  });

  it('closes when the conversation behind the sheet is pressed', async () => {
    const element = await conversation(480, ['Bo']);
    button(element, 'People, 2').click();
    await drawn(element);
    part(element, '.scrim').click();
    await drawn(element);
    expect(has(element, '.sheet')).to.equal(false);
  });

  it('is a column beside the conversation on a wide one, which goes on', async () => {
    const element = await conversation(800, ['Bo']);
    button(element, 'People, 2').click();
    await drawn(element);
    expect(part(element, '.sheet').getAttribute('role')).to.equal('complementary');
    expect(part(element, '.talk').inert).to.equal(false);
    const [talk, sheet] = ['.talk', '.sheet'].map((selector) =>
      part(element, selector).getBoundingClientRect(),
    );
    expect(sheet!.left).to.be.at.least(talk!.right);
    element.style.inlineSize = '400px';
    await until(() => part(element, '.talk').inert);
    expect(part(element, '.sheet').getAttribute('role')).to.equal('dialog');
  });

  it('says through whom somebody is reached whom we find no way to, and nothing else of it', async () => {
    const element = await conversation(1_200, ['Bo', 'Cleo']);
    const through = { id: element.room$.peers[1]!.id, name: 'Cleo' };
    element.room$.change('Bo', { link: 'unreachable', through });
    await drawn(element);
    expect(textOf(part(element, '.people'))).to.include('Through Cleo, text only');
    expect(has(element, '.notice')).to.equal(false);
  });

  it('leaves the room', async () => {
    const element = await conversation(480, ['Bo']);
    button(element, 'People, 2').click();
    await drawn(element);
    button(element, 'Leave room').click();
    await drawn(element);
    expect(element.status).to.equal('closed');
    expect(shown(element)).to.include('You left “lobby”');
  });

  it('copies the link, and says so', async () => {
    const element = await stage();
    element.room$.admit();
    await drawn(element);
    let copied = '';
    const { clipboard } = navigator;
    const set = (value: unknown) =>
      Object.defineProperty(navigator, 'clipboard', { value, configurable: true });
    set({ writeText: (text: string) => Promise.resolve(void (copied = text)) });
    button(element, 'Copy link').click();
    await until(() => shown(element).includes('Copied'));
    expect(copied).to.equal(location.href);
    set({ writeText: () => Promise.reject(new Error('no permission')) });
    button(element, 'Copied').click();
    await until(() => shown(element).includes('Select the link yourself.'));
    set(clipboard);
  });
});

describe('what is said of the connection', () => {
  afterEach(clearStage);

  it('becomes a word only when a break has lasted for two seconds, and goes with it', async () => {
    const element = await conversation(480, ['Bo']);
    const started = Date.now();
    element.room$.change('Bo', { link: 'reconnecting' });
    element.room$.set({ status: 'reconnecting' });
    await drawn(element);
    expect(textOf(part(element, '[role=status]'))).to.equal('Connected');
    await until(() => shown(element).includes('Reconnecting…'));
    expect(Date.now() - started).to.be.at.least(1_900);
    expect(shown(element)).to.include(
      'We can’t reach Bo just now. What you write is kept and sent later.',
    );
    element.room$.change('Bo', { link: 'connected' });
    element.room$.set({ status: 'connected' });
    await drawn(element);
    expect(textOf(part(element, '[role=status]'))).to.equal('Connected');
    expect(has(element, '.notice')).to.equal(false);
  });

  it('tells that nobody new can join while the broadcaster is away, until it is dismissed', async () => {
    const element = await conversation(480, ['Bo']);
    element.room$.set({ broadcaster: 'offline' });
    await until(() => shown(element).includes('New people can’t join just now.'));
    expect(textOf(part(element, '[role=status]'))).to.equal('Connected');
    button(element, 'Dismiss').click();
    await drawn(element);
    expect(has(element, '.notice')).to.equal(false);
    element.room$.set({ broadcaster: 'connecting' });
    await drawn(element);
    expect(has(element, '.notice')).to.equal(false);
  });

  it('tells what helps when there is no way to a person, and tries again', async () => {
    const element = await conversation(480, ['Bo']);
    element.room$.change('Bo', { link: 'unreachable' });
    element.room$.set({ status: 'reconnecting' });
    await drawn(element);
    button(element, 'What helps').click();
    await drawn(element);
    expect(shown(element)).to.include('turn off a VPN');
    button(element, 'Try again').click();
    expect(element.room$.calls.at(-1)).to.equal('retry');
  });

  it('counts down to the next attempt at the server, and tries at once when asked to', async () => {
    const element = await stage();
    const error = new RtcChatError('server-unreachable', '');
    element.room$.set({ status: 'joining', error, retryAt: Date.now() + 2_050 });
    await drawn(element);
    expect(shown(element)).to.include('in 3 s');
    await until(() => shown(element).includes('in 2 s'));
    button(element, 'Try again now').click();
    expect(element.room$.calls.at(-1)).to.equal('retry');
    element.room$.admit();
    await drawn(element);
    expect(shown(element)).to.include('You’re the first one here');
  });

  it('takes the conversation back from another tab', async () => {
    const element = await stage();
    element.room$.fail(new RtcChatError('replaced', ''));
    await drawn(element);
    button(element, 'Use it here').click();
    expect(element.made.map(({ room }) => room.calls.includes('join'))).to.deep.equal([true, true]);
  });

  it('offers another room only to those who have chosen this one', async () => {
    const fixed = await stage();
    fixed.room$.fail(new RtcChatError('room-full', ''));
    await drawn(fixed);
    expect(shown(fixed)).not.to.include('Choose another room');
    const element = await stage({ room: null });
    (part(element, '[name=room]') as HTMLInputElement).value = 'kiln';
    button(element, 'Join').click();
    await drawn(element);
    element.room$.fail(new RtcChatError('room-full', ''));
    await drawn(element);
    button(element, 'Choose another room').click();
    await drawn(element);
    await painted();
    expect(shown(element)).to.include('Start a conversation');
  });

  it('speaks the element’s language where there is one, and writes times as the reader does', async () => {
    const element = await stage({ lang: 'en-US' });
    element.room$.admit('Ada', ['Bo']);
    element.room$.say({ text: 'hello', from: 'Bo', at: new Date(2020, 0, 2, 18, 20) });
    await drawn(element);
    expect(textOf(part(element, 'time'))).to.match(/^06:20\sPM$/u);
    expect(shown(element)).to.include('Thursday, January 2, 2020');
    element.lang = 'en-GB';
    await drawn(element);
    expect(textOf(part(element, 'time'))).to.equal('18:20');
    element.lang = 'no language at all';
    await drawn(element);
    expect(shown(element)).to.include('Connected');
  });
});
