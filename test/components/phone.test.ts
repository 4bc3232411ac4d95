import { expect } from 'chai';
import { callOf } from '../support/scripted-call.ts';
import type { ScriptedElement } from '../support/scripted-element.ts';
import { ownMedia, seen } from '../support/scripted-media.ts';
import { idOf } from '../support/scripted-room.ts';
import { clearStage, drawn, has, stage, textOf, until } from '../support/stage.ts';

/** What browsers of phones have only in part, or not at all: with the value that is to be found in its place. */
const LACKING: readonly (readonly [object, string, unknown])[] = [
  [Document.prototype, 'fullscreenEnabled', undefined],
  [Document.prototype, 'fullscreenElement', undefined],
  [Document.prototype, 'pictureInPictureEnabled', undefined],
  [Document.prototype, 'pictureInPictureElement', undefined],
  [HTMLMediaElement.prototype, 'setSinkId', null],
  [MediaDevices.prototype, 'getDisplayMedia', null],
];

/** A selector that a browser does not know is an error. */
const UNKNOWN = /:(fullscreen|picture-in-picture)/;
const SELECTING = [
  [Element.prototype, 'matches'],
  [Element.prototype, 'querySelector'],
  [Element.prototype, 'querySelectorAll'],
  [DocumentFragment.prototype, 'querySelector'],
  [DocumentFragment.prototype, 'querySelectorAll'],
] as const;

describe('a call in the browser of a phone', () => {
  let undo: (() => void)[];
  /** Another value of a property; null where there is to be none. */
  const put = (target: object, key: string, value: unknown): void => {
    const former = Object.getOwnPropertyDescriptor(target, key);
    if (value === null) Reflect.deleteProperty(target, key);
    else Object.defineProperty(target, key, { value, configurable: true, writable: true });
    undo.push(() => {
      if (former) Object.defineProperty(target, key, former);
      else Reflect.deleteProperty(target, key);
    });
  };

  beforeEach(() => {
    undo = [];
    for (const [target, key, value] of LACKING) put(target, key, value);
    for (const [target, key] of SELECTING) {
      const real = Reflect.get(target, key) as (selector: string) => unknown;
      put(target, key, function (this: Element, selector: string) {
        if (UNKNOWN.test(selector)) throw new DOMException(selector, 'SyntaxError');
        return real.call(this, selector);
      });
    }
  });
  afterEach(() => {
    clearStage();
    for (const step of undo.toReversed()) step();
  });

  async function talking(): Promise<ScriptedElement> {
    const element = await stage();
    element.room$.admit('Ada', ['Bo']);
    const own = { ...ownMedia(), speaker: 'box' };
    element.room$.setCall(callOf('active', { own, participants: [seen('Bo')] }));
    await until(() => has(element, '.stage'));
    await drawn(element);
    return element;
  }

  const items = (element: ScriptedElement): HTMLElement[] => [
    ...element.renderRoot.querySelectorAll<HTMLElement>('#call-menu button'),
  ];
  const menu = (element: ScriptedElement): string[] => items(element).map(textOf);
  const choose = (element: ScriptedElement, name: string): void =>
    items(element)
      .find((item) => textOf(item) === name)!
      .click();

  it('is drawn, with pictures that play in their place, and offers nothing that is not there', async () => {
    const element = await talking();
    const videos = [...element.renderRoot.querySelectorAll('video')];
    expect(videos).to.have.length(2);
    for (const video of videos)
      expect([video.autoplay, video.muted, video.hasAttribute('playsinline')]).to.deep.equal([
        true,
        true,
        true,
      ]);
    const words = [...element.renderRoot.querySelectorAll('button')].map(
      (each) => each.ariaLabel ?? textOf(each),
    );
    expect(words).to.include('Hang up');
    expect(words.join()).not.to.match(/share|full screen|picture in picture/i);
    await until(() => (element.room$.shown.get(idOf('Bo'))?.camera?.[0] ?? 0) > 0);
  });

  it('fills the screen with the large picture where that is all there is, and not before it has come', async () => {
    let filled = 0;
    let ready = false;
    const { prototype } = HTMLVideoElement;
    put(prototype, 'webkitEnterFullscreen', () => filled++);
    put(prototype, 'webkitSupportsFullscreen', false);
    Object.defineProperty(prototype, 'webkitSupportsFullscreen', { get: () => ready });
    const element = await talking();
    expect(menu(element)).not.to.include('Full screen');
    ready = true;
    element.requestUpdate();
    await drawn(element);
    choose(element, 'Full screen');
    expect(filled).to.equal(1);
  });

  it('offers a window of its own no longer where the browser has none for a call', async () => {
    put(Document.prototype, 'pictureInPictureEnabled', true);
    put(HTMLVideoElement.prototype, 'requestPictureInPicture', () =>
      Promise.reject(new DOMException('not for a call', 'NotSupportedError')),
    );
    const element = await talking();
    expect(menu(element)).to.include('Picture in picture');
    choose(element, 'Picture in picture');
    await until(() => !menu(element).includes('Picture in picture'));
  });
});
