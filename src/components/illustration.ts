import { html, svg, type TemplateResult } from 'lit';

const me = svg`<circle class="me" cx="30" cy="24" r="16"/>`;
const nobody = svg`<circle cx="114" cy="24" r="15"/>`;

const marks = {
  joined: svg`<path class="on" d="M48 24h48"/>${me}<circle class="other" cx="114" cy="24" r="15"/>`,
  joining: svg`<path class="wait live" d="M54 24h40"/>${me}${nobody}`,
  alone: svg`<path class="wait" d="M54 24h40"/>${me}<circle class="gone" cx="114" cy="24" r="15"/>`,
  cut: svg`<path d="M48 24h12M84 24h12"/><path class="no" d="m67 19 10 10M77 19 67 29"/>${me}${nobody}`,
  full: svg`${[22, 52, 82].map((x) => svg`<circle class="other" cx=${x} cy="24" r="13"/>`)}<circle class="gone" cx="122" cy="24" r="13"/>`,
};

export type IllustrationName = keyof typeof marks;

/** Two people and what is between them: our only picture. The words beside it say the same. */
export function illustration(name: IllustrationName): TemplateResult {
  return html`<svg class="mark" viewBox="0 0 144 48" aria-hidden="true">${marks[name]}</svg>`;
}
