/** Tells one sender its limits, one change at a time: a second `setParameters` under way is refused by the browser. */
export class SenderControl {
  readonly #sender: RTCRtpSender;
  #wanted: Readonly<Partial<RTCRtpEncodingParameters>> = {};
  #applied = '{}';
  #running = false;

  constructor(sender: RTCRtpSender) {
    this.#sender = sender;
  }

  /** The newest counts; the same again changes nothing. */
  set(limits: Readonly<Partial<RTCRtpEncodingParameters>>): void {
    this.#wanted = limits;
    if (!this.#running) void this.#follow();
  }

  async #follow(): Promise<void> {
    this.#running = true;
    for (;;) {
      const wanted = JSON.stringify(this.#wanted);
      if (wanted === this.#applied) break;
      // Also where it fails: the same again would fail again.
      this.#applied = wanted;
      try {
        const parameters = this.#sender.getParameters();
        for (const encoding of parameters.encodings) Object.assign(encoding, this.#wanted);
        await this.#sender.setParameters(parameters);
      } catch {
        // Closed meanwhile, or more than this browser knows: then it sends as it would without us.
      }
    }
    this.#running = false;
  }
}
