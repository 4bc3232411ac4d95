import { chaiA11yAxe } from 'chai-a11y-axe';
import { expect, use } from 'chai';
import type { ScriptedElement } from '../support/scripted-element.ts';
import { callable, callOf, participant, ringOf } from '../support/scripted-call.ts';
import { idOf } from '../support/scripted-room.ts';
import {
  button,
  clearStage,
  composer,
  drawn,
  has,
  part,
  press,
  stage,
  type StageOptions,
  stilled,
  textOf,
  until,
} from '../support/stage.ts';

use(chaiA11yAxe);

const DIALOG = '[role=alertdialog]';

/** A conversation whose call part is there. */
async function talk(
  peers: readonly string[] = ['Bo'],
  attributes: Record<string, string> = {},
  options: StageOptions = {},
): Promise<ScriptedElement> {
  const element = await stage(attributes, options);
  element.room$.admit('Ada', peers);
  element.room$.say({ text: 'hello', from: 'Bo' });
  await callable(element);
  return element;
}

async function ringing(...rest: Parameters<typeof talk>): Promise<ScriptedElement> {
  const element = await talk(...rest);
  element.room$.setCall(ringOf());
  await until(() => has(element, DIALOG));
  return element;
}

const focused = (element: ScriptedElement): Element | null => element.shadowRoot!.activeElement;

describe('somebody who calls', () => {
  const { AudioContext } = globalThis;
  const { title } = document;
  afterEach(() => {
    clearStage();
    globalThis.AudioContext = AudioContext;
    localStorage.clear();
    document.title = title;
  });

  it('is a dialog that has the focus, with the rest inert, until it is answered', async () => {
    const element = await talk();
    composer(element).focus();
    element.room$.setCall(ringOf());
    await until(() => focused(element)?.matches(DIALOG));
    const dialog = part(element, DIALOG);
    expect(textOf(dialog)).to.match(/^B Bo is calling Video call Accept/);
    expect(part(element, '.talk').inert).to.equal(true);
    press(dialog, 'Enter');
    press(dialog, ' ');
    press(dialog, 'Escape');
    await drawn(element);
    expect(has(element, DIALOG)).to.equal(true);
    expect(element.room$.calls).to.deep.equal(['join']);

    button(element, 'Accept').click();
    expect(element.room$.calls.at(-1)).to.equal('answer video');
    element.room$.setCall(null);
    await until(() => focused(element) === composer(element));
    expect(has(element, DIALOG)).to.equal(false);
    expect(part(element, '.talk').inert).to.equal(false);
  });

  it('leaves the focus to whoever is writing elsewhere on the page', async () => {
    const field = document.createElement('input');
    document.body.append(field);
    field.focus();
    const element = await ringing();
    await drawn(element);
    expect(document.activeElement).to.equal(field);
    field.remove();
  });

  it('is answered without camera, or declined', async () => {
    const element = await ringing();
    button(element, 'Accept without camera').click();
    button(element, 'Decline').click();
    expect(element.room$.calls.slice(1)).to.deep.equal(['answer', 'decline']);
  });

  it('is answered by voice alone where voices are all there is', async () => {
    const voices = await talk();
    voices.room$.setCall(ringOf(false));
    await until(() => has(voices, DIALOG));
    expect(textOf(part(voices, DIALOG))).to.contain('Voice call');
    expect(() => button(voices, 'Accept without camera')).to.throw();

    const audio = await ringing(['Bo'], { calls: 'audio' });
    button(audio, 'Accept').click();
    expect(audio.room$.calls.at(-1)).to.equal('answer');
    expect(() => button(audio, 'Accept without camera')).to.throw();
  });

  it('says for whom it is, where there are more than two', async () => {
    const element = await ringing(['Bo', 'Cleo']);
    expect(textOf(part(element, DIALOG)))
      .to.contain('Video call')
      .and.not.contain('Private');
    element.room$.setCall(ringOf(true, { private: true }));
    await drawn(element);
    expect(textOf(part(element, DIALOG))).to.contain('Private video call');
  });

  it('stands over an open panel, which is inert as well and is not closed through it', async () => {
    const element = await talk();
    button(element, 'People, 2').click();
    await until(() => focused(element)?.matches('.sheet'));
    element.room$.setCall(ringOf());
    await until(() => focused(element)?.matches(DIALOG));
    expect(part(element, '.scrim:has(.sheet)').inert).to.equal(true);
    press(part(element, DIALOG), 'Escape');
    await drawn(element);
    expect(has(element, '.sheet')).to.equal(true);
    element.room$.setCall(null);
    await until(() => focused(element)?.matches('.sheet'));
  });

  it('goes before the page’s title, and gives it back as it was', async () => {
    const own = document.head.querySelector('title') ?? document.head.appendChild(new Text());
    document.title = 'Kiln club';
    const one = await ringing();
    expect(document.title).to.equal('Bo is calling · Kiln club');
    const other = await ringing(['Bo'], { lang: 'zh' });
    await until(() => document.title === 'Bo 来电 · Kiln club');
    one.room$.setCall(null);
    await drawn(one);
    expect(document.title).to.equal('Bo 来电 · Kiln club');
    other.remove();
    await until(() => document.title === 'Kiln club');
    expect(own.isConnected).to.equal(true);

    const third = await ringing();
    document.title = 'Another page';
    third.room$.setCall(null);
    await until(() => !has(third, DIALOG));
    expect(document.title).to.equal('Another page');
  });

  it('is heard, unless that was switched off, which stays so', async () => {
    let heard = 0;
    let closed = 0;
    globalThis.AudioContext = class extends AudioContext {
      constructor() {
        super();
        heard++;
      }
      override close(): Promise<void> {
        closed++;
        return super.close();
      }
    };
    Object.defineProperty(navigator.userActivation, 'hasBeenActive', {
      value: true,
      configurable: true,
    });
    const element = await ringing();
    expect([heard, closed]).to.deep.equal([1, 0]);
    const sound = button(element, 'Ringing sound');
    expect(sound.getAttribute('role')).to.equal('switch');
    expect(sound.getAttribute('aria-checked')).to.equal('true');
    sound.click();
    await drawn(element);
    expect(sound.getAttribute('aria-checked')).to.equal('false');
    expect([heard, closed]).to.deep.equal([1, 1]);
    element.room$.setCall(null);
    await drawn(element);

    const later = await ringing();
    expect([heard, closed]).to.deep.equal([1, 1]);
    button(later, 'Ringing sound').click();
    expect(heard).to.equal(2);
    later.remove();
    await until(() => closed === 2);
    Reflect.deleteProperty(navigator.userActivation, 'hasBeenActive');
  });

  it('stays through a move in the document', async () => {
    const element = await ringing();
    const box = document.createElement('div');
    document.body.append(box);
    box.append(element);
    await drawn(element);
    await until(() => document.title.startsWith('Bo is calling'));
    expect(has(element, DIALOG)).to.equal(true);
    box.remove();
  });

  for (const scheme of ['light', 'dark'] as const) {
    for (const width of [280, 320, 720, 1_200]) {
      it(`is readable, whole and within reach at ${width} px in ${scheme}`, async () => {
        const element = await ringing(['Bo', 'Cleo'], {}, { width, scheme });
        await stilled(element);
        await expect(element).to.be.accessible();
        const frame = element.getBoundingClientRect();
        for (const pressable of part(element, DIALOG).querySelectorAll('button')) {
          const box = pressable.getBoundingClientRect();
          expect(box.height).to.be.at.least(44);
          expect(box.left).to.be.at.least(frame.left);
          expect(box.right).to.be.at.most(frame.right);
          expect(box.bottom).to.be.at.most(frame.bottom);
        }
      });
    }
  }
});

describe('a call that goes on without us', () => {
  afterEach(clearStage);

  it('is said under the header, with a way into it', async () => {
    const element = await talk(['Bo', 'Cleo', 'Dmitri']);
    element.room$.setCall(
      callOf('available', { participants: [participant('Bo'), participant('Cleo')] }),
    );
    await until(() => has(element, '.strip'));
    expect(textOf(part(element, '.strip'))).to.equal(
      'Call in progress Bo and Cleo are in it. Join call',
    );
    button(element, 'Join call').click();
    expect(element.room$.calls.at(-1)).to.equal('answer');
    element.room$.setCall(null);
    await until(() => !has(element, '.strip'));
  });
});

describe('the ways to call', () => {
  afterEach(clearStage);

  it('stand in the header with their room, and wait for somebody to call', async () => {
    const element = await stage();
    element.room$.admit('Ada');
    await drawn(element);
    const [voice, video] = [
      button(element, 'Start voice call'),
      button(element, 'Start video call'),
    ];
    expect([voice.disabled, video.disabled]).to.deep.equal([true, true]);
    const { left } = voice.getBoundingClientRect();
    element.room$.meet('Bo');
    element.room$.set({ status: 'connected' });
    await drawn(element);
    expect([voice.disabled, video.disabled]).to.deep.equal([false, false]);
    expect(voice.getBoundingClientRect().left).to.equal(left);
    voice.click();
    video.click();
    await until(() => element.room$.calls.length === 3);
    expect(element.room$.calls.slice(1)).to.deep.equal(['call room', 'call room video']);
  });

  it('are those that the page allows', async () => {
    const names = ['Start voice call', 'Start video call', 'Call Bo'];
    const found = async (calls: string): Promise<string[]> => {
      const element = await talk(['Bo', 'Cleo'], { calls }, { width: 1_200 });
      return names.filter((name) => has(element, `[aria-label="${name}"]`));
    };
    expect(await found('none')).to.deep.equal([]);
    expect(await found('audio')).to.deep.equal(['Start voice call', 'Call Bo']);
    expect(await found('video')).to.deep.equal(names);
  });

  it('call one person by name, who alone is rung', async () => {
    const element = await talk(['Bo', 'Cleo'], {}, { width: 1_200 });
    element.room$.change('Cleo', { link: 'reconnecting' });
    await drawn(element);
    button(element, 'Call Bo').click();
    expect(element.room$.calls.at(-1)).to.equal(`call ${idOf('Bo')}`);
    expect(() => button(element, 'Call Cleo')).to.throw();
  });

  it('are gone while we are in a call', async () => {
    const element = await talk(['Bo', 'Cleo'], {}, { width: 1_200 });
    element.room$.setCall(callOf('active', { participants: [participant('Bo')] }));
    await until(() => !has(element, '[aria-label="Start voice call"]'));
    expect(has(element, '[aria-label="Call Bo"]')).to.equal(false);
  });
});
