import { html, nothing, type TemplateResult } from 'lit';
import { face } from './face.ts';
import { iconButton } from './icon-button.ts';
import type { Language } from './language.ts';
import type { Scene } from './scene.ts';

/** The state of the connection in a word or two, and the sign beside it. */
function statusOf({
  room,
  language,
  peers,
  unreachable,
  down,
  hadCompany,
}: Scene): [sign: string, words: string] {
  if (room.status === 'connected') {
    return [
      '',
      peers.length > 1
        ? language.say('peopleHere', { n: peers.length + 1 })
        : language.say('connected'),
    ];
  }
  if (room.status === 'waiting' || !peers.length)
    return ['wait', language.say(hadCompany ? 'nobodyNow' : 'nobodyYet')];
  if (unreachable.length === peers.length) return ['off', language.say('cannotConnect')];
  if (peers.every(({ link }) => link === 'connecting')) return ['busy', language.say('connecting')];
  // A short break mends itself: the words stay until it is worth one.
  return down ? ['busy', language.say('reconnecting')] : ['', language.say('connected')];
}

/** A word about a person's connection with its sign. */
export function linkWords(
  link: Scene['peers'][number]['link'],
  language: Language,
): TemplateResult {
  const [sign, key] = (
    {
      connected: ['', 'connected'],
      connecting: ['busy', 'connecting'],
      reconnecting: ['busy', 'reconnecting'],
      unreachable: ['off', 'cannotConnect'],
    } as const
  )[link];
  return html`<i class="dot ${sign}"></i><span class="clip">${language.say(key)}</span>`;
}

export interface HeaderActions {
  readonly finding: boolean;
  readonly panelOpen: boolean;
  readonly toggleFind: () => void;
  readonly togglePanel: () => void;
}

export function header(scene: Scene, actions: HeaderActions): TemplateResult {
  const { roomName, language, peers, partner } = scene;
  const [sign, words] = statusOf(scene);
  const n = peers.length + 1;
  return html`<div class="header" part="header">
    ${partner ? face(partner) : nothing}
    <div class="title">
      <slot name="header"
        ><h2 class="clip"><bdi>${partner ? partner.name : roomName}</bdi></h2></slot
      >
      <span class="status" part="status" role="status"
        ><i class="dot ${sign}"></i><span class="clip">${words}</span></span
      >
    </div>
    ${scene.messages.length ? iconButton('find', language.say('find'), actions.toggleFind, { className: 'find-button', expanded: actions.finding }) : nothing}
    ${iconButton('people', language.say('peopleTitle', { n }), actions.togglePanel, { className: 'people-button', expanded: actions.panelOpen, count: n > 2 ? n : 0 })}
  </div>`;
}
