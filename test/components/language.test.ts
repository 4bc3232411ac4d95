import { chaiA11yAxe } from 'chai-a11y-axe';
import { expect, use } from 'chai';
import { chinese } from '../../src/components/words-chinese.ts';
import { englishWords, type Phrase } from '../../src/components/words.ts';
import type { ScriptedElement } from '../support/scripted-element.ts';
import { clearStage, drawn, shown, stage, until } from '../support/stage.ts';

use(chaiA11yAxe);

/** What is put into a phrase, in any of its forms. */
const slotsOf = (phrase: Phrase) =>
  [...JSON.stringify(phrase).matchAll(/\{(\w+)\}/gu)].map(([, slot]) => slot!);
const distinct = (slots: readonly string[]) => [...new Set(slots)].toSorted();

describe('an element in Chinese', () => {
  afterEach(clearStage);

  it('is drawn in Chinese from its first picture on', async () => {
    const element = document.createElement('scripted-chat') as ScriptedElement;
    const pictures: string[] = [];
    element.lang = 'zh-CN';
    element.room = 'lobby';
    const watch = new MutationObserver(() => pictures.push(shown(element)));
    watch.observe(element.renderRoot ?? element.attachShadow({ mode: 'open' }), {
      childList: true,
      subtree: true,
    });
    document.body.append(element);
    await drawn(element);
    watch.disconnect();
    expect(pictures).to.not.be.empty;
    for (const picture of pictures) expect(picture).to.contain('加入“lobby”');
  });

  for (const width of [320, 1_200]) {
    it(`is accessible ${width} px wide, and says what becomes of a message`, async () => {
      const element = await stage({ lang: 'zh-CN' }, { width });
      element.room$.admit('Ada', ['Bo', 'Cleo']);
      element.room$.say({ text: '你好', state: 'delivered', delivered: 1 });
      await drawn(element);
      expect(shown(element)).to.contain('已送达');
      expect(shown(element)).to.contain('今天');
      await expect(element).to.be.accessible();
    });
  }

  it('changes language while it is talking, and back', async () => {
    const element = await stage({ lang: 'en' });
    element.room$.admit('Ada', []);
    await drawn(element);
    expect(shown(element)).to.contain('You’re the first one here');
    element.lang = 'zh';
    await until(() => shown(element).includes('你是第一个到的'));
    element.lang = 'en';
    await drawn(element);
    expect(shown(element)).to.contain('You’re the first one here');
  });

  it('has a place for all that is put into a sentence, and for nothing else', () => {
    for (const [key, phrase] of Object.entries(englishWords.phrases)) {
      const own = chinese.phrases[key as keyof typeof chinese.phrases];
      expect(distinct(slotsOf(own)), key).to.deep.equal(distinct(slotsOf(phrase)));
    }
    for (const [key, phrases] of Object.entries(englishWords.news)) {
      const own = chinese.news[key as keyof typeof chinese.news];
      const slots = own.map((phrase) => distinct(slotsOf(phrase)));
      expect(slots, key).to.deep.equal(phrases.map((phrase) => distinct(slotsOf(phrase))));
    }
  });
});
