import { html, nothing, type TemplateResult } from 'lit';
import type { Call } from '../rtc/call.ts';
import type { CallActions } from './call-actions.ts';
import { canShare, shareButton } from './call-bar.ts';
import type { Division } from './call-places.ts';
import { callIcon, type CallIconName } from './call-icon.ts';
import type { CallWordKey, CallWords } from './call-words.ts';
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
  const item = (
    sign: CallIconName,
    word: CallWordKey,
    act: () => void,
    { className = '', checked }: { className?: string; checked?: boolean } = {},
  ): TemplateResult =>
    html`<button
      class=${className}
      role=${checked === undefined ? 'menuitem' : 'menuitemradio'}
      aria-checked=${checked ?? nothing}
      tabindex="-1"
      @click=${act}
    >
      ${callIcon(sign)}<span>${words.say(word)}</span>
    </button>`;
  const share = shareButton(call, actions);
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
    ${canShare() ? item(share.sign, share.word, share.act, { className: 'share' }) : nothing}
    ${item('devices', 'devices', () => actions.openDevices(), { className: 'devices-button' })}
    ${
      choose
        ? html`${item('layout', 'large', () => choose('large'), { checked: division === 'large' })}${item('even', 'even', () => choose('even'), { checked: division === 'even' })}`
        : nothing
    }
    ${screenful.canFill ? item('full', screenful.isFull ? 'notFull' : 'full', screenful.toggleFull) : nothing}
    ${screenful.canPart ? item('apart', screenful.isApart ? 'notApart' : 'apart', screenful.toggleApart) : nothing}
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
