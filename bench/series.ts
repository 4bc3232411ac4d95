/** Samples of one thing, measured the same way for each adapter. */
export interface Series {
  readonly metric: string;
  /** What of it: `fresh page`, `p50`, … */
  readonly measure: string;
  readonly unit: string;
  readonly adapter: string;
  /** `chromium→firefox`: who waits, and who joins. */
  readonly pair: string;
  readonly samples: number[];
}

export interface Failure {
  readonly metric: string;
  readonly adapter: string;
  readonly pair: string;
  readonly message: string;
}

/** What a run has measured so far. */
export class Findings {
  readonly series: Series[] = [];
  readonly failures: Failure[] = [];

  add(of: Omit<Series, 'samples'>, sample: number): void {
    const keys = ['metric', 'measure', 'adapter', 'pair'] as const;
    let series = this.series.find((each) => keys.every((key) => each[key] === of[key]));
    if (!series) this.series.push((series = { ...of, samples: [] }));
    series.samples.push(sample);
  }
}

/** The value below which this share of the samples lies; of few samples the nearest. */
export function quantile(samples: readonly number[], share: number): number {
  const sorted = samples.toSorted((a, b) => a - b);
  const at = share * (sorted.length - 1);
  const [low = NaN, high = NaN] = [sorted[Math.floor(at)], sorted[Math.ceil(at)]];
  return low + (high - low) * (at - Math.floor(at));
}

export const median = (samples: readonly number[]): number => quantile(samples, 0.5);
