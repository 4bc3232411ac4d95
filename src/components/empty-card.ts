import type { TemplateResult } from 'lit';
import { card } from './card.ts';
import type { Invitation } from './invitation.ts';
import type { Scene } from './scene.ts';

/** What stands where there is no message yet. */
export function emptyCard(scene: Scene, invitation: Invitation): TemplateResult {
  const { room, roomName, chooseRoom, language, peers, partner, trouble, unreachable, leave } =
    scene;
  const hint = language.say('joinHint');
  if (trouble && !peers.length) {
    return card(language, 'cut', language.tell(trouble.news, { name: trouble.name }));
  }
  if (!peers.length) {
    const title = language.say(scene.hadCompany ? 'nobodyNow' : 'firstTitle');
    // Where the room was typed here, the page's address alone does not lead to it.
    const text = language.show(chooseRoom ? 'firstHintRoom' : 'firstHint', { room: roomName });
    return card(language, 'alone', [title, text], {
      body: invitation.render(language, 'main'),
      more: language.say('writeAlready'),
    });
  }
  const name = partner?.name ?? roomName;
  if (room.status === 'connected') {
    const title = partner ? language.show('togetherTitle', { name }) : language.say('togetherAll');
    return card(language, 'joined', [title, hint]);
  }
  const [far] = unreachable;
  if (!far) return card(language, 'joining', [language.show('connectingTitle', { name }), hint]);
  return card(language, 'cut', language.tell('unreachable', { name: far.name }), {
    actions: [
      ['tryAgain', () => room.retry()],
      ['leaveRoom', leave],
    ],
    more: language.say('unreachableHelp'),
  });
}
