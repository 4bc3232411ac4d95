import { chaiA11yAxe } from 'chai-a11y-axe';
import { expect, use } from 'chai';
import { RtcChatError, type RtcChatErrorCode } from '../../src/protocol/errors.ts';
import type { ScriptedElement } from '../support/scripted-element.ts';
import type { ScriptedRoom } from '../support/scripted-room.ts';
import {
  button,
  clearStage,
  composer,
  drawn,
  field,
  part,
  shown,
  stage,
  textOf,
  type,
  stilled,
} from '../support/stage.ts';

use(chaiA11yAxe);

interface State {
  readonly name: string;
  readonly attributes?: Record<string, string | null>;
  /** Brings the room into the state; may act on the element as a person does. */
  readonly enter?: (room: ScriptedRoom, element: ScriptedElement) => void | Promise<void>;
  /** What must be readable. */
  readonly words: readonly string[];
  /** Buttons, by name. */
  readonly buttons?: readonly string[];
  readonly check?: (element: ScriptedElement) => void;
}

const fault = (code: RtcChatErrorCode, message = 'In the engine’s words.') =>
  new RtcChatError(code, message);
/** A time of this calendar day, or of an earlier one. */
function at(hour: number, minute: number, daysAgo = 0): Date {
  const now = new Date();
  return new Date(now.getFullYear(), now.getMonth(), now.getDate() - daysAgo, hour, minute);
}

function talk(room: ScriptedRoom, peers: readonly string[] = ['Bo']): void {
  room.messages = [
    room.make({ text: 'Did you get the keys?', from: 'Bo', at: at(18, 20, 1) }),
    room.make({
      text: 'Yes, see https://keys.example/7',
      state: 'seen',
      delivered: 1,
      seen: 1,
      at: at(0, 1),
    }),
    room.make({ text: 'Set `RAMP=60`', from: 'Bo', at: at(0, 2) }),
    room.make({ text: 'Will do', state: 'delivered', delivered: 1, at: at(0, 3) }),
  ];
  room.admit('Ada', peers);
}

const alert = (element: ScriptedElement) => textOf(part(element, '[role=alert]:not(:empty)'));
const status = (element: ScriptedElement) => textOf(part(element, '[role=status]'));

const refusals: [code: RtcChatErrorCode, words: string, button: string | null][] = [
  ['insecure-context', 'This page isn’t secure', null],
  ['webrtc-unavailable', 'This browser can’t connect you', 'Try again'],
  ['crypto-unavailable', 'This browser can’t join', null],
  ['unsupported-version', 'This page is out of date', 'Try again'],
  ['unauthorized', 'You can’t join this room', 'Try again'],
  ['rate-limited', 'Wait a minute, then try again.', 'Try again'],
  ['load-failed', 'load this page again', 'Try again'],
  ['server-error', 'We couldn’t join the room In the engine’s words.', 'Try again'],
  ['replaced', 'This conversation is open elsewhere', 'Use it here'],
];

const states: State[] = [
  {
    name: 'join, with a room',
    attributes: { name: null },
    words: ['Join “lobby”', 'No account.', 'Your name'],
    buttons: ['Join'],
    check: (element) => expect(field(element, 'Your name').value).to.equal(''),
  },
  {
    name: 'join, without a room',
    attributes: { room: null },
    words: ['Start a conversation', 'Your name', 'Room', 'Anyone who knows this word can come in.'],
    buttons: ['Join'],
    check: (element) => expect(field(element, 'Your name').value).to.equal('Ada'),
  },
  {
    name: 'name taken',
    enter: (room) => room.fail(fault('name-taken')),
    words: ['Someone here is already called Ada. Add a letter or choose another name.'],
    buttons: ['Join'],
    check: (element) => {
      const name = field(element, 'Your name');
      expect(name.getAttribute('aria-invalid')).to.equal('true');
      expect(alert(element)).to.include('already called Ada');
      expect(name.getAttribute('aria-describedby')).to.equal(part(element, '[role=alert]').id);
    },
  },
  { name: 'joining', words: ['Joining “lobby”…', 'Looking for the others.'] },
  {
    name: 'coming back',
    enter: (room) =>
      room.set({ status: 'joining', error: fault('room-full'), retryAt: Date.now() + 9_000 }),
    words: ['Coming back…'],
  },
  {
    name: 'alone',
    enter: (room) => room.admit(),
    words: [
      'Nobody else is here yet',
      'You’re the first one here',
      'Send this link',
      'You can write already',
    ],
    buttons: ['People, 1', 'Copy link', 'Send'],
    check: (element) => {
      expect(status(element)).to.equal('Nobody else is here yet');
      expect(textOf(part(element, '.link'))).to.equal(location.href.replace(/^https?:\/\//u, ''));
    },
  },
  {
    name: 'alone, with messages',
    enter: (room) => {
      room.admit();
      room.say({ text: 'I am here already', state: 'waiting', of: 0 });
    },
    words: ['They get what you write when they join.', 'Waiting for the others'],
    buttons: ['Copy link'],
  },
  {
    name: 'connecting',
    enter: (room) => room.admit('Ada', ['Bo'], 'connecting'),
    words: ['Connecting…', 'Connecting to Bo…'],
  },
  {
    name: 'together',
    enter: (room) => room.admit('Ada', ['Bo']),
    words: ['Connected', 'You and Bo are connected'],
  },
  {
    name: 'conversation of two',
    enter: (room) => {
      talk(room);
      room.change('Bo', { typing: true });
    },
    words: ['Bo Connected', 'Yesterday', 'Today', 'Seen', 'Delivered', 'Bo is typing'],
    buttons: ['Find in conversation', 'People, 2', 'Send'],
    check: (element) => {
      const log = part(element, '[role=log]');
      expect(log.getAttribute('aria-label')).to.equal('Messages');
      expect(log.tabIndex).to.equal(0);
      expect(composer(element).getAttribute('aria-label')).to.equal('Message');
    },
  },
  {
    name: 'not sent',
    enter: (room) => {
      talk(room);
      room.say({ text: '12 bowls', state: 'failed' });
    },
    words: ['12 bowls', 'Not sent.'],
    buttons: ['Try again'],
  },
  {
    name: 'five people',
    enter: async (room, element) => {
      talk(room, ['Bo', 'Cleo', 'Dmitri', 'Esther']);
      room.change('Cleo', { link: 'reconnecting', typing: true });
      room.change('Dmitri', { link: 'unreachable', typing: true });
      room.say({ text: 'Hi', state: 'sending', delivered: 2, of: 4 });
      await drawn(element);
      if (!element.renderRoot.querySelector('.sheet')) button(element, 'People, 5').click();
    },
    words: [
      '5 people here',
      'People, 5 of 8',
      'Reconnecting…',
      'Can’t connect',
      'Delivered to 2 of 4',
      'Cleo and Dmitri are typing',
    ],
    buttons: ['Close', 'Copy link', 'Leave room'],
    check: (element) => {
      const rows = [...element.renderRoot.querySelectorAll('li .words')].map((row) =>
        row.textContent.replace(/\s+/gu, ' ').trim(),
      );
      expect(rows.join('|')).to.match(
        /^Ada ?You\|Bo ?Connected\|Cleo ?Reconnecting…\|Dmitri ?Can’t connect\|Esther ?Connected$/u,
      );
    },
  },
  {
    name: 'peer unreachable',
    enter: (room) => room.admit('Ada', ['Bo'], 'unreachable'),
    words: [
      'Can’t connect',
      'You and Bo can’t connect',
      'your two browsers find no way',
      'a relay (TURN) would help',
    ],
    buttons: ['Try again', 'Leave room'],
  },
  {
    name: 'peer unreachable, with messages',
    enter: (room) => {
      talk(room);
      room.change('Bo', { link: 'unreachable' });
      room.set({ status: 'reconnecting' });
      room.say({ text: 'Still there?', state: 'waiting' });
    },
    words: ['Can’t connect', 'You and Bo can’t connect.', 'Waiting for Bo'],
    buttons: ['What helps'],
  },
  {
    name: 'somebody of another version',
    enter: (room) => {
      room.admit();
      room.set({ trouble: { name: 'Bo', error: fault('unsupported-version') } });
    },
    words: ['Can’t connect', 'Bo uses another version of this chat.', 'Load both pages again'],
  },
  {
    name: 'a connection refused because somebody interfered',
    enter: (room) => {
      talk(room);
      room.set({ trouble: { name: 'Cleo', error: fault('protocol-violation') } });
    },
    words: ['The connection to Cleo was refused.', 'What came was not in order.'],
  },
  {
    name: 'less kept than asked for',
    enter: (room) => {
      talk(room);
      room.set({ history: 'none', historyError: fault('store-unavailable') });
    },
    words: ['Nothing is kept here.', 'gone when you close the page'],
    buttons: ['Dismiss'],
  },
  {
    name: 'no space left for what comes',
    enter: (room) => {
      talk(room);
      room.set({ historyError: fault('store-full') });
    },
    words: ['This device is out of space.', 'gone when you close the page'],
    buttons: ['Dismiss'],
  },
  {
    name: 'refused when coming back',
    enter: (room) => {
      talk(room);
      room.set({ error: fault('room-full') });
    },
    words: ['The room didn’t let you back in.', 'Your conversation goes on as usual.'],
    buttons: ['Try again'],
  },
  {
    name: 'older messages dropped',
    enter: (room) => {
      room.trimmed = true;
      talk(room);
    },
    words: ['Older messages are no longer kept.', 'keeps the last 10,000'],
  },
  {
    name: 'room full',
    enter: (room) => {
      room.capacity = 8;
      room.fail(fault('room-full'));
    },
    words: ['This room is full', 'All 8 places in “lobby” are taken.'],
    buttons: ['Try again'],
    check: (element) => expect(alert(element)).to.include('This room is full'),
  },
  {
    name: 'server unreachable',
    enter: (room) =>
      room.set({
        status: 'joining',
        error: fault('server-unreachable'),
        retryAt: Date.now() + 11_500,
      }),
    words: [
      'We can’t reach the room',
      'chat.example doesn’t answer.',
      'We try again by ourselves in 12 s.',
    ],
    buttons: ['Try again now'],
  },
  ...refusals.map(([code, words, name]): State => ({
    name: `refused, ${code}`,
    enter: (room) => room.fail(fault(code)),
    words: [words],
    buttons: name ? [name] : [],
    check: (element) => expect(alert(element)).to.include(words),
  })),
  {
    name: 'left',
    enter: (room) => {
      talk(room);
      room.set({ status: 'closed' });
    },
    words: ['You left “lobby”'],
    buttons: ['Join again'],
  },
  {
    name: 'too long to send',
    enter: async (room, element) => {
      talk(room);
      await drawn(element);
      type(composer(element), 'x'.repeat(16_001));
      button(element, 'Send').click();
    },
    words: ['Not sent: 16,001 characters are too many, 16,000 fit.'],
    check: (element) => expect(alert(element)).to.include('Shorten it.'),
  },
  {
    name: 'finding',
    enter: async (room, element) => {
      talk(room);
      await drawn(element);
      button(element, 'Find in conversation').click();
      await drawn(element);
      type(part(element, '.find input') as HTMLInputElement, 'do');
    },
    words: ['1 of 1'],
    buttons: ['Previous match', 'Next match', 'Close'],
  },
];

describe('the states of <rtc-chat>', () => {
  afterEach(clearStage);

  for (const state of states) {
    describe(state.name, () => {
      for (const width of [320, 1_200]) {
        for (const scheme of ['light', 'dark'] as const) {
          it(`says what happens and is accessible, ${scheme}, ${width} px wide`, async () => {
            const element = await stage(state.attributes, { width, scheme });
            await state.enter?.(element.made[0]?.room as ScriptedRoom, element);
            await drawn(element);
            for (const words of state.words) expect(shown(element)).to.include(words);
            for (const name of state.buttons ?? []) {
              // A sheet covers the rest: only what it holds can be pressed.
              if (!button(element, name).closest('[inert]'))
                expect(button(element, name).disabled).to.equal(false);
            }
            state.check?.(element);
            await stilled(element);
            await expect(element).to.be.accessible();
            expect(part(element, '.frame').scrollWidth).to.be.at.most(width);
          });
        }
      }
    });
  }
});
