import type { AdapterName } from '../adapters.ts';
import type { Scene } from '../meeting.ts';
import type { Findings } from '../series.ts';

/** One measurement of one adapter, repeated and interleaved with the others by the driver. */
export interface Metric {
  readonly name: string;
  /** What the table says above it. */
  readonly title: string;
  /** Adapters that it makes sense for; all without. */
  readonly only?: readonly AdapterName[];
  /** How often at the most, however many repetitions are asked for: what takes long says enough in a few. */
  readonly maxReps?: number;
  measure(scene: Scene, adapter: AdapterName, findings: Findings): Promise<void>;
}
