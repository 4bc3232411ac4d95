import { html, nothing, type TemplateResult } from 'lit';
import type { Call } from '../rtc/call.ts';
import type { CallActions } from './call-actions.ts';
import { callIcon, type CallIconName } from './call-icon.ts';
import type { CallWordKey, CallWords } from './call-words.ts';
import type { ChatBeside } from './chat-beside.ts';
import { moveFocus } from './move-focus.ts';
import { keysOf, type Shortcut } from './shortcuts.ts';

/** What one can do in a call: a button of the bar or of the strip, an item of the menu. */
export interface Control {
  readonly sign: CallIconName;
  readonly word: CallWordKey;
  /** Left out where it opens the menu, which the browser does. */
  readonly act?: () => void;
  readonly className?: string;
  readonly shortcut?: Shortcut;
  /** Its words are seen, too. */
  readonly labelled?: boolean;
  /** What it opens is open; left out where it opens nothing. */
  readonly expanded?: boolean;
  /** A number at its corner, and the words for it. */
  readonly count?: number;
}

/** Each does what its words say; off is what shows, a camera in a call of voices excepted. */
export function controlsOf({ own, state }: Call, actions: CallActions, voice = false) {
  const microphone = own?.microphone.wanted ?? false;
  const camera = own?.camera.wanted ?? false;
  const screen = own?.screen;
  const calling = state === 'calling';
  return {
    microphone: {
      sign: microphone ? 'microphone' : 'microphoneOff',
      word: microphone ? 'mute' : 'unmute',
      act: () => actions.turn('microphone', !microphone),
      className: microphone ? '' : 'off',
      shortcut: 'microphone',
    },
    camera: {
      sign: camera || voice ? 'video' : 'cameraOff',
      word: camera ? 'cameraOff' : 'cameraOn',
      act: () => actions.turn('camera', !camera),
      className: camera || voice ? 'camera' : 'camera off',
      shortcut: 'camera',
    },
    share: {
      sign: 'screen',
      word: screen ? 'stopSharing' : 'share',
      act: () => actions.ask((room) => (screen ? room.stopSharing() : room.shareScreen())),
      className: screen ? 'share lit' : 'share',
    },
    devices: {
      sign: 'devices',
      word: 'devices',
      act: () => actions.showDevices(!actions.devicesOpen),
      className: 'devices-button',
      expanded: actions.devicesOpen,
    },
    end: {
      sign: 'phone',
      word: calling ? 'cancel' : 'hangUp',
      act: () => actions.ask((room) => room.hangUp()),
      className: 'bye',
      shortcut: 'hangUp',
      labelled: calling,
    },
  } satisfies Record<string, Control>;
}

/** Phones have no screen to share. */
export const canShare = (): boolean => 'getDisplayMedia' in (navigator.mediaDevices ?? {});

/** The button of a control: a round sign, beside which its words come up. */
export function controlButton(control: Control, words: CallWords): TemplateResult {
  const { sign, word, act, className = '', shortcut, labelled, expanded, count } = control;
  const name = words.say(word);
  const keys = shortcut && keysOf(shortcut);
  return html`<button
    class="${labelled ? 'button' : 'round'} ${className}"
    aria-label=${name}
    aria-keyshortcuts=${keys ?? nothing}
    aria-expanded=${expanded ?? nothing}
    aria-haspopup=${act ? nothing : 'menu'}
    popovertarget=${act ? nothing : 'call-menu'}
    title=${keys ? `${name} (${keys})` : name}
    @click=${act}
  >
    ${callIcon(sign)}${labelled ? html`<span>${name}</span>` : nothing}${
      count
        ? html`<span class="count">${count}</span
            ><span class="hidden">${words.say('unread', { n: count })}</span>`
        : nothing
    }
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
  const { microphone, camera, share, devices, end } = controlsOf(call, actions);
  const button = (control: Control): TemplateResult => controlButton(control, words);
  const chatButton = button({
    sign: 'chat',
    word: chat.shown ? 'hideChat' : 'showChat',
    act: chat.toggle,
    className: 'chat-button',
    shortcut: 'chat',
    expanded: chat.shown,
    count: unread,
  });
  return html`<div
    class="bar"
    part="call-bar"
    role="toolbar"
    aria-label=${words.say('call')}
    @keydown=${moveFocus}
  >
    ${button(microphone)}${button(camera)}
    ${
      call.state === 'calling'
        ? chatButton
        : html`<i class="gap"></i
            >${canShare() ? button(share) : nothing}${button(devices)}${button({ sign: 'layout', word: 'layout', className: 'layout-button' })}${chatButton}${button({ sign: 'more', word: 'more', className: 'more-button' })}<i
              class="gap"
            ></i>`
    }
    ${button(end)}${menu}
  </div>`;
}
