import { expect, use } from 'chai';
import { chaiA11yAxe } from 'chai-a11y-axe';
import type { CallQuality } from '../../src/rtc/call-quality.ts';
import { callOf, participant } from '../support/scripted-call.ts';
import type { ScriptedElement } from '../support/scripted-element.ts';
import { button, clearStage, drawn, has, part, stage, textOf, until } from '../support/stage.ts';

const GOOD: CallQuality = {
  level: 'good',
  roundTripMs: 42,
  loss: 0.004,
  receivedBps: 1_230_000,
  sentBps: 800_000,
  relayed: false,
  picture: { width: 1_280, height: 720, framesPerSecond: 30 },
};

use(chaiA11yAxe);

describe('the connection to somebody in a call', () => {
  afterEach(clearStage);

  const talk = async (quality: CallQuality | null, held = false): Promise<ScriptedElement> => {
    const element = await stage({}, { width: 1_200 });
    element.room$.admit('Ada', ['Bo', 'Cleo']);
    element.room$.setCall(
      callOf('active', { participants: [participant('Bo', { quality, held })] }),
    );
    await drawn(element);
    return element;
  };

  it('is told in words and figures, when somebody asks', async () => {
    const element = await talk(GOOD);
    await until(() => has(element, '[aria-label="Connection to Bo"]'));
    const opener = button(element, 'Connection to Bo');
    expect(opener.ariaExpanded).to.equal('false');
    expect(has(element, '.connection')).to.equal(false);
    opener.click();
    await until(() => has(element, '.connection'));
    expect(opener.ariaExpanded).to.equal('true');
    const words = textOf(part(element, '.connection'));
    for (const said of [
      'Good connection',
      'Straight between you',
      '42 ms',
      '0.4%',
      '1.23 Mb/s',
      '0.8 Mb/s',
      '1280 × 720',
    ])
      expect(words).to.contain(said);
    await expect(element).to.be.accessible();
    opener.click();
    await until(() => !has(element, '.connection'));
  });

  it('is newer each time while it is open', async () => {
    const element = await talk(GOOD);
    await until(() => has(element, '[aria-label="Connection to Bo"]'));
    button(element, 'Connection to Bo').click();
    await until(() => has(element, '.connection'));
    // The room tells of it only when the level changes.
    element.room$.currentCall = callOf('active', {
      participants: [participant('Bo', { quality: { ...GOOD, roundTripMs: 77 } })],
    });
    await until(() => textOf(part(element, '.connection')).includes('77 ms'));
  });

  it('says that a picture waits, and what is not known it leaves out', async () => {
    const weak = {
      ...GOOD,
      level: 'weak',
      relayed: true,
      roundTripMs: null,
      picture: null,
    } as const;
    const element = await talk(weak, true);
    await until(() => has(element, '[aria-label="Connection to Bo"]'));
    button(element, 'Connection to Bo').click();
    await until(() => has(element, '.connection'));
    const words = textOf(part(element, '.connection'));
    expect(words).to.contain('Weak connection').and.to.contain('Through a relay');
    expect(words).to.contain('Too weak for a picture').and.to.not.contain('There and back');
  });

  it('has no sign where nothing is known yet, or no call is', async () => {
    const element = await talk(null);
    await until(() => has(element, '[aria-label="Call Cleo"]') || has(element, '.people'));
    expect(has(element, '[aria-label="Connection to Bo"]')).to.equal(false);
  });
});
