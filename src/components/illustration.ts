import { html, svg, type TemplateResult } from 'lit';
import { circle } from './icon.ts';

const me = ['me', circle(30, 24, 16)];
const there = circle(114, 24, 15);

/** What each picture is made of: its look, and a path within 144 by 48. */
const marks = {
  joined: [['on', 'M48 24h48'], me, ['other', there]],
  joining: [['wait live', 'M54 24h40'], me, ['', there]],
  alone: [['wait', 'M54 24h40'], me, ['gone', there]],
  cut: [['', 'M48 24h12M84 24h12'], ['no', 'm67 19 10 10M77 19 67 29'], me, ['', there]],
  full: [...[22, 52, 82].map((x) => ['other', circle(x, 24, 13)]), ['gone', circle(122, 24, 13)]],
};

export type IllustrationName = keyof typeof marks;

/** Two people and what is between them: our only picture. The words beside it say the same. */
export function illustration(name: IllustrationName): TemplateResult {
  const shapes = marks[name].map(([look, path]) => svg`<path class=${look} d=${path} />`);
  return html`<svg class="mark" viewBox="0 0 144 48" aria-hidden="true">${shapes}</svg>`;
}
