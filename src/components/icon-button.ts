import { html, nothing, type TemplateResult } from 'lit';
import { type IconName, icon } from './icon.ts';

export interface IconButtonOptions {
  readonly className?: string;
  /** What it opens is open; left out where it opens nothing. */
  readonly expanded?: boolean;
  /** It cannot be pressed now. */
  readonly disabled?: boolean;
  /** A number at its corner. */
  readonly count?: number;
}

/** A button that shows only a sign: its words are its name, and stand beside the pointer. */
export function iconButton(
  sign: IconName,
  words: string,
  act: () => void,
  { className = '', expanded, disabled, count }: IconButtonOptions = {},
): TemplateResult {
  return html`<button
    class="round ${className}"
    part=${className || nothing}
    aria-label=${words}
    title=${words}
    aria-expanded=${expanded ?? nothing}
    ?disabled=${disabled}
    @click=${act}
  >
    ${icon(sign)}${count ? html`<span class="count">${count}</span>` : nothing}
  </button>`;
}
