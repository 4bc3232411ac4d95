/// What a page is given before its own scripts run, so that a test can count what they make.

/** What `spyOnConnections` records in the page. */
export interface ConnectionSpy {
  /** RTCPeerConnections made so far. */
  made: number;
  /** Those that are not closed. */
  readonly live: () => number;
  /** Those that have not been collected. */
  readonly kept: () => number;
  /** Every description that was to be set as the remote one. */
  readonly remote: string[];
}

/** What `spyOnTraces` records in the page. */
export interface TraceSpy {
  /** WebSockets that are not closed. */
  readonly sockets: () => number;
  /** Listeners on the window and the document, by type. */
  readonly listeners: () => Readonly<Record<string, number>>;
  /** The same of what outlives a call: connections that are open, what comes by them, and the list of devices. */
  readonly mediaListeners: () => Readonly<Record<string, number>>;
}

declare global {
  var connectionSpy: ConnectionSpy;
  var traceSpy: TraceSpy;
}

/** To be run by `evaluateOnNewDocument`: must not refer to anything outside itself. */
export function spyOnConnections(): void {
  const Native = RTCPeerConnection;
  const all: WeakRef<RTCPeerConnection>[] = [];
  globalThis.connectionSpy = {
    made: 0,
    live: () => all.filter((ref) => (ref.deref()?.connectionState ?? 'closed') !== 'closed').length,
    kept: () => all.filter((ref) => ref.deref() !== undefined).length,
    remote: [],
  };
  globalThis.RTCPeerConnection = class extends Native {
    constructor(configuration?: RTCConfiguration) {
      super(configuration);
      connectionSpy.made++;
      all.push(new WeakRef(this));
    }

    // The types of the DOM know an older form with callbacks, too.
    override setRemoteDescription(description: RTCSessionDescriptionInit): Promise<void> {
      connectionSpy.remote.push(description.sdp ?? '');
      return super.setRemoteDescription(description);
    }
  };
}

/** To be run by `evaluateOnNewDocument`: must not refer to anything outside itself. */
export function spyOnTraces(): void {
  const NativeSocket = WebSocket;
  const sockets: WeakRef<WebSocket>[] = [];
  globalThis.WebSocket = class extends NativeSocket {
    constructor(url: string | URL, protocols?: string | string[]) {
      super(url, protocols);
      sockets.push(new WeakRef(this));
    }
  };
  /** Living listeners: what they listen on, for what, and who. What they listen on is not kept by that. */
  const entries = new Set<{
    target: WeakRef<EventTarget>;
    type: string;
    listener: WeakRef<object>;
  }>();
  // oxlint-disable-next-line typescript/unbound-method -- called with their object below
  const { addEventListener: add, removeEventListener: remove } = EventTarget.prototype;
  const ofPage = (target: EventTarget): boolean => target === window || target === document;
  const ofMedia = (target: EventTarget): boolean =>
    target === navigator.mediaDevices ||
    (target instanceof RTCPeerConnection && target.connectionState !== 'closed') ||
    (target instanceof MediaStreamTrack && target.readyState === 'live');
  EventTarget.prototype.addEventListener = function (type, listener, options) {
    // Called without an object, as in a module, it is the window that is meant.
    const target = (this as EventTarget | undefined) ?? window;
    if ((ofPage(target) || ofMedia(target)) && listener) {
      const entry = { target: new WeakRef(target), type, listener: new WeakRef<object>(listener) };
      const { signal, once } = typeof options === 'object' ? options : {};
      if (!once && !signal?.aborted) entries.add(entry);
      if (signal) add.call(signal, 'abort', () => entries.delete(entry));
    }
    return add.call(target, type, listener, options);
  };
  EventTarget.prototype.removeEventListener = function (type, listener, options) {
    const target = (this as EventTarget | undefined) ?? window;
    for (const entry of entries) {
      const same = entry.target.deref() === target && entry.listener.deref() === listener;
      if (same && entry.type === type) entries.delete(entry);
    }
    return remove.call(target, type, listener, options);
  };
  const count = (counted: (target: EventTarget) => boolean): Record<string, number> => {
    const counts: Record<string, number> = {};
    for (const { target, type } of entries) {
      const at = target.deref();
      if (at && counted(at)) counts[type] = (counts[type] ?? 0) + 1;
    }
    return counts;
  };
  globalThis.traceSpy = {
    sockets: () => sockets.filter((ref) => (ref.deref()?.readyState ?? 3) !== 3).length,
    listeners: () => count(ofPage),
    mediaListeners: () => count(ofMedia),
  };
}
