import '../../src/index.ts';
import { loadEngine, prepareJoin } from '../../src/rtc/room.ts';
import type { Adapter, Talk } from './adapter.ts';
import { chatTalk } from './room.ts';

// Code is loaded with the page, as every other adapter's is: a page with the tag in it does so by itself.
void loadEngine();

/** The element with its default settings, on the screen: each message is drawn on both sides. */
export const adapter: Adapter = {
  // As it does itself while a name is written into its form.
  prepare: () => prepareJoin(),
  join({ servers, room, seat }, received) {
    const chat = document.createElement('rtc-chat');
    chat.server = servers.broadcaster;
    chat.room = room;
    chat.name = seat;
    chat.addEventListener('rtc-chat-message', ({ message }) => {
      if (!message.own) received.text(message.text);
    });
    const usable = new Promise<Talk>((resolve) => {
      chat.addEventListener('rtc-chat-status', ({ status }) => {
        if (status === 'connected') resolve(chatTalk(chat));
      });
    });
    // It joins by itself; asked before its first update, it would be asked to join what it is about to leave.
    document.body.append(chat);
    return {
      waiting: chat.updateComplete.then(() => chat.join()),
      usable,
      leave: async () => {
        await chat.leave();
        chat.remove();
      },
    };
  },
};
