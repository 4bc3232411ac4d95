import type { TemplateResult } from 'lit';
import type { Invitation } from './invitation.ts';
import { card } from './page.ts';
import type { Scene } from './scene.ts';

export interface EmptyOptions {
  readonly invitation: Invitation;
  /** The room was typed here, so the page's address alone does not lead to it. */
  readonly roomByHand: boolean;
  readonly leave: () => void;
}

/** What stands where there is no message yet. */
export function emptyCard(
  scene: Scene,
  { invitation, roomByHand, leave }: EmptyOptions,
): TemplateResult {
  const { room, roomName, language, peers, partner, unreachable } = scene;
  const base = { language };
  if (!peers.length) {
    return card({
      ...base,
      picture: 'alone',
      title: language.say(scene.hadCompany ? 'nobodyNow' : 'firstTitle'),
      text: language.show(roomByHand ? 'firstHintRoom' : 'firstHint', { room: roomName }),
      body: invitation.render(language, 'main'),
      more: language.say('writeAlready'),
    });
  }
  const name = partner?.name ?? roomName;
  const far = unreachable[0];
  if (far && room.status !== 'connected') {
    return card({
      ...base,
      picture: 'cut',
      title: language.show('unreachableTitle', { name: far.name }),
      text: language.show('unreachableText', { name: far.name }),
      actions: [
        { words: 'tryAgain', act: () => room.retry() },
        { words: 'leaveRoom', act: leave },
      ],
      more: language.say('unreachableHelp'),
    });
  }
  if (room.status !== 'connected') {
    return card({
      ...base,
      picture: 'joining',
      title: language.show('connectingTitle', { name }),
      text: language.say('joinHint'),
    });
  }
  const title = partner ? language.show('togetherTitle', { name }) : language.say('togetherAll');
  return card({ ...base, picture: 'joined', title, text: language.say('joinHint') });
}
