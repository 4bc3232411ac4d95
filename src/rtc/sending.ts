import { LINES, type Line } from './lines.ts';
import { PathBudget, type PathEstimate, type PathSample } from './path-budget.ts';
import type { PictureSize } from './picture-limits.ts';
import { LEAST_PICTURE_BPS, limitsOf } from './picture-limits.ts';
import { SenderControl } from './sender-control.ts';

export type Picture = 'camera' | 'screen';

/** As what comes from us is shown there; what is missing was not said. */
export type ShownSizes = Readonly<Partial<Record<Picture, PictureSize | undefined>>>;

export interface SendingHandlers {
  sender(line: Line): RTCRtpSender | null;
  /** Our picture is held back, or goes again. */
  held(): void;
}

/** What a camera most often gives; for one that has not said. */
const USUAL: PictureSize = [1_280, 720];
/** Where it was too thin for a picture, it is tried again after so long, and later each time. */
const TRY_AGAIN_MS = 10_000;
const TRY_AGAIN_AT_LEAST_EVERY_MS = 80_000;
/** A path is thin when it was so twice. */
const THIN_SAMPLES = 2;
/**
 * A picture that grows begins anew, with a whole frame of six times what others have (libvpx): until the next look it has
 * this share of the path, so that nothing stands still meanwhile.
 */
const GROWING = 0.4;

interface Sent {
  readonly track: MediaStreamTrack;
  /** Null for one that has not begun. */
  scale: number | null;
  /** It has become larger since the last look at the path. */
  growing: boolean;
}

/**
 * Limits of what goes to one person, by how many there are, how large it is shown there, and what the path carries. A
 * picture begins small, which is what makes the first one quick, and grows with the first look at the path. Where even a
 * small one takes from the sound, the camera's is held back. Owned by its leg.
 */
export class Sending {
  readonly #handlers: SendingHandlers;
  readonly #controls = new WeakMap<RTCRtpSender, SenderControl>();
  readonly #pictures = new Map<Picture, Sent>();
  #budget = new PathBudget();
  /** Whether the path of this connection has been looked at. */
  #known = false;
  #others = 1;
  #shown: ShownSizes = {};
  #thin = 0;
  #heldSinceMs: number | null = null;
  #tryAgainMs = TRY_AGAIN_MS;

  constructor(handlers: SendingHandlers) {
    this.#handlers = handlers;
  }

  /** The path is too thin for our camera's picture: the other side is told, and hears us on. */
  get held(): boolean {
    return this.#heldSinceMs !== null;
  }

  set others(others: number) {
    if (others === this.#others) return;
    this.#others = others;
    this.#apply();
  }

  set shown(shown: ShownSizes) {
    this.#shown = shown;
    this.#apply();
  }

  /** Another connection, whose path nobody knows. */
  opened(): void {
    this.#budget = new PathBudget();
    this.#known = false;
    for (const picture of this.#pictures.values()) picture.scale = null;
    this.#apply();
  }

  /** What is sent on a line from now on. */
  begin(line: Line, track: MediaStreamTrack | null): void {
    if (line !== 'camera' && line !== 'screen') return;
    if (track) this.#pictures.set(line, { track, scale: null, growing: false });
    else this.#pictures.delete(line);
    this.#apply();
  }

  /** What the browser says of the path; at times that are its own. */
  estimated(estimate: PathEstimate): void {
    this.#known = true;
    this.#budget.estimated(estimate);
    for (const picture of this.#pictures.values()) picture.growing = false;
    this.#apply();
  }

  /** What was seen of the path in the last seconds. */
  sent(sent: PathSample, nowMs: number): void {
    this.#budget.sent(sent);
    if (!this.#pictures.has('camera')) return;
    const before = this.held;
    if (this.#heldSinceMs === null) {
      this.#thin = this.#cameraBps < LEAST_PICTURE_BPS ? this.#thin + 1 : 0;
      if (this.#thin >= THIN_SAMPLES) this.#heldSinceMs = nowMs;
    } else if (nowMs - this.#heldSinceMs >= this.#tryAgainMs) {
      // The estimate does not rise while nothing is sent: only trying tells.
      this.#heldSinceMs = null;
      this.#thin = 0;
      this.#tryAgainMs = Math.min(2 * this.#tryAgainMs, TRY_AGAIN_AT_LEAST_EVERY_MS);
      this.#budget = new PathBudget();
    }
    this.#apply();
    if (this.held !== before) this.#handlers.held();
  }

  /** The camera has what a screen leaves. */
  get #cameraBps(): number {
    return this.#budget.bps - (this.#pictures.has('screen') ? LEAST_PICTURE_BPS : 0);
  }

  #apply(): void {
    for (const line of LINES) {
      const sender = this.#handlers.sender(line);
      if (!sender) continue;
      let control = this.#controls.get(sender);
      if (!control) this.#controls.set(sender, (control = new SenderControl(sender)));
      if (line === 'camera' || line === 'screen') control.set(this.#limitsOf(line));
      // The network's own order, where it knows one (RFC 8837), and the browser's when it divides what there is.
      else control.set({ priority: 'high', networkPriority: 'high' });
    }
  }

  #limitsOf(line: Picture): Partial<RTCRtpEncodingParameters> {
    const picture = this.#pictures.get(line);
    const { width = USUAL[0], height = USUAL[1] } = picture?.track.getSettings() ?? {};
    const bps = line === 'camera' ? this.#cameraBps : this.#budget.bps;
    const limits = limitsOf({
      line,
      others: this.#others,
      source: [width, height],
      shown: this.#shown[line] ?? null,
      budgetBps: this.#known ? bps : null,
      formerScale: picture?.scale ?? null,
    });
    if (picture) {
      const { scale } = picture;
      picture.growing ||= scale !== null && limits.scaleResolutionDownBy < scale;
      picture.scale = limits.scaleResolutionDownBy;
    }
    return {
      ...limits,
      maxBitrate: Math.min(
        limits.maxBitrate,
        picture?.growing ? GROWING * this.#budget.provenBps : Infinity,
      ),
      active: limits.active && !(line === 'camera' && this.held),
      priority: line === 'screen' ? 'medium' : 'low',
    };
  }
}
