import { expect } from 'chai';
import type { ScriptedElement } from '../support/scripted-element.ts';
import { ringOf } from '../support/scripted-call.ts';
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
  textOf,
  until,
} from '../support/stage.ts';

async function talk(peers: readonly string[] = ['Bo'], width = 480): Promise<ScriptedElement> {
  const element = await stage({}, { width });
  element.room$.admit('Ada', peers);
  element.room$.setCall(null);
  await drawn(element);
  return element;
}

describe('somebody who calls', () => {
  afterEach(clearStage);

  it('is a dialog that has the focus, with the rest inert, until it is answered', async () => {
    const element = await talk();
    composer(element).focus();
    element.room$.setCall(ringOf());
    await until(() => element.shadowRoot!.activeElement?.matches('[role=alertdialog]'));
    const dialog = part(element, '[role=alertdialog]');
    expect(textOf(dialog)).to.contain('Bo is calling').and.to.contain('Video call');
    expect(part(element, '.talk').inert).to.equal(true);
    press(dialog, 'Enter');
    press(dialog, 'Escape');
    await drawn(element);
    expect(has(element, '[role=alertdialog]')).to.equal(true);
    expect(element.room$.calls).to.deep.equal(['join']);
    button(element, 'Accept').click();
    expect(element.room$.calls.at(-1)).to.equal('answer video');
    element.room$.setCall(null);
    await drawn(element);
    await until(() => element.shadowRoot!.activeElement === composer(element));
    expect(part(element, '.talk').inert).to.equal(false);
  });

  it('is called back by name, alone', async () => {
    const element = await talk(['Bo', 'Cleo'], 1_200);
    await until(() => has(element, '[aria-label="Call Bo"]'));
    button(element, 'Call Bo').click();
    expect(element.room$.calls.at(-1)).to.equal(`call ${idOf('Bo')}`);
  });
});
