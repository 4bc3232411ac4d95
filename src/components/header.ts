import { html, nothing, type TemplateResult } from 'lit';
import { face } from './face.ts';
import { iconButton } from './icon-button.ts';
import type { Language } from './language.ts';
import type { Scene } from './scene.ts';
import type { WordKey } from './words.ts';

/** The state of the connection in a word or two. */
function statusOf({ room, peers, trouble, unreachable, down, hadCompany }: Scene): WordKey {
  if (room.status === 'connected') return peers.length > 1 ? 'peopleHere' : 'connected';
  if (trouble && !peers.length) return 'unreachable';
  if (room.status === 'waiting' || !peers.length) return hadCompany ? 'nobodyNow' : 'nobodyYet';
  if (unreachable.length === peers.length) return 'unreachable';
  if (peers.every(({ link }) => link === 'connecting')) return 'connecting';
  // A short break mends itself: the words stay until it is worth one.
  return down ? 'reconnecting' : 'connected';
}

/** A word about a connection, and the sign of it. */
export function connection(state: WordKey, language: Language, n?: number): TemplateResult {
  return html`<i class="dot ${state}"></i><span class="clip">${language.say(state, { n })}</span>`;
}

export interface HeaderActions {
  readonly finding: boolean;
  readonly panelOpen: boolean;
  readonly toggleFind: () => void;
  readonly togglePanel: () => void;
}

export function header(scene: Scene, actions: HeaderActions): TemplateResult {
  const { roomName, language, peers, partner } = scene;
  const n = peers.length + 1;
  const { calls, callPart, room } = scene;
  const disabled = room.status !== 'connected';
  // In a call its own buttons stand elsewhere.
  const free = calls !== 'none' && !['calling', 'active'].includes(room.callState);
  return html`<div class="header" part="header">
    ${partner ? face(partner) : nothing}
    <div class="title">
      <slot name="header"
        ><h2 class="clip"><bdi>${partner ? partner.name : roomName}</bdi></h2></slot
      >
      <span class="status" part="status" role="status"
        >${connection(statusOf(scene), language, n)}</span
      >
    </div>
    ${scene.messages.length ? iconButton('find', language.say('find'), actions.toggleFind, { className: 'find-button', expanded: actions.finding }) : nothing}
    ${free ? iconButton('phone', language.say('startVoice'), () => callPart.start({}), { className: 'phone-button', disabled }) : nothing}
    ${free && calls !== 'audio' ? iconButton('video', language.say('startVideo'), () => callPart.start({ video: true }), { className: 'video-button', disabled }) : nothing}
    ${iconButton('people', language.say('peopleTitle', { n }), actions.togglePanel, { className: 'people-button', expanded: actions.panelOpen, count: n > 2 ? n : 0 })}
  </div>`;
}
