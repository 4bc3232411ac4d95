/** What the screen has seen of somebody's picture; times are on the machine's clock. */
export interface Seen {
  readonly firstAtMs: number;
  /** How wide the first frame was. */
  readonly firstWidth: number;
  /** When it was as wide as it gets; null where it has not been. */
  readonly fullAtMs: number | null;
  readonly frames: number;
  /** The longest time without a new frame. */
  readonly stallMs: number;
}

/** Counts the frames of a stream in a video element on this page, from its first one on. */
export class PictureWatch {
  readonly #now: () => number;
  readonly #fullWidth: number;
  #seen: Seen | null = null;
  #lastAtMs = 0;
  /** Those who wait for the next frame. */
  #waiting: (() => void)[] = [];

  constructor(now: () => number, fullWidth: number) {
    this.#now = now;
    this.#fullWidth = fullWidth;
  }

  /** `size`: on the page, in pixels. With it, it is also heard. */
  show(stream: MediaStream, size?: readonly [width: number, height: number]): void {
    const video = document.createElement('video');
    video.muted = size === undefined;
    [video.width, video.height] = size ?? [640, 360];
    video.srcObject = stream;
    const next = (): void => {
      video.requestVideoFrameCallback((_now, { width }) => {
        this.#count(width);
        next();
      });
    };
    next();
    document.body.append(video);
    void video.play();
  }

  /** What has been seen so far, with what is standing still now. */
  get seen(): Seen | null {
    const seen = this.#seen;
    return seen && { ...seen, stallMs: Math.max(seen.stallMs, this.#now() - this.#lastAtMs) };
  }

  /** Fulfils with the first frame that is as wide as it gets, where `whole`, or with the first one. */
  async until(whole: boolean): Promise<Seen> {
    for (;;) {
      const seen = this.#seen;
      if (seen && (!whole || seen.fullAtMs !== null)) return seen;
      await new Promise<void>((resolve) => this.#waiting.push(resolve));
    }
  }

  /** Forgets how long it stood still before. */
  restart(): void {
    if (this.#seen) this.#seen = { ...this.#seen, frames: 0, stallMs: 0 };
  }

  #count(width: number): void {
    const at = this.#now();
    const former = this.#seen;
    this.#seen = {
      firstAtMs: former?.firstAtMs ?? at,
      firstWidth: former?.firstWidth ?? width,
      fullAtMs: former?.fullAtMs ?? (width >= this.#fullWidth ? at : null),
      frames: (former?.frames ?? 0) + 1,
      stallMs: former ? Math.max(former.stallMs, at - this.#lastAtMs) : 0,
    };
    this.#lastAtMs = at;
    for (const resume of this.#waiting.splice(0)) resume();
  }
}
