import { expect } from 'chai';
import type { Call } from '../../src/rtc/call.ts';
import { callOf, participant } from '../support/scripted-call.ts';
import type { ScriptedElement } from '../support/scripted-element.ts';
import { ownMedia, seen } from '../support/scripted-media.ts';
import { idOf } from '../support/scripted-room.ts';
import {
  button,
  clearStage,
  composer,
  drawn,
  has,
  painted,
  part,
  press,
  stage,
  type StageOptions,
  textOf,
  until,
} from '../support/stage.ts';

const active = (change: Partial<Call>): Call => callOf('active', { own: ownMedia(), ...change });

async function enter(
  call: Call,
  peers: readonly string[] = ['Bo'],
  options: StageOptions = {},
): Promise<ScriptedElement> {
  const element = await stage({}, options);
  element.room$.admit('Ada', peers);
  element.room$.say({ text: 'hello', from: peers[0]! });
  await drawn(element);
  await change(element, call);
  return element;
}

async function change(element: ScriptedElement, call: Call | null): Promise<void> {
  element.room$.setCall(call);
  await until(() => has(element, '.stage, .voice') === (call !== null));
  await drawn(element);
}

const media = (element: ScriptedElement): HTMLMediaElement[] => [
  ...element.renderRoot.querySelectorAll<HTMLMediaElement>('video, audio'),
];

/** Where the places are, by the names on them. */
const places = (element: ScriptedElement): Record<string, string> =>
  Object.fromEntries(
    [...element.renderRoot.querySelectorAll('.tile')].map((tile) => {
      const { x, y, width, height } = tile.getBoundingClientRect();
      const whose = tile.classList.contains('own') ? 'own' : 'other';
      return [whose, [x, y, width, height].map(Math.round).join(' ')];
    }),
  );

const focused = (element: ScriptedElement): Element | null => element.shadowRoot!.activeElement;
const keys = (code: string, init: KeyboardEventInit = {}): KeyboardEventInit => ({
  code,
  altKey: true,
  shiftKey: true,
  ...init,
});

describe('a stage in the course of a call', () => {
  afterEach(clearStage);

  it('moves nothing when somebody answers, and when the picture comes', async () => {
    const ringing = participant('Bo', { answer: 'ringing' });
    const element = await enter(callOf('calling', { own: ownMedia(), participants: [ringing] }));
    const before = places(element);
    const bar = part(element, '.bar').getBoundingClientRect().top;
    await change(
      element,
      active({ participants: [seen('Bo', { video: false }, { streams: null })] }),
    );
    expect(places(element)).to.deep.equal(before);
    await change(element, active({ participants: [seen('Bo')] }));
    const video = part(element, '.tile.person video') as HTMLVideoElement;
    await until(() => video.videoWidth > 0);
    await painted();
    expect(places(element)).to.deep.equal(before);
    expect(part(element, '.bar').getBoundingClientRect().top).to.equal(bar);
  });

  it('keeps what plays while people come, go, share and speak, and empties all of it at the end', async () => {
    const [bo, cleo] = [seen('Bo'), seen('Cleo')];
    const element = await enter(active({ participants: [bo] }), ['Bo', 'Cleo', 'Dmitri']);
    const first = media(element);
    expect(first.filter(({ srcObject }) => srcObject === bo.streams!.person)).to.have.length(2);
    await change(element, active({ participants: [cleo, seen('Dmitri'), bo] }));
    await change(
      element,
      active({ participants: [{ ...bo, media: { ...bo.media, screen: true } }, cleo] }),
    );
    await change(element, active({ participants: [bo] }));
    expect(media(element).filter((one) => !first.includes(one))).to.deep.equal([]);
    const all = media(element);
    await change(element, null);
    expect([...first, ...all].filter(({ srcObject }) => srcObject)).to.deep.equal([]);
    expect(media(element)).to.deep.equal([]);
  });

  it('empties what plays when the element is removed, and goes on when it was only moved', async () => {
    const element = await enter(active({ participants: [seen('Bo')] }));
    const box = document.body.appendChild(document.createElement('div'));
    box.append(element);
    await drawn(element);
    const all = media(element);
    expect(all.filter(({ srcObject }) => !srcObject)).to.deep.equal([]);
    element.remove();
    await until(() => all.every(({ srcObject }) => !srcObject));
    box.remove();
  });

  it('leaves no timer behind', async () => {
    const running = new Set<unknown>();
    const [set, clear] = [globalThis.setInterval, globalThis.clearInterval];
    globalThis.setInterval = ((act: () => void, ms: number) => {
      const timer = set(act, ms);
      running.add(timer);
      return timer;
    }) as typeof setInterval;
    globalThis.clearInterval = (timer) => {
      running.delete(timer);
      clear(timer);
    };
    try {
      const element = await enter(active({ participants: [seen('Bo')] }));
      expect(running.size).to.equal(1);
      await change(element, null);
      expect(running.size).to.equal(0);
      await change(element, active({ participants: [seen('Bo')] }));
      element.remove();
      expect(running.size).to.equal(0);
    } finally {
      globalThis.setInterval = set;
      globalThis.clearInterval = clear;
    }
  });

  it('tells how large each picture is shown, and that none is seen that is covered or gone', async () => {
    const screen = seen('Bo', { screen: true });
    const element = await enter(active({ participants: [screen, seen('Cleo')] }), ['Bo', 'Cleo']);
    const { shown } = element.room$;
    const bo = part(element, `video[data-of=${idOf('Bo')}][data-kind=screen]`);
    await until(() => (shown.get(idOf('Bo'))?.screen?.[0] ?? 0) > 0);
    const sizeOf = (video: HTMLElement): number[] =>
      [video.clientWidth, video.clientHeight].map((px) => Math.round(px * devicePixelRatio));
    expect(shown.get(idOf('Bo'))!.screen).to.deep.equal(sizeOf(bo));
    expect(shown.get(idOf('Bo'))!.camera![0]).to.be.below(sizeOf(bo)[0]!);
    element.style.display = 'none';
    await until(() => shown.get(idOf('Cleo'))?.camera?.[0] === 0);
    expect(shown.get(idOf('Bo'))).to.deep.equal({ camera: [0, 0], screen: [0, 0] });
    element.style.display = '';
    await until(() => (shown.get(idOf('Cleo'))?.camera?.[0] ?? 0) > 0);
    await change(element, active({ participants: [screen, seen('Cleo', { video: false })] }));
    expect(shown.get(idOf('Cleo'))!.camera).to.deep.equal([0, 0]);
  });

  it('gives the large place to who speaks, where one place is large', async () => {
    let loud = 'Cleo';
    const people = ['Bo', 'Cleo', 'Dmitri'];
    const participants = people.map((name) =>
      seen(name, {}, { level: () => (name === loud ? 0.3 : 0) }),
    );
    const element = await enter(active({ participants }), people);
    await until(() => has(element, '.tile.speaks'));
    expect(textOf(part(element, '.tile.speaks'))).to.contain('Cleo');
    expect(has(element, '.tile.large')).to.equal(false);
    const videos = media(element);
    button(element, 'Layout').click();
    [...element.renderRoot.querySelectorAll<HTMLElement>('[role=menuitemradio]')]
      .find((item) => textOf(item) === 'One large')!
      .click();
    await until(() => has(element, '.tile.large'));
    await until(() => textOf(part(element, '.tile.large')).includes('Cleo'));
    loud = 'Dmitri';
    await until(() => textOf(part(element, '.tile.large')).includes('Dmitri'));
    expect(media(element)).to.deep.equal(videos);
  });

  it('says who comes, goes, is muted and shares', async () => {
    const bo = seen('Bo');
    const element = await enter(active({ participants: [bo] }), ['Bo', 'Cleo']);
    const news = (): string => textOf(part(element, '.stage > [aria-live=polite]'));
    expect(news()).to.equal('');
    await change(element, active({ participants: [bo, seen('Cleo')] }));
    expect(news()).to.equal('Cleo is in the call.');
    const quiet = { ...bo, media: { ...bo.media, audio: false, screen: true } };
    await change(element, active({ participants: [quiet, seen('Cleo')] }));
    expect(news()).to.equal('Bo is muted. Bo shares a screen.');
    await change(element, active({ participants: [bo] }));
    expect(news()).to.equal(
      'Cleo left the call. Bo is no longer muted. Bo no longer shares a screen.',
    );
  });
});

describe('what one can do on a stage', () => {
  afterEach(clearStage);

  it('is asked of the room by each button', async () => {
    const element = await enter(active({ participants: [seen('Bo')] }));
    const asked: Record<string, string> = {
      'Mute microphone': 'turn microphone off',
      'Turn camera off': 'turn camera off',
      'Share screen': 'shareScreen',
      'Hang up': 'hangUp',
    };
    for (const [name, call] of Object.entries(asked)) {
      button(element, name).click();
      expect(element.room$.calls.at(-1)).to.equal(call);
    }
    await change(
      element,
      active({
        own: ownMedia({ audio: false, video: false, screen: true }),
        participants: [seen('Bo')],
      }),
    );
    button(element, 'Unmute microphone').click();
    expect(element.room$.calls.at(-1)).to.equal('turn microphone on');
    button(element, 'Turn camera on').click();
    expect(element.room$.calls.at(-1)).to.equal('turn camera on');
  });

  it('is done by Alt, Shift and a letter, also while one writes, and by nothing that writes', async () => {
    const element = await enter(active({ participants: [seen('Bo')] }), ['Bo'], { width: 800 });
    const field = composer(element);
    field.focus();
    const { calls } = element.room$;
    const before = calls.length;
    for (const init of [
      { altKey: false },
      { shiftKey: false },
      { ctrlKey: true },
      { metaKey: true },
      { repeat: true },
    ])
      expect(press(field, 'M', keys('KeyM', init)).defaultPrevented).to.equal(false);
    press(field, 'A', keys('KeyA'));
    expect(calls.slice(before)).to.deep.equal([]);
    expect(press(field, 'Â', keys('KeyM')).defaultPrevented).to.equal(true);
    press(field, 'V', keys('KeyV'));
    press(field, 'H', keys('KeyH'));
    expect(calls.slice(before)).to.deep.equal(['turn microphone off', 'turn camera off', 'hangUp']);
    expect(button(element, 'Mute microphone').getAttribute('aria-keyshortcuts')).to.equal(
      'Alt+Shift+M',
    );
    await change(element, null);
    expect(press(field, 'M', keys('KeyM')).defaultPrevented).to.equal(false);
  });

  it('moves our own picture to another corner, by keys, a press and a drag, for this call', async () => {
    const element = await enter(active({ participants: [seen('Bo')] }));
    const corner = (): string => {
      const own = part(element, '.tile.own').getBoundingClientRect();
      const all = part(element, '.tiles').getBoundingClientRect();
      const [x, y] = [own.x + own.width / 2, own.y + own.height / 2];
      return `${y < all.y + all.height / 2 ? 'top' : 'bottom'} ${x < all.x + all.width / 2 ? 'left' : 'right'}`;
    };
    const grip = part(element, '.grip');
    expect(corner()).to.equal('bottom right');
    for (const [key, where] of [
      ['ArrowUp', 'top right'],
      ['ArrowLeft', 'top left'],
      ['ArrowDown', 'bottom left'],
      ['ArrowRight', 'bottom right'],
    ] as const) {
      press(grip, key);
      await drawn(element);
      expect(corner()).to.equal(where);
    }
    grip.click();
    await drawn(element);
    expect(corner()).to.equal('bottom left');
    // Those that a test makes capture nothing.
    grip.setPointerCapture = () => {};
    const at = (type: string, x: number, y: number): boolean =>
      grip.dispatchEvent(
        new PointerEvent(type, { bubbles: true, pointerId: 7, clientX: x, clientY: y }),
      );
    at('pointerdown', 50, 550);
    at('pointermove', 350, 100);
    at('pointerup', 350, 100);
    grip.dispatchEvent(new MouseEvent('click', { bubbles: true, detail: 1 }));
    await drawn(element);
    expect(corner()).to.equal('top right');
    await change(element, active({ participants: [seen('Bo')] }));
    expect(corner()).to.equal('top right');
    await change(element, null);
    await change(element, active({ id: 'call-2', participants: [seen('Bo')] }));
    expect(corner()).to.equal('bottom right');
  });

  it('is reached by arrow keys, and in a menu that gives the focus back', async () => {
    const element = await enter(active({ participants: [seen('Bo')] }), ['Bo'], { width: 320 });
    button(element, 'Mute microphone').focus();
    press(focused(element)!, 'ArrowRight');
    expect(focused(element)).to.equal(button(element, 'Turn camera off'));
    press(focused(element)!, 'End');
    expect(focused(element)).to.equal(button(element, 'Hang up'));
    press(focused(element)!, 'ArrowRight');
    expect(focused(element)).to.equal(button(element, 'Mute microphone'));
    const more = button(element, 'More');
    more.focus();
    more.click();
    await until(() => focused(element)?.closest('[role=menu]'));
    expect(textOf(focused(element)!)).to.equal('Share screen');
    press(focused(element)!, 'ArrowDown');
    expect(textOf(focused(element)!)).to.equal('Devices');
    (focused(element) as HTMLElement).click();
    expect(part(element, '[role=menu]').matches(':popover-open')).to.equal(false);
  });

  it('brings the chat and counts what has come meanwhile', async () => {
    const element = await enter(active({ participants: [seen('Bo')] }));
    expect(part(element, '.talk').checkVisibility({ visibilityProperty: true })).to.equal(false);
    element.room$.say({ text: 'are you there?', from: 'Bo' });
    element.room$.say({ text: 'I am' });
    await drawn(element);
    expect(textOf(part(element, '.chat-button'))).to.equal('11 new message');
    button(element, 'Show chat').click();
    await drawn(element);
    expect(part(element, '.talk').checkVisibility({ visibilityProperty: true })).to.equal(true);
    expect(textOf(part(element, '.chat-button'))).to.equal('');
    button(element, 'Hide chat').click();
    await drawn(element);
    expect(part(element, '.talk').checkVisibility({ visibilityProperty: true })).to.equal(false);
  });

  it('takes turns with the panel of people beside it', async () => {
    const element = await enter(active({ participants: [seen('Bo')] }), ['Bo'], { width: 1_200 });
    const isSeen = (selector: string): boolean =>
      has(element, selector) &&
      part(element, selector).checkVisibility({ visibilityProperty: true });
    button(element, 'People, 2').click();
    await until(() => isSeen('.sheet'));
    expect(isSeen('.talk')).to.equal(false);
    button(element, 'Show chat').click();
    await drawn(element);
    expect([isSeen('.sheet'), isSeen('.talk')]).to.deep.equal([false, true]);
  });

  it('has the focus when it covers what had it, and gives it to a place that is there when it ends', async () => {
    const element = await stage();
    element.room$.admit('Ada', ['Bo']);
    await drawn(element);
    composer(element).focus();
    await change(element, active({ participants: [seen('Bo')] }));
    await until(() => focused(element) === part(element, '.stage'));
    button(element, 'Hang up').focus();
    await change(element, null);
    await until(() => focused(element)?.closest('.header'));
  });
});
