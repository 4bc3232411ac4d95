import { expect } from 'chai';
import { JOIN_ON_CONNECT } from '../../src/protocol/broadcaster-messages.ts';

/** The transport of a broadcaster whose session ids promise nothing. */
class PlainWebSocket extends WebSocket {
  static renamed = 0;

  override set onmessage(take: ((event: MessageEvent) => void) | null) {
    super.onmessage =
      take &&
      ((event: MessageEvent<unknown>) => {
        const { data } = event;
        if (typeof data !== 'string' || !data.includes(JOIN_ON_CONNECT)) return take(event);
        PlainWebSocket.renamed++;
        take(new MessageEvent('message', { data: data.replace(JOIN_ON_CONNECT, '') }));
      });
  }
}

describe('Room, at a broadcaster that takes no join with the first packet', () => {
  it('joins after it is connected, meets and talks', async () => {
    const real = globalThis.WebSocket;
    // Socket.IO takes the constructor when it is loaded.
    globalThis.WebSocket = PlainWebSocket;
    try {
      const { textsOf, twoRooms, until } = await import('./support/rooms.ts');
      const [ada, bo] = await twoRooms();
      await ada.send('As always');
      await until(bo, ({ messages }) => messages.length === 1);
      expect(textsOf(bo)).to.deep.equal(['As always']);
      expect(PlainWebSocket.renamed).to.equal(2);
    } finally {
      globalThis.WebSocket = real;
    }
  });
});
