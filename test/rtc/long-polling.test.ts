import { expect } from 'chai';

/** What a proxy that blocks WebSockets looks like from inside. */
class BlockedWebSocket extends EventTarget {
  onerror: ((event: Event) => void) | null = null;
  onclose: ((event: CloseEvent) => void) | null = null;

  constructor() {
    super();
    queueMicrotask(() => {
      this.onerror?.(new Event('error'));
      this.onclose?.(new CloseEvent('close', { code: 1006 }));
    });
  }

  close(): void {}
}

describe('a network that blocks WebSockets', () => {
  const real = globalThis.WebSocket;

  before(() => {
    globalThis.WebSocket = BlockedWebSocket as unknown as typeof WebSocket;
  });

  after(() => {
    globalThis.WebSocket = real;
  });

  it('lets two people meet by long polling', async () => {
    // Only now: Socket.IO takes the constructor when it is loaded.
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
