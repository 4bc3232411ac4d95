import { expect } from 'chai';
import { blockWebSockets } from './support/blocked-web-socket.ts';

describe('a network that blocks WebSockets', () => {
  let unblock: () => void;
  before(() => {
    unblock = blockWebSockets();
  });
  after(() => unblock());

  it('lets two people meet by long polling', async () => {
    const { Room } = await import('../../src/rtc/room.ts');
    const place = { server: location.origin, room: crypto.randomUUID(), history: 'none' } as const;
    const ada = new Room({ ...place, name: 'Ada' });
    const bo = new Room({ ...place, name: 'Bo' });
    const heard = new Promise<string>((resolve) =>
      bo.addEventListener('message', ({ message }) => resolve(message.text)),
    );
    await Promise.all([ada.join(), bo.join()]);
    await ada.send('Through the proxy');
    expect(await heard).to.equal('Through the proxy');
    await Promise.all([ada.leave(), bo.leave()]);
  });
});
