/// What a page is given before its own scripts run, so that a test can count what they make.

/** What `spyOnConnections` records in the page. */
export interface ConnectionSpy {
  /** RTCPeerConnections made so far. */
  made: number;
  /** Those that are not closed. */
  readonly live: () => number;
  /** Every description that was to be set as the remote one. */
  readonly remote: string[];
}

declare global {
  var connectionSpy: ConnectionSpy;
}

/** To be run by `evaluateOnNewDocument`: must not refer to anything outside itself. */
export function spyOnConnections(): void {
  const Native = RTCPeerConnection;
  const all: WeakRef<RTCPeerConnection>[] = [];
  globalThis.connectionSpy = {
    made: 0,
    live: () =>
      all.filter((ref) => ref.deref() && ref.deref()?.connectionState !== 'closed').length,
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
