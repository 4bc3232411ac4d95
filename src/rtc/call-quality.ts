import type { MediaSample } from './media-report.ts';

/** `weak`: words or pictures suffer · `lost`: nothing comes. */
export type QualityLevel = 'good' | 'weak' | 'lost';

/** How it is between us and one of the others, over the last seconds. */
export interface CallQuality {
  readonly level: QualityLevel;
  /** Null where the browser does not say, or not yet. */
  readonly roundTripMs: number | null;
  /** Share of the packets that did not arrive, 0 to 1, of the worse direction. */
  readonly loss: number;
  /** Sound and pictures, bits a second. */
  readonly receivedBps: number;
  readonly sentBps: number;
  /** Through a relay (TURN) and not straight between the browsers; null where it is not known. */
  readonly relayed: boolean | null;
  /** The largest that comes; null while none does. */
  readonly picture: MediaSample['picture'];
}

/** A level, and what has spoken for another one since. */
export interface Judgement {
  readonly level: QualityLevel;
  /** Samples in a row that were bad, or good. */
  readonly bad: number;
  readonly good: number;
}

export const UNJUDGED: Judgement = { level: 'good', bad: 0, good: 0 };

interface Bounds {
  readonly loss: number;
  readonly roundTripMs: number;
  /** Share of the sound that was made up because it had not come. */
  readonly concealed: number;
  /** Share of the time in which a picture stood still that should move. */
  readonly frozen: number;
}

/** From here on a person notices: a syllable is missing, or two begin to speak at once (ITU-T G.114: 400 ms one way). */
const BAD: Bounds = { loss: 0.05, roundTripMs: 600, concealed: 0.05, frozen: 0.25 };
/** What counts as well again; between the two nothing changes. */
const GOOD: Bounds = { loss: 0.02, roundTripMs: 400, concealed: 0.02, frozen: 0.05 };
/** Nobody has to wait to hear what everybody notices. */
const AWFUL: Bounds = { loss: 0.2, roundTripMs: 2_000, concealed: 0.25, frozen: 0.75 };
/** One bad sample is bad luck. */
const BAD_SAMPLES = 2;
/** It is said to be well only when it has been so for a while, so that the sign does not flicker. */
const GOOD_SAMPLES = 3;

export function judge(former: Judgement, sample: MediaSample): Judgement {
  if (sample.lost) return { level: 'lost', bad: 0, good: 0 };
  // Something comes again: how well is seen by what follows.
  if (former.level === 'lost') return { level: 'weak', bad: 0, good: 0 };
  const bad = exceeds(sample, BAD) ? former.bad + 1 : 0;
  const good = exceeds(sample, GOOD) ? 0 : former.good + 1;
  if (bad >= BAD_SAMPLES || exceeds(sample, AWFUL)) return { level: 'weak', bad, good };
  if (good >= GOOD_SAMPLES) return { level: 'good', bad, good };
  return { level: former.level, bad, good };
}

const exceeds = (sample: MediaSample, bounds: Bounds): boolean =>
  sample.loss >= bounds.loss ||
  (sample.roundTripMs ?? 0) >= bounds.roundTripMs ||
  sample.concealed >= bounds.concealed ||
  sample.frozen >= bounds.frozen;
