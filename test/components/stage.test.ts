import { chaiA11yAxe } from 'chai-a11y-axe';
import { expect, use } from 'chai';
import type { Call } from '../../src/rtc/call.ts';
import { overlaps, sticksOut } from '../support/boxes.ts';
import { callOf, participant } from '../support/scripted-call.ts';
import type { ScriptedElement } from '../support/scripted-element.ts';
import { ownMedia, seen } from '../support/scripted-media.ts';
import { button, clearStage, drawn, has, part, stage, textOf, until } from '../support/stage.ts';

use(chaiA11yAxe);

const LONG = 'Esther Nakamura-Oyelaran van der Meer-Castellanos';

interface State {
  readonly name: string;
  readonly peers?: readonly string[];
  readonly call: () => Call;
  /** What must be readable, as regular expressions. */
  readonly words: readonly string[];
  /** Buttons that one finds at every width. */
  readonly buttons: readonly string[];
  /** A strip under the header, not a stage. */
  readonly voice?: boolean;
}

const PEOPLE = ['Bo', 'Cleo', 'Dmitri', LONG, 'Fay'];
const inCall = ['Mute microphone', 'Turn camera off', 'Hang up'];
const active = (change: Partial<Call>): Call => callOf('active', { own: ownMedia(), ...change });

const states: State[] = [
  {
    name: 'two people',
    call: () => active({ participants: [seen('Bo')] }),
    words: ['Bo · \\d\\d:\\d\\d', 'You'],
    buttons: inCall,
  },
  {
    name: 'two people without pictures, one with a weak connection',
    call: () =>
      active({
        own: { ...ownMedia({ audio: false }), camera: { ...ownMedia().camera, on: false } },
        participants: [
          seen('Bo', { audio: false, video: false }, { quality: quality('weak'), streams: null }),
        ],
      }),
    words: ['Bo', 'Muted', 'Weak connection'],
    buttons: ['Unmute microphone', 'Turn camera off', 'Hang up'],
  },
  {
    name: 'somebody who is called',
    call: () =>
      callOf('calling', {
        own: ownMedia(),
        participants: [participant('Bo', { answer: 'ringing' })],
      }),
    words: ['Calling Bo', 'Ringing…', 'You'],
    buttons: ['Mute microphone', 'Turn camera off', 'Cancel call'],
  },
  {
    name: 'three who are called',
    peers: ['Bo', 'Cleo', LONG],
    call: () =>
      callOf('calling', {
        own: ownMedia(),
        participants: [
          participant('Bo', { answer: 'ringing' }),
          participant('Cleo', { answer: 'busy' }),
          participant(LONG, { answer: 'ringing' }),
        ],
      }),
    words: ['Bo · Ringing…', 'Cleo · In another call', `${LONG} · Ringing…`],
    buttons: ['Mute microphone', 'Cancel call'],
  },
  {
    name: 'three people',
    peers: ['Bo', LONG],
    call: () => active({ participants: [seen('Bo'), seen(LONG)] }),
    words: ['Bo', LONG, 'You'],
    buttons: inCall,
  },
  {
    name: 'six people',
    peers: PEOPLE,
    call: () => active({ participants: PEOPLE.map((name) => seen(name)) }),
    words: [...PEOPLE, 'You'],
    buttons: inCall,
  },
  {
    name: 'a screen of one of two',
    call: () => active({ participants: [seen('Bo', { screen: true })] }),
    words: ['Bo’s screen', 'You'],
    buttons: inCall,
  },
  {
    name: 'a screen among six',
    peers: PEOPLE,
    call: () =>
      active({ participants: PEOPLE.map((name) => seen(name, { screen: name === LONG })) }),
    words: [`${LONG}’s screen`, 'Fay'],
    buttons: inCall,
  },
  {
    name: 'our own screen',
    call: () => active({ own: ownMedia({ screen: true }), participants: [seen('Bo')] }),
    words: ['You’re sharing your screen'],
    buttons: inCall,
  },
  {
    name: 'nobody else yet',
    call: () => active({}),
    words: ['You'],
    buttons: inCall,
  },
  {
    name: 'a call of two voices',
    call: () =>
      active({ own: ownMedia({ video: false }), participants: [seen('Bo', { video: false })] }),
    words: ['Voice call', '\\d\\d:\\d\\d'],
    buttons: ['Mute microphone', 'Turn camera on', 'Hang up'],
    voice: true,
  },
  {
    name: 'a call of voices that rings',
    peers: [LONG],
    call: () =>
      callOf('calling', {
        own: ownMedia({ video: false }),
        participants: [participant(LONG, { answer: 'ringing' })],
      }),
    words: [`Calling ${LONG}`, 'Ringing…'],
    buttons: ['Mute microphone', 'Cancel call'],
    voice: true,
  },
];

function quality(level: 'weak' | 'lost'): NonNullable<Call['participants'][number]['quality']> {
  return {
    level,
    roundTripMs: null,
    loss: 0,
    receivedBps: 0,
    sentBps: 0,
    relayed: null,
    picture: null,
  };
}

async function enter({ peers = ['Bo'], call, voice }: State): Promise<ScriptedElement> {
  const element = await stage();
  element.room$.admit('Ada', peers);
  element.room$.say({ text: 'hello', from: peers[0]! });
  element.room$.setCall(call());
  await until(() => has(element, voice ? '.voice' : '.stage'));
  await drawn(element);
  return element;
}

/** What is out of its place. */
function misplaced(element: ScriptedElement): string[] {
  const root = element.renderRoot;
  const all = element.getBoundingClientRect();
  const tiles = root.querySelector('.tiles');
  const box = tiles?.checkVisibility() ? tiles.getBoundingClientRect() : all;
  return [
    ...sticksOut(root, '.stage, .bar, .voice', all),
    ...sticksOut(root, '.tile', box),
    ...sticksOut(root, ':is(.bar, .voice) > button', all),
    ...overlaps(root, ':is(.bar, .voice) > button, .voice > .words'),
    ...overlaps(root, '.tiles:not(.corner) > .tile'),
    ...overlaps(root, '.tiles, .bar'),
    ...overlaps(root, '.bar, .talk'),
    ...[...root.querySelectorAll('.tile')].flatMap((tile) =>
      sticksOut(tile, '.tag, h2, p', tile.getBoundingClientRect()),
    ),
  ];
}

/** The buttons in sight. */
const namesOf = (element: ScriptedElement): string[] =>
  [...element.renderRoot.querySelectorAll<HTMLElement>(':is(.bar, .voice) > button')]
    .filter((one) => one.checkVisibility({ visibilityProperty: true }))
    .map((one) => one.ariaLabel ?? textOf(one));

const sizes = [
  [280, 480],
  [320, 600],
  [360, 320],
  [640, 320],
  [720, 480],
  [1_200, 640],
  [1_400, 900],
] as const;

describe('the stage of a call', () => {
  afterEach(clearStage);

  for (const state of states) {
    const { name, words, buttons, voice } = state;
    // The stage is dark in both; a strip is not.
    const bothSchemes = voice || state === states[0];
    it(`shows ${name} from 280 to 1400 px, in its place, accessible in light and dark`, async () => {
      const element = await enter(state);
      for (const word of words) expect(textOf(part(element, '.frame'))).to.match(new RegExp(word));
      for (const [width, height] of sizes) {
        Object.assign(element.style, { inlineSize: `${width}px`, blockSize: `${height}px` });
        for (const chat of state.voice ? [''] : ['Show chat', 'Hide chat']) {
          if (has(element, `[aria-label="${chat}"]`)) button(element, chat).click();
          await drawn(element);
          expect(misplaced(element), `${width} × ${height} ${chat}`).to.deep.equal([]);
          const found = namesOf(element);
          for (const wanted of buttons) expect(found, `${width} × ${height}`).to.include(wanted);
        }
      }
      element.style.colorScheme = 'dark';
      await drawn(element);
      await expect(element).to.be.accessible();
      if (!bothSchemes) return;
      Object.assign(element.style, {
        inlineSize: '320px',
        blockSize: '600px',
        colorScheme: 'light',
      });
      await drawn(element);
      await expect(element).to.be.accessible();
    });
  }
});
