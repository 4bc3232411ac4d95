import { html, nothing, type TemplateResult } from 'lit';
import type { Call } from '../rtc/call.ts';
import type { CallActions } from './call-actions.ts';
import { callIcon, type CallIconName } from './call-icon.ts';
import type { CallWordKey, CallWords } from './call-words.ts';
import type { ChatBeside } from './chat-beside.ts';
import { moveFocus } from './move-focus.ts';
import { keysOf, type Shortcut } from './shortcuts.ts';

export interface BarButton {
  readonly sign: CallIconName;
  readonly word: CallWordKey;
  readonly act: () => void;
  readonly className?: string;
  readonly shortcut?: Shortcut;
  /** What it opens is open; left out where it opens nothing. */
  readonly expanded?: boolean;
  /** A number at its corner, and the words for it. */
  readonly count?: number;
}

/** A round button of a call. */
export function barButton(button: BarButton, words: CallWords): TemplateResult {
  const { sign, word, act, className = '', shortcut, expanded, count } = button;
  const name = words.say(word);
  return html`<button
    class="round ${className}"
    aria-label=${name}
    aria-keyshortcuts=${shortcut ? keysOf(shortcut) : nothing}
    aria-expanded=${expanded ?? nothing}
    title=${shortcut ? `${name} (${keysOf(shortcut)})` : name}
    @click=${act}
  >
    ${callIcon(sign)}${
      count
        ? html`<span class="count">${count}</span
            ><span class="hidden">${words.say('unread', { n: count })}</span>`
        : nothing
    }
  </button>`;
}

/** What they do when pressed is their name; off is what shows, a camera in a call of voices excepted. */
export function inputButtons(
  call: Call,
  actions: CallActions,
  words: CallWords,
  voice = false,
): TemplateResult {
  const microphone = call.own?.microphone.wanted ?? false;
  const camera = call.own?.camera.wanted ?? false;
  return html`${barButton(
    {
      sign: microphone ? 'microphone' : 'microphoneOff',
      word: microphone ? 'mute' : 'unmute',
      act: () => actions.turn('microphone', !microphone),
      className: microphone ? '' : 'off',
      shortcut: 'microphone',
    },
    words,
  )}${barButton(
    {
      sign: camera || voice ? 'video' : 'cameraOff',
      word: camera ? 'cameraOff' : 'cameraOn',
      act: () => actions.turn('camera', !camera),
      className: camera || voice ? 'camera' : 'camera off',
      shortcut: 'camera',
    },
    words,
  )}`;
}

export function endButton(call: Call, actions: CallActions, words: CallWords): TemplateResult {
  if (call.state !== 'calling')
    return barButton(
      {
        sign: 'phone',
        word: 'hangUp',
        act: () => actions.hangUp(),
        className: 'bye',
        shortcut: 'hangUp',
      },
      words,
    );
  return html`<button
    class="button bye"
    aria-keyshortcuts=${keysOf('hangUp')}
    @click=${() => actions.hangUp()}
  >
    ${callIcon('phone')}<span>${words.say('cancel')}</span>
  </button>`;
}

export interface BarState {
  readonly chat: ChatBeside;
  /** Messages that have come since the chat was in sight. */
  readonly unread: number;
  /** What the buttons "Layout" and "More" open. */
  readonly menu: TemplateResult;
}

/** What one can do in a call: a row of its own beneath the pictures. */
export function callBar(
  call: Call,
  actions: CallActions,
  words: CallWords,
  { chat, unread, menu }: BarState,
): TemplateResult {
  const calling = call.state === 'calling';
  const chatButton = barButton(
    {
      sign: 'chat',
      word: chat.shown ? 'hideChat' : 'showChat',
      act: chat.toggle,
      expanded: chat.shown,
      className: 'chat-button',
      shortcut: 'chat',
      count: unread,
    },
    words,
  );
  return html`<div
    class="bar"
    part="call-bar"
    role="toolbar"
    aria-label=${words.say('call')}
    @keydown=${moveFocus}
  >
    ${inputButtons(call, actions, words)}
    ${calling ? chatButton : html`<i class="gap"></i>${rest(call, actions, words)}${chatButton}${opener('more', 'more-button', words)}<i class="gap"></i>`}
    ${endButton(call, actions, words)} ${menu}
  </div>`;
}

function rest(call: Call, actions: CallActions, words: CallWords): TemplateResult {
  const open = actions.devicesOpen;
  return html`${canShare() ? barButton({ ...shareButton(call, actions), className: call.own?.screen ? 'share lit' : 'share' }, words) : nothing}
  ${barButton(
    {
      sign: 'devices',
      word: 'devices',
      act: () => (open ? actions.closeDevices() : actions.openDevices()),
      className: 'devices-button',
      expanded: open,
    },
    words,
  )}${opener('layout', 'layout-button', words)}`;
}

/** Phones have no screen to share. */
export const canShare = (): boolean => 'getDisplayMedia' in (navigator.mediaDevices ?? {});

export const shareButton = ({ own }: Call, actions: CallActions): BarButton => ({
  sign: 'screen',
  word: own?.screen ? 'stopSharing' : 'share',
  act: () => (own?.screen ? actions.stopSharing() : actions.shareScreen()),
});

/** The browser opens and closes the menu, and says so of its button. */
function opener(sign: 'layout' | 'more', className: string, words: CallWords): TemplateResult {
  const name = words.say(sign);
  return html`<button
    class="round ${className}"
    aria-label=${name}
    title=${name}
    aria-haspopup="menu"
    popovertarget="call-menu"
  >
    ${callIcon(sign)}
  </button>`;
}
