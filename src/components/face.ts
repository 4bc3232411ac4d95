import { html, type TemplateResult } from 'lit';
import { hueOf, initialOf } from './scene.ts';

/** The first letter of a name on the person's tint. Set by CSSOM: a page's policy may forbid style attributes. */
export function face(
  person: { readonly id: string; readonly name: string },
  className = '',
): TemplateResult {
  return html`<span
    class="face ${className}"
    .style=${`--hue:${hueOf(person.id)}`}
    aria-hidden="true"
    >${initialOf(person.name)}</span
  >`;
}
