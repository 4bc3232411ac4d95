import { chaiA11yAxe } from 'chai-a11y-axe';
import { expect, use } from 'chai';
import type { RtcChatCallEvent } from '../../src/components/element-events.ts';
import { RtcChatError, type RtcChatErrorCode } from '../../src/protocol/errors.ts';
import type { Answer } from '../../src/rtc/call-standing.ts';
import type { ScriptedElement } from '../support/scripted-element.ts';
import { callable, callOf, endOf, participant, ringOf } from '../support/scripted-call.ts';
import { idOf } from '../support/scripted-room.ts';
import {
  button,
  clearStage,
  drawn,
  has,
  part,
  shown,
  stage,
  stilled,
  textOf,
  until,
} from '../support/stage.ts';

use(chaiA11yAxe);

async function talk(peers: readonly string[] = ['Bo'], lang = 'en-GB'): Promise<ScriptedElement> {
  const element = await stage({ lang });
  element.room$.admit('Ada', peers);
  await drawn(element);
  await callable(element);
  return element;
}

/** The lines about calls; their times as `00:00`. */
async function lines(element: ScriptedElement): Promise<string[]> {
  await drawn(element);
  return [...element.renderRoot.querySelectorAll('[role=log] .call-line')].map((line) =>
    textOf(line).replace(/\d\d:\d\d/, '00:00'),
  );
}

/** We call these people, it ends like that, and they stand so with it then. */
function callEnds(
  element: ScriptedElement,
  answers: Record<string, Answer>,
  why: Parameters<typeof endOf>[0],
): void {
  const participants = Object.keys(answers).map((name) => participant(name, { answer: 'ringing' }));
  element.room$.setCall(callOf('calling', { participants }));
  const said = Object.entries(answers).map(([name, answer]) => [idOf(name), answer] as const);
  element.room$.endCall(endOf(why, { answers: new Map(said) }));
}

describe('what became of a call', () => {
  afterEach(clearStage);

  const ends = [
    ['declined', 'Bo declined'],
    ['busy', 'Bo is in another call'],
    ['timeout', 'No answer'],
    ['unsupported', 'Bo can’t take calls'],
  ] as const;
  for (const [why, words] of ends) {
    it(`of ours is said: ${words}`, async () => {
      const element = await talk();
      callEnds(element, { Bo: why === 'timeout' ? 'ringing' : why }, why);
      expect(await lines(element)).to.deep.equal([words]);
    });
  }

  it('is said of whoever left the room, and of one that is full', async () => {
    const element = await talk(['Bo', 'Cleo']);
    element.room$.setCall(callOf('calling', { participants: [participant('Bo')] }));
    element.room$.part('Bo');
    element.room$.endCall(endOf('left'));
    element.room$.endCall(endOf('call-full'));
    expect(await lines(element)).to.deep.equal(['Bo left the room', 'The call is full']);
  });

  it('is said of each, where several were called', async () => {
    const element = await talk(['Bo', 'Cleo', 'Dmitri']);
    callEnds(element, { Bo: 'declined', Cleo: 'busy', Dmitri: 'ringing' }, 'timeout');
    expect(await lines(element)).to.deep.equal([
      'Bo declined',
      'Cleo is in another call',
      'No answer from Dmitri',
    ]);
  });

  it('is said of each, where the last answer ends it and they differ', async () => {
    const element = await talk(['Bo', 'Cleo']);
    callEnds(element, { Bo: 'declined', Cleo: 'busy' }, 'declined');
    expect(await lines(element)).to.deep.equal(['Bo declined', 'Cleo is in another call']);
  });

  it('is no refusal of those who are rung by another call instead', async () => {
    const element = await talk(['Bo', 'Cleo']);
    callEnds(element, { Bo: 'ringing' }, 'busy');
    expect(await lines(element)).to.deep.equal([]);
  });

  it('that we missed can be called back, in the same way', async () => {
    const element = await talk();
    element.room$.setCall(ringOf());
    element.room$.endCall(endOf('timeout', { from: idOf('Bo'), missed: true }));
    element.room$.setCall(ringOf(false, { private: true }));
    element.room$.endCall(
      endOf('ended', { from: idOf('Bo'), missed: true, video: false, private: true }),
    );
    expect(await lines(element)).to.deep.equal([
      'Missed video call 00:00. Call back',
      'Missed voice call 00:00. Call back',
    ]);
    for (const back of element.renderRoot.querySelectorAll<HTMLElement>('.call-line button'))
      back.click();
    expect(element.room$.calls.slice(1)).to.deep.equal(['call room video', `call ${idOf('Bo')}`]);
  });

  it('that we missed says whose it was, where there are more than two; one that we declined is none', async () => {
    const element = await talk(['Bo', 'Cleo']);
    element.room$.setCall(ringOf());
    element.room$.setCall(null);
    element.room$.setCall(ringOf());
    element.room$.endCall(endOf('busy', { from: idOf('Bo') }));
    element.room$.setCall(ringOf());
    element.room$.endCall(endOf('ended', { from: idOf('Bo'), missed: true }));
    expect(await lines(element)).to.deep.equal(['Missed video call from Bo 00:00. Call back']);
  });

  it('that could not ring because we are in another one is missed as well', async () => {
    const element = await talk(['Bo', 'Cleo']);
    const call = callOf('active', { participants: [participant('Bo')] });
    element.room$.setCall(call);
    element.room$.endCall(endOf('busy', { from: idOf('Cleo'), missed: true, private: true }), call);
    expect((await lines(element)).at(-1)).to.equal('Missed video call from Cleo 00:00. Call back');
    expect(element.callState).to.equal('active');
  });

  it('stands where it happened among the messages, from its beginning to its end', async () => {
    const element = await talk();
    element.room$.say({ text: 'one', from: 'Bo' });
    element.room$.setCall(callOf('active', { participants: [participant('Bo')] }));
    await drawn(element);
    element.room$.say({ text: 'two' });
    element.room$.setCall(null);
    await drawn(element);
    element.room$.say({ text: 'three', from: 'Bo' });
    await drawn(element);
    expect(textOf(part(element, '.rows')).replace(/\d\d:\d\d/g, '')).to.match(
      /one.*Voice call started.*two.*Voice call ended.*three/,
    );
  });

  it('is forgotten with the room', async () => {
    const element = await talk();
    callEnds(element, { Bo: 'declined' }, 'declined');
    expect(await lines(element)).to.have.lengthOf(1);
    element.room = 'another';
    await drawn(element);
    element.room$.admit('Ada', ['Bo']);
    element.room$.setCall(null);
    expect(await lines(element)).to.deep.equal([]);
  });

  it('is said in the language of the element', async () => {
    const element = await talk(['Bo'], 'zh-CN');
    callEnds(element, { Bo: 'declined' }, 'declined');
    await until(() => shown(element).includes('Bo 已拒绝'));
  });

  it('is accessible, in light and dark', async () => {
    const element = await talk();
    element.room$.endCall(endOf('timeout', { from: idOf('Bo'), missed: true }));
    await drawn(element);
    await expect(element).to.be.accessible();
    element.style.colorScheme = 'dark';
    await expect(element).to.be.accessible();
  });

  it('is told to the page as well', async () => {
    const element = await talk();
    const told: (readonly [string, string | undefined])[] = [];
    element.addEventListener('rtc-chat-call', ({ call }: RtcChatCallEvent) => {
      told.push([call.state, call.state === 'idle' ? call.ended?.why : undefined]);
    });
    element.room$.setCall(ringOf());
    expect(element.callState).to.equal('ringing');
    element.room$.endCall(endOf('timeout', { from: idOf('Bo'), missed: true }));
    element.room$.setCall(null);
    element.room$.setCall(callOf('active'));
    element.room = 'another';
    await drawn(element);
    expect(told).to.deep.equal([
      ['ringing', undefined],
      ['idle', 'timeout'],
      ['active', undefined],
      ['idle', undefined],
    ]);
  });
});

describe('a call that cannot be', () => {
  afterEach(clearStage);

  const failures: readonly (readonly [RtcChatErrorCode, string])[] = [
    ['busy', 'There is a call already'],
    ['peer-unavailable', 'Nobody is here now'],
    ['unsupported', 'can’t take calls'],
    ['load-failed', 'could not be loaded'],
    ['server-error', 'That didn’t work'],
  ];
  for (const [code, words] of failures) {
    it(`says why: ${code}`, async () => {
      const element = await talk();
      const codes: string[] = [];
      element.addEventListener('rtc-chat-error', ({ error }) => codes.push(error.code));
      element.room$.onCall = () => Promise.reject(new RtcChatError(code, 'Not for people.'));
      button(element, 'Start voice call').click();
      await until(() => has(element, '.strip[role=alert]'));
      expect(shown(element)).to.contain(words).and.not.to.contain('Not for people');
      expect(codes).to.deep.equal([code]);
      await stilled(element);
      await expect(element).to.be.accessible();
      button(element, 'Dismiss').click();
      await drawn(element);
      expect(has(element, '.strip')).to.equal(false);
    });
  }

  it('says so no longer than until there is one', async () => {
    const element = await talk();
    element.room$.onCall = () => Promise.reject(new RtcChatError('busy', 'Elsewhere.'));
    button(element, 'Start voice call').click();
    await until(() => has(element, '.strip[role=alert]'));
    element.room$.setCall(ringOf());
    await until(() => !has(element, '.strip[role=alert]'));
  });
});
