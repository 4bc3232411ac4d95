import { html, nothing, type TemplateResult } from 'lit';
import type { Composer } from './composer.ts';
import type { FindBar } from './find-bar.ts';
import { header } from './header.ts';
import type { Invitation } from './invitation.ts';
import type { LogController } from './log-controller.ts';
import { log, pill, typing } from './log.ts';
import type { Notice } from './notice.ts';
import { card } from './page.ts';
import type { PeoplePanel } from './people-panel.ts';
import type { Scene } from './scene.ts';

export interface TalkParts {
  readonly log: LogController;
  readonly find: FindBar;
  readonly notice: Notice;
  readonly composer: Composer;
  readonly panel: PeoplePanel;
  readonly invitation: Invitation;
  /** The room was typed here, so the page's address alone does not lead to it. */
  readonly roomByHand: boolean;
  readonly panelOpen: boolean;
  readonly leave: () => void;
}

/** What stands where there is no message yet. */
function empty(scene: Scene, { invitation, roomByHand, leave }: TalkParts): TemplateResult {
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
    return card({ ...base, picture: 'joining', title: language.show('connectingTitle', { name }), text: language.say('connectingHint') });
  }
  const title = partner ? language.show('togetherTitle', { name }) : language.say('togetherAll');
  return card({ ...base, picture: 'joined', title, text: language.say('togetherHint') });
}

/** The conversation. */
export function talk(scene: Scene, parts: TalkParts): TemplateResult {
  const { find, composer, panel, panelOpen, notice } = parts;
  const none = !scene.room.messages.length;
  const { log: controller } = parts;
  // The find bar looks at the messages first: the log marks what it finds.
  const findBar = find.open ? find.render(scene) : nothing;
  const messages = log(scene, {
    controller,
    needle: find.needle,
    hitId: find.hitId,
    resend: ({ text }) => void composer.resend(scene.room, text),
  });
  return html`<div class="talk" ?inert=${panelOpen && !scene.wide}>
    ${header(scene, {
      finding: find.open,
      panelOpen,
      toggleFind: () => void find.toggle(),
      togglePanel: () => void panel.toggle(),
    })}
    ${none && scene.unreachable.length ? nothing : notice.render(scene)} ${findBar} ${messages}
    ${none ? html`<div class="page"><slot name="empty">${empty(scene, parts)}</slot></div>` : nothing}
    <div class="foot">
      ${controller.atEnd ? typing(scene) : pill(scene, { unread: controller.unread, toNew: () => controller.toNew() })}
      ${composer.render(scene)}
    </div>
  </div>`;
}
