import { chaiA11yAxe } from 'chai-a11y-axe';
import { expect, use } from 'chai';
import { RtcChatError } from '../../src/protocol/errors.ts';
import type { ScriptedElement } from '../support/scripted-element.ts';
import { callOf, ringOf } from '../support/scripted-call.ts';
import { ownMedia, seen } from '../support/scripted-media.ts';
import {
  button,
  clearStage,
  drawn,
  has,
  part,
  press,
  shown,
  stage,
  type StageOptions,
  stilled,
  textOf,
  until,
} from '../support/stage.ts';

use(chaiA11yAxe);

const focused = (element: ScriptedElement) => element.shadowRoot!.activeElement;
const asked = (element: ScriptedElement) => has(element, '[role=alertdialog]');
const failed = new RtcChatError('store-full', 'There is no space left.');

async function conversation(options: StageOptions = {}): Promise<ScriptedElement> {
  const element = await stage({}, options);
  const room = element.room$;
  room.admit('Ada', ['Bo']);
  room.say({ text: 'Did you get the keys?', from: 'Bo' });
  room.say({ text: 'Yes', state: 'delivered', delivered: 1 });
  await drawn(element);
  button(element, 'People, 2').click();
  await drawn(element);
  return element;
}

/** Somebody has pressed the button, and is asked. */
async function asking(options: StageOptions = {}): Promise<ScriptedElement> {
  const element = await conversation(options);
  button(element, 'Delete messages here').click();
  await until(() => focused(element)?.matches('[role=alertdialog] .button'));
  expect(textOf(focused(element)!)).to.equal('Cancel');
  return element;
}

const inert = (element: ScriptedElement, selector: string) =>
  part(element, selector).closest('[inert]') !== null;
const cleared = ({ room$ }: ScriptedElement) => room$.calls.includes('clearHistory');

describe('deleting the messages here', () => {
  afterEach(clearStage);

  for (const width of [320, 1_200]) {
    for (const scheme of ['light', 'dark'] as const) {
      it(`asks first, accessibly, ${scheme}, ${width} px wide`, async () => {
        const element = await asking({ width, scheme });
        const dialog = part(element, '[role=alertdialog]');
        const words = (attribute: string) =>
          textOf(part(element, `#${dialog.getAttribute(attribute)}`));
        expect(words('aria-labelledby')).to.equal('Delete all messages here?');
        expect(words('aria-describedby')).to.equal(
          'What this tab has of “lobby” goes from this device for good. The others, and other tabs, keep what they have.',
        );
        expect(part(element, '.talk').inert).to.equal(true);
        expect(inert(element, '.sheet')).to.equal(true);
        await stilled(element);
        const frame = part(element, '.frame').getBoundingClientRect();
        const { left, right, top, bottom } = dialog.getBoundingClientRect();
        expect(left).to.be.at.least(frame.left);
        expect(right).to.be.at.most(frame.right);
        expect(top).to.be.at.least(frame.top);
        expect(bottom).to.be.at.most(frame.bottom);
        // The middle of it is what is seen and pressed there.
        const hit = element.shadowRoot!.elementFromPoint((left + right) / 2, (top + bottom) / 2);
        expect(dialog.contains(hit)).to.equal(true);
        expect(part(element, '.frame').scrollWidth).to.be.at.most(width);
        await expect(element).to.be.accessible();
      });
    }
  }

  it('does nothing when it is cancelled, by the button or by Escape, and gives the focus back', async () => {
    const element = await asking();
    button(element, 'Cancel').click();
    await until(() => focused(element) === button(element, 'Delete messages here'));
    button(element, 'Delete messages here').click();
    await until(() => asked(element));
    await until(() => focused(element)?.matches('.main'));
    press(focused(element)!, 'Escape');
    await until(() => focused(element) === button(element, 'Delete messages here'));
    expect(asked(element)).to.equal(false);
    expect(has(element, '.sheet'), 'the panel beneath stays open').to.equal(true);
    expect(cleared(element)).to.equal(false);
  });

  it('deletes when that is wanted, and is not offered where there is nothing', async () => {
    const element = await asking();
    button(element, 'Delete').click();
    await until(() => focused(element)?.matches('.sheet'));
    expect(cleared(element)).to.equal(true);
    expect(asked(element)).to.equal(false);
    await drawn(element);
    expect(shown(element)).not.to.include('Delete messages here');
    expect(element.renderRoot.querySelectorAll('.row')).to.have.length(0);
    press(part(element, '.sheet'), 'Escape');
    await drawn(element);
    expect(part(element, '.talk').inert).to.equal(false);
    element.room$.say({ text: 'From here on', from: 'Bo' });
    await drawn(element);
    expect(textOf(part(element, '[role=log]'))).to.include('From here on');
  });

  it('says how many would then never reach anybody', async () => {
    const element = await asking();
    expect(shown(element)).not.to.include('Not delivered yet');
    for (const text of ['One', 'Two']) element.room$.say({ text, state: 'sending' });
    await drawn(element);
    expect(shown(element)).to.include('Not delivered yet, and never will be: 2.');
  });

  it('says so when it could not be done, tells the page, and can be tried again', async () => {
    const element = await asking();
    element.room$.onClear = () => Promise.reject(failed);
    const errors: unknown[] = [];
    element.addEventListener('rtc-chat-error', ({ error }) => errors.push(error));
    button(element, 'Delete').click();
    await until(() => textOf(part(element, '[role=alertdialog] [role=alert]')) === 'Not deleted.');
    expect(errors).to.deep.equal([failed]);
    await stilled(element);
    await expect(element).to.be.accessible();
    element.room$.onClear = () => Promise.resolve();
    button(element, 'Delete').click();
    await until(() => !asked(element));
  });

  it('goes with its room, and does not come back with the next one', async () => {
    const element = await asking();
    element.room$.set({ status: 'closed' });
    await drawn(element);
    expect(asked(element)).to.equal(false);
    button(element, 'Join again').click();
    await drawn(element);
    element.room$.admit('Ada', ['Bo']);
    element.room$.say({ text: 'Again', from: 'Bo' });
    await drawn(element);
    expect(asked(element)).to.equal(false);
    expect(inert(element, '.sheet')).to.equal(false);
  });

  it('lets a call ring over it, and waits beneath', async () => {
    const element = await asking();
    element.room$.setCall(ringOf());
    await until(() => has(element, '.incoming'));
    expect(inert(element, '[part=clear]')).to.equal(true);
    button(element, 'Decline').click();
    element.room$.setCall(null);
    await until(() => !has(element, '.incoming'));
    expect(inert(element, '[part=clear]')).to.equal(false);
    await until(() => focused(element) === button(element, 'Cancel'));
  });

  it('covers the stage of a call as well', async () => {
    const element = await conversation({ width: 1_200 });
    element.room$.setCall(callOf('active', { own: ownMedia(), participants: [seen('Bo')] }));
    await until(() => has(element, '.stage'));
    if (!has(element, '.sheet')) button(element, 'People, 2').click();
    await drawn(element);
    button(element, 'Delete messages here').click();
    await until(() => asked(element));
    expect(inert(element, '.stage')).to.equal(true);
    button(element, 'Cancel').click();
    await until(() => !asked(element));
    expect(inert(element, '.stage')).to.equal(false);
  });
});
