import { expect } from 'chai';
import { RtcChatElement } from '../../src/components/rtc-chat-element.ts';
import type { Message } from '../../src/rtc/message.ts';

/** The element as it is, with its own engine and the runner's broadcaster. */
class WholeElement extends RtcChatElement {}
customElements.define('whole-chat', WholeElement);

function person(room: string, name: string): WholeElement {
  const element = new WholeElement();
  Object.assign(element, { room, name, history: 'none' });
  // Both in sight: what is not on the screen is not seen.
  element.style.blockSize = '240px';
  document.body.append(element);
  return element;
}

/** The next event of this type for which `condition` holds; at once where it holds already. */
function when(element: WholeElement, type: string, condition: () => boolean): Promise<void> {
  return new Promise((resolve) => {
    const look = () => {
      if (!condition()) return;
      element.removeEventListener(type, look);
      resolve();
    };
    element.addEventListener(type, look);
    look();
  });
}

const texts = ({ messages }: WholeElement) => messages.map(({ text }: Message) => text);

describe('two people with <rtc-chat>', () => {
  it('find each other and read what the other one writes', async () => {
    const room = crypto.randomUUID();
    const [ada, bo] = [person(room, 'Ada'), person(room, 'Bo')];
    const connected = (element: WholeElement) =>
      when(element, 'rtc-chat-status', () => element.status === 'connected');
    await Promise.all([connected(ada), connected(bo)]);
    // They can be connected before they are drawn so.
    await Promise.all([ada.updateComplete, bo.updateComplete]);
    const received = when(bo, 'rtc-chat-message', () => texts(bo).includes('Hello Bo'));
    const seen = when(ada, 'rtc-chat-delivery', () => ada.messages[0]?.state === 'seen');
    const field = ada.renderRoot.querySelector('textarea')!;
    field.value = 'Hello Bo';
    field.dispatchEvent(new Event('input'));
    field.dispatchEvent(new KeyboardEvent('keydown', { key: 'Enter' }));
    await Promise.all([received, seen]);
    await bo.updateComplete;
    expect(bo.renderRoot.querySelector('[role=log]')!.textContent).to.include('Hello Bo');
    await Promise.all([ada.leave(), bo.leave()]);
    await ada.updateComplete;
    expect(ada.renderRoot.textContent).to.include(`You left “${room}”`);
    ada.remove();
    bo.remove();
  });
});
