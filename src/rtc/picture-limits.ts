/** A size in pixels of the screen, not of the style sheet; both 0 where nothing is shown. */
export type PictureSize = [width: number, height: number];

export interface PictureDemand {
  readonly line: 'camera' | 'screen';
  /** How many others are in the call: each of them is sent a picture of its own. */
  readonly others: number;
  /** What the camera or the screen gives. */
  readonly source: PictureSize;
  /** As it is shown at the other side; null where that has not said. */
  readonly shown: PictureSize | null;
  /** What the path has for this picture; null while nothing is known. */
  readonly budgetBps: number | null;
  /** The scale in use; null for a picture that has not begun. */
  readonly formerScale: number | null;
}

/** What `RTCRtpSender.setParameters` is told (W3C webrtc-pc, `RTCRtpEncodingParameters`). */
export interface PictureLimits {
  readonly active: boolean;
  readonly scaleResolutionDownBy: number;
  readonly maxBitrate: number;
  readonly maxFramerate: number;
}

/** Few steps: each change begins with a whole picture, which costs ten others. */
export const SCALES = [1, 1.5, 2, 3, 4, 6, 8] as const;
const SMALLEST = 8;

/** A picture begins at this width: smaller than what a browser drops at its low first estimate of the path. */
const FIRST_WIDTH = 320;

/**
 * By how many others: where a picture of one person begins to cost more than it shows, since every other one is encoded
 * anew; its frames a second; and those of a screen.
 */
const BY_OTHERS = [
  [1_280 * 720, 30, 15],
  [854 * 480, 30, 15],
  [640 * 360, 24, 10],
  [640 * 360, 20, 10],
  [480 * 270, 20, 10],
] as const;
/** Letters have to be read; they move little. */
const SCREEN_PIXELS = 1_920 * 1_080;
/** Smaller than this nobody counts frames. */
const SMALL_HEIGHT = 200;
const SMALL_FRAMES = 15;

/** 720p with 30 frames looks well at it, VP8; smaller pictures take a little more for each pixel. */
const FULL_BPS = 2_000_000;
const FULL_PIXELS = 1_280 * 720;
const GROWTH = 0.75;
/** With this share of the bits a picture is poorer, and still better than a smaller one. */
const ENOUGH = 0.5;
/** What is in use stays with less, so that the size does not swing. */
const STILL_ENOUGH = 0.35;
/** Below this even the smallest picture takes from the sound. */
export const LEAST_PICTURE_BPS = 60_000;

/** The limits of one picture to one person; PROTOCOL.md, "Lines". */
export function limitsOf(demand: PictureDemand): PictureLimits {
  const { line, shown, source, others } = demand;
  const at = Math.min(Math.max(others, 1), BY_OTHERS.length) - 1;
  const [pixels, cameraFrames, screenFrames] = BY_OTHERS[at]!;
  const isCamera = line === 'camera';
  const wanted = wantedScale(demand, isCamera ? pixels : SCREEN_PIXELS);
  const most = isCamera ? cameraFrames : screenFrames;
  return {
    active: !shown || areaOf(shown) > 0,
    scaleResolutionDownBy: pathScale(wanted, demand),
    // Of the size that is wanted, also while a smaller one is sent: browsers look for more room up to this.
    maxBitrate: bitsFor(source, wanted),
    maxFramerate: source[1] / wanted < SMALL_HEIGHT ? Math.min(most, SMALL_FRAMES) : most,
  };
}

/** As large as it is shown and as so many others allow. */
function wantedScale({ line, source, shown }: PictureDemand, pixels: number): number {
  const byPeople = SCALES.find((scale) => areaOf(source) / scale ** 2 <= pixels * 1.05) ?? SMALLEST;
  if (!shown || areaOf(shown) === 0) return byPeople;
  const ratios = [source[0] / shown[0], source[1] / shown[1]];
  // A person fills the tile and is cut at its edges, a screen is shown whole.
  const fits = line === 'camera' ? Math.min(...ratios) : Math.max(...ratios);
  // A tenth smaller than it is shown: nobody sees it.
  const byShown = SCALES.findLast((scale) => scale <= fits * 1.1) ?? 1;
  return Math.max(byPeople, byShown);
}

/** As large as the path carries. */
function pathScale(wanted: number, { source, budgetBps, formerScale }: PictureDemand): number {
  const first = SCALES.findLast((scale) => source[0] / scale >= FIRST_WIDTH) ?? 1;
  if (formerScale === null || budgetBps === null) return Math.max(wanted, formerScale ?? first);
  const enough = (scale: number): boolean =>
    budgetBps >= bitsFor(source, scale) * (scale >= formerScale ? STILL_ENOUGH : ENOUGH);
  return SCALES.find((scale) => scale >= wanted && enough(scale)) ?? SMALLEST;
}

const areaOf = ([width, height]: PictureSize): number => width * height;

const bitsFor = (source: PictureSize, scale: number): number =>
  Math.round((FULL_BPS * (areaOf(source) / scale ** 2 / FULL_PIXELS) ** GROWTH) / 10_000) * 10_000;
