import { html, type TemplateResult } from 'lit';
import { hueOf, initialOf } from './scene.ts';

export function face(
  person: { readonly id: string; readonly name: string },
  className = '',
): TemplateResult {
  return html`<span class="face ${className}" style="--hue:${hueOf(person.id)}" aria-hidden="true"
    >${initialOf(person.name)}</span
  >`;
}
