/** Every RTCPeerConnection that is made while it lives, and how often one of them is negotiated. */
export class Wires {
  readonly made: RTCPeerConnection[] = [];
  /** Descriptions that were set: two for each negotiation between two who are both here. */
  descriptions = 0;
  readonly #real = globalThis.RTCPeerConnection;

  constructor() {
    const { made } = this;
    const count = (): void => void this.descriptions++;
    globalThis.RTCPeerConnection = class extends this.#real {
      constructor(configuration?: RTCConfiguration) {
        super(configuration);
        made.push(this);
      }

      override async setLocalDescription(
        description?: RTCLocalSessionDescriptionInit,
      ): Promise<void> {
        count();
        await super.setLocalDescription(description);
      }
    };
  }

  /** Those that have carried something and are open. */
  get live(): readonly RTCPeerConnection[] {
    return this.made.filter(({ connectionState }) => connectionState === 'connected');
  }

  /** Fulfils when sound has come in on so many of them. */
  async heard(count: number): Promise<void> {
    for (;;) {
      const heard = await Promise.all(this.live.map(hasSound));
      if (heard.filter(Boolean).length >= count) return;
      await nextFrame();
    }
  }

  /** Fulfils when nothing is sent any more. */
  async silent(): Promise<void> {
    while (this.live.some((pc) => pc.getSenders().some(({ track }) => track))) await nextFrame();
  }

  restore(): void {
    globalThis.RTCPeerConnection = this.#real;
  }
}

/** Statistics have no event: they are looked at with each frame. */
const nextFrame = (): Promise<unknown> => new Promise((ring) => requestAnimationFrame(ring));

/** Whether the other side's sound comes in. */
async function hasSound(pc: RTCPeerConnection): Promise<boolean> {
  const all = [...(await pc.getStats()).values()] as RTCInboundRtpStreamStats[];
  return all.some(
    ({ type, kind, packetsReceived = 0 }) =>
      type === 'inbound-rtp' && kind === 'audio' && packetsReceived > 0,
  );
}
