/** What a network looks like from inside that lets no WebSocket through. */
export class BlockedWebSocket extends EventTarget {
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

/** Gives the way back. Socket.IO takes the constructor when it is loaded: to be called before that. */
export function blockWebSockets(): () => void {
  const real = globalThis.WebSocket;
  globalThis.WebSocket = BlockedWebSocket as unknown as typeof WebSocket;
  return () => {
    globalThis.WebSocket = real;
  };
}
