import { html, nothing, type TemplateResult } from 'lit';
import type { Call } from '../rtc/call.ts';
import type { CallActions } from './call-actions.ts';
import { canShare, type Control, controlsOf } from './call-bar.ts';
import type { Division } from './call-places.ts';
import { callIcon } from './call-icon.ts';
import type { CallWords } from './call-words.ts';
import { moveFocus } from './move-focus.ts';
import type { Screenful } from './screenful.ts';

export interface MenuState {
  readonly division: Division;
  /** Null where there is nothing to choose. */
  readonly choose: ((division: Division) => void) | null;
  readonly screenful: Screenful;
}

/** How the pictures stand; on a narrow stage also what has no room in the bar. The browser opens and closes it. */
export function callMenu(
  call: Call,
  actions: CallActions,
  words: CallWords,
  { division, choose, screenful }: MenuState,
): TemplateResult {
  const { share, devices } = controlsOf(call, actions);
  const { canFill, isFull, toggleFull, canPart, isApart, toggleApart } = screenful;
  const item = ({ sign, word, act, className = '' }: Control, checked?: boolean): TemplateResult =>
    html`<button
      class=${className}
      role=${checked === undefined ? 'menuitem' : 'menuitemradio'}
      aria-checked=${checked ?? nothing}
      tabindex="-1"
      @click=${act}
    >
      ${callIcon(sign)}<span>${words.say(word)}</span>
    </button>`;
  const choice = (sign: 'layout' | 'even', word: Division): TemplateResult =>
    item({ sign, word, act: () => choose?.(word) }, division === word);
  return html`<div
    class="menu"
    id="call-menu"
    popover
    role="menu"
    aria-label=${words.say('layout')}
    @keydown=${moveFocus}
    @click=${hide}
    @toggle=${begin}
  >
    ${canShare() ? item(share) : nothing}${item(devices)}
    ${choose ? html`${choice('layout', 'large')}${choice('even', 'even')}` : nothing}
    ${canFill ? item({ sign: 'full', word: isFull ? 'notFull' : 'full', act: toggleFull }) : nothing}
    ${canPart ? item({ sign: 'apart', word: isApart ? 'notApart' : 'apart', act: toggleApart }) : nothing}
  </div>`;
}

function hide({ target, currentTarget }: Event): void {
  if ((target as Element).closest('button')) (currentTarget as HTMLElement).hidePopover();
}

/** Into the menu with the focus; the browser gives it back. */
function begin(event: Event): void {
  const menu = event.currentTarget as HTMLElement;
  if ((event as ToggleEvent).newState !== 'open') return;
  [...menu.querySelectorAll('button')].find((button) => button.checkVisibility())?.focus();
}
