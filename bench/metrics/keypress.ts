import { meet, openPages, part, settle } from '../meeting.ts';
import { median } from '../series.ts';
import type { Metric } from './metric.ts';

const LINES = 20;

/** Enter in the composer, until the text stands on the other screen. `bare` has a text area and paragraphs. */
export const keypressMetric: Metric = {
  name: 'keypress',
  title: 'Enter pressed until the text is on the other screen',
  only: ['bare', 'rtc-chat-element'],
  maxReps: 5,
  async measure(scene, adapter, findings) {
    const of = { metric: 'keypress', unit: 'ms', adapter, pair: scene.pair };
    const { first, second } = scene;
    await openPages(scene, adapter);
    await meet(scene);
    if (adapter === 'rtc-chat-element') await second.focusComposer();
    else await Promise.all([first.bench.screen(), second.bench.screen()]);
    const [inDocument, inFrame]: [number[], number[]] = [[], []];
    for (let line = 0; line < LINES; line++) {
      const text = `line ${line} of many.`;
      await second.type(text);
      await settle();
      const keyAt = second.bench.keyAt();
      const shown = first.bench.shown(text);
      // Both pages listen before the key goes down.
      await settle();
      await second.press();
      const [pressedAt, { inDocumentAt, inFrameAt }] = await Promise.all([keyAt, shown]);
      inDocument.push(inDocumentAt - pressedAt);
      inFrame.push(inFrameAt - pressedAt);
    }
    findings.add({ ...of, measure: 'in the document' }, median(inDocument));
    findings.add({ ...of, measure: 'in a frame' }, median(inFrame));
    await part(scene);
  },
};
