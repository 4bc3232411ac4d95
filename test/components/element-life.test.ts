import { expect } from 'chai';
import { ScriptedElement } from '../support/scripted-element.ts';
import { clearStage, drawn, has, part, shown, stage } from '../support/stage.ts';

const calls = (element: ScriptedElement) => element.made.map(({ room }) => room.calls.join(' '));

describe('the life of <rtc-chat>', () => {
  afterEach(clearStage);

  it('is made by its constructor as well, and does nothing before it is connected', async () => {
    const element = new ScriptedElement();
    element.room = 'lobby';
    element.name = 'Ada';
    expect(element.made).to.deep.equal([]);
    document.body.append(element);
    await drawn(element);
    expect(calls(element)).to.deep.equal(['join']);
  });

  it('is upgraded with the properties that were set before', async () => {
    const element = document.createElement('late-chat') as ScriptedElement;
    element.setAttribute('room', 'lobby');
    element.setAttribute('name', 'Ada');
    document.body.append(element);
    customElements.define('late-chat', class extends ScriptedElement {});
    await drawn(element);
    expect(calls(element)).to.deep.equal(['join']);
    element.remove();
  });

  it('does not leave when it is moved', async () => {
    const element = await stage();
    element.room$.admit('Ada', ['Bo']);
    element.room$.say({ text: 'hello', from: 'Bo' });
    await drawn(element);
    const home = document.createElement('div');
    document.body.append(home);
    home.append(element);
    await drawn(element);
    element.room$.say({ text: 'still here', from: 'Bo' });
    await drawn(element);
    expect(calls(element)).to.deep.equal(['join']);
    expect(shown(element)).to.include('still here');
    home.replaceWith(element);
  });

  it('leaves when it is removed, and joins again when it comes back', async () => {
    const element = await stage();
    element.room$.admit();
    element.remove();
    await Promise.resolve();
    expect(calls(element)).to.deep.equal(['join leave']);
    expect(element.status).to.equal('idle');
    document.body.append(element);
    await drawn(element);
    expect(calls(element)).to.deep.equal(['join leave', 'join']);
  });

  it('leaves no room behind when it is connected and removed at once', async () => {
    const element = new ScriptedElement();
    element.room = 'lobby';
    element.name = 'Ada';
    document.body.append(element);
    element.remove();
    await drawn(element);
    for (const { room } of element.made) expect(room.calls.at(-1)).to.equal('leave');
  });

  it('leaves no listener behind, a hundred times', async () => {
    const element = await stage();
    for (let i = 0; i < 100; i++) {
      element.remove();
      await Promise.resolve();
      document.body.append(element);
      await Promise.resolve();
    }
    element.remove();
    await Promise.resolve();
    expect(element.made.length).to.be.at.least(2);
    for (const { room } of element.made)
      expect([room.status, room.listeners]).to.deep.equal(['closed', 0]);
  });

  it('lives beside another one on the page', async () => {
    const [one, two] = [await stage(), await stage({ room: 'other', name: 'Bo' })];
    one.room$.admit('Ada', ['Cleo']);
    two.room$.admit('Bo', ['Dmitri']);
    one.room$.say({ text: 'for one', from: 'Cleo' });
    await drawn(one);
    await drawn(two);
    expect(shown(one)).to.include('for one');
    expect(shown(two)).not.to.include('for one');
  });

  for (const display of ['block', 'flex', 'inline-flex', 'grid']) {
    it(`takes the width that a page's ${display} gives it, and is 640 px high`, async () => {
      const home = document.createElement('div');
      home.style.cssText = `display: ${display}; inline-size: 600px`;
      document.body.append(home);
      const [one, two] = [new ScriptedElement(), new ScriptedElement()];
      home.append(one);
      expect([one.offsetWidth, one.offsetHeight]).to.deep.equal([600, 640]);
      home.append(two);
      const beside = display.endsWith('flex') ? 300 : 600;
      expect([one.offsetWidth, two.offsetWidth]).to.deep.equal([beside, beside]);
      home.remove();
    });
  }

  it('draws at most once a frame under load', async () => {
    const element = await stage();
    element.room$.admit('Ada', ['Bo']);
    await drawn(element);
    let updates = 0;
    const update = element.requestUpdate.bind(element);
    element.requestUpdate = (...args: Parameters<typeof update>) => {
      updates++;
      update(...args);
    };
    for (let i = 0; i < 1_000; i++) element.room$.say({ text: `message ${i}`, from: 'Bo' });
    await drawn(element);
    expect(updates).to.be.lessThan(10);
  });

  it('shows what the page puts into its slots', async () => {
    const element = await stage();
    element.innerHTML = '<h3 slot="header">Support</h3><p slot="empty">Ask us anything.</p>';
    element.room$.admit();
    await drawn(element);
    for (const name of ['header', 'empty']) {
      expect(
        (part(element, `slot[name=${name}]`) as HTMLSlotElement).assignedElements(),
      ).to.have.lengthOf(1);
    }
    element.room = null;
    await drawn(element);
    expect(has(element, 'slot[name=join]')).to.equal(true);
  });
});
