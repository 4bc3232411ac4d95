import { adoptLines } from '../../../src/rtc/lines.ts';

/** Two connections that are joined, and negotiate whenever one of them wants to; counts how often. */
export class ConnectionPair {
  readonly impolite = new RTCPeerConnection();
  readonly polite = new RTCPeerConnection();
  negotiations = 0;
  #tail: Promise<void> = Promise.resolve();

  async open(): Promise<void> {
    const both = [this.impolite, this.polite] as const;
    const opened = both.map((pc) => {
      const channel = pc.createDataChannel('chat', { negotiated: true, id: 0 });
      return new Promise((resolve) => (channel.onopen = resolve));
    });
    for (const [from, to] of [both, both.toReversed()] as const)
      from.onicecandidate = ({ candidate }) => {
        if (candidate) void to.addIceCandidate(candidate);
      };
    this.impolite.onnegotiationneeded = () => {
      this.#tail = this.#tail.then(() => this.#negotiate());
    };
    await Promise.all(opened);
    await this.#tail;
  }

  close(): void {
    for (const pc of [this.impolite, this.polite]) {
      pc.onicecandidate = pc.onnegotiationneeded = null;
      pc.close();
    }
  }

  async #negotiate(): Promise<void> {
    this.negotiations++;
    await this.impolite.setLocalDescription();
    await this.polite.setRemoteDescription(this.impolite.localDescription!);
    adoptLines(this.polite);
    await this.polite.setLocalDescription();
    await this.impolite.setRemoteDescription(this.polite.localDescription!);
  }
}
