/// What a page is given before its own scripts run, so that a test can see what its browser tells it.

/** What `spyOnPage` records in the page. */
export interface PageSpy {
  /** The events of the window and the document that tell how the page fares, and when the page hung up on somebody. */
  readonly told: string[];
  /** How often the broadcaster was dialled in vain. */
  readonly vain: () => number;
  /** Whether it is being dialled just now. */
  readonly dialling: () => boolean;
  /** That, when everybody had been told that the page is online again. */
  dialledOnline: boolean;
}

declare global {
  var pageSpy: PageSpy;
}

/** To be run by `evaluateOnNewDocument`: must not refer to anything outside itself. */
export function spyOnPage(): void {
  const Native = WebSocket;
  const sockets = new Set<WebSocket>();
  let vain = 0;
  globalThis.WebSocket = class extends Native {
    constructor(url: string | URL, protocols?: string | string[]) {
      super(url, protocols);
      sockets.add(this);
      this.addEventListener('error', () => vain++);
    }

    override close(code?: number, reason?: string): void {
      pageSpy.told.push('hung up');
      super.close(code, reason);
    }
  };
  globalThis.pageSpy = {
    told: [],
    vain: () => vain,
    dialling: () => Array.from(sockets).some(({ readyState }) => readyState === Native.CONNECTING),
    dialledOnline: false,
  };
  for (const type of ['offline', 'online', 'freeze', 'resume', 'pageshow'])
    addEventListener(
      type,
      (event) => {
        const kept = event instanceof PageTransitionEvent && event.persisted;
        pageSpy.told.push(kept ? `${type} of a page that was kept` : type);
      },
      { capture: true },
    );
}
