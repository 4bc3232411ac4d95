import type { RtcChatError } from '../protocol/errors.ts';
import type { AuthorId } from '../protocol/ids.ts';
import type { AuthorLogs } from './author-logs.ts';
import type { CheckedBatch } from './batch-verifier.ts';
import { logOf, type Entry } from './entry.ts';
import type { Previews } from './previews.ts';
import type { Shelf } from './shelf.ts';
import { stageJobs, type Job, type Stage, type StagingContext } from './staging.ts';
import type { Written } from './store.ts';
import type { Vault } from './vault.ts';

/** What one transaction has brought, or what is shown ahead of its signature; each entry once. */
export interface LogChange {
  /** In the order in which they were taken. */
  readonly entries: readonly Entry[];
  /** Whose marks have changed. */
  readonly authors: readonly AuthorId[];
  readonly own: boolean;
  /** Authors of whom something is missing before these entries, because they keep nothing older themselves. */
  readonly gaps: readonly AuthorId[];
  /** Own ones: the batches' seqs, and who was present. */
  readonly written: readonly Written[];
}

export interface CommitParts {
  readonly logs: AuthorLogs;
  readonly vault: Vault;
  readonly shelf: Shelf;
  readonly previews: Previews;
  readonly context: () => StagingContext;
  readonly tell: (change: LogChange) => void;
}

/** A job whose batch is still being checked. */
export type WaitingJob = Omit<Job, 'checked'> & {
  readonly checked: Promise<CheckedBatch | null>;
  /** UTF-16 units of the body. */
  readonly units: number;
};

/** Of one transaction: as many short batches as an answer to `want` has, and 4 MiB at the most. */
const MAX_JOBS = 512;
const MAX_JOB_UNITS = 4_194_304;

/** How many of these, from the first on, make one transaction. */
export function countTogether(jobs: readonly Pick<WaitingJob, 'units'>[]): number {
  let units = 0;
  const end = jobs.findIndex((job, at) => (units += job.units) > MAX_JOB_UNITS || at === MAX_JOBS);
  return end < 0 ? jobs.length : Math.max(end, 1);
}

/**
 * Takes batches into the logs: judged, saved, remembered, told of, in this order. What cannot be saved is held in memory;
 * only our own is refused instead.
 */
export class Commits {
  readonly #parts: CommitParts;

  constructor(parts: CommitParts) {
    this.#parts = parts;
  }

  /** One transaction, or one for each where they do not fit together. */
  async take(jobs: readonly Job[]): Promise<void> {
    const { vault } = this.#parts;
    const context = this.#parts.context();
    let stage = stageJobs(jobs, context, vault.broken);
    try {
      await vault.save(stage.change);
      // It broke: in memory from here on, and never told of as saved.
      if (vault.broken) stage = stageJobs(jobs, context, true);
    } catch (error) {
      if (jobs.length > 1) {
        for (const job of jobs) await this.take([job]);
        return;
      }
      const own = jobs.find(({ from }) => !from);
      if (own) {
        own.fail(error);
        return;
      }
      // Reading goes on without space: in memory, and again after a reload.
      vault.sayFull(error as RtcChatError);
      stage = stageJobs(jobs, context, true);
    }
    this.#remember(stage);
    this.#tell(stage);
    const entriesOf = new Map(stage.taken.map(({ job, entries }) => [job, entries]));
    jobs.forEach((job, at) => {
      const refused = !['taken', 'repeated'].includes(stage.outcomes[at] ?? 'invalid');
      if (job.from && !job.from.asked && refused) this.#parts.previews.drop(logOf(job.from.id));
      job.settle(stage.outcomes[at] ?? 'invalid', entriesOf.get(job) ?? []);
    });
  }

  #remember(stage: Stage): void {
    const { logs, shelf, context } = this.#parts;
    logs.apply(stage);
    const saved = new Set(stage.change.batches);
    for (const { batch, below } of stage.taken) {
      if (!saved.has(batch)) shelf.hold(batch);
      else if (batch.author === context().self && !below) shelf.saved(batch);
    }
  }

  #tell({ taken }: Stage): void {
    const { context, previews, tell } = this.#parts;
    const { self } = context();
    for (const own of [true, false]) {
      const ours = taken.filter(({ batch }) => (batch.author === self) === own);
      if (ours.length === 0) continue;
      const news = ours.map((each) => ({ ...each, shown: previews.confirm(each) }));
      const unseen = news.filter(({ shown }) => shown === 0);
      tell({
        entries: news.flatMap(({ entries, shown }) => entries.slice(shown)),
        authors: [...new Set(ours.map(({ batch }) => batch.author))],
        own,
        gaps: unseen.filter(({ gap }) => gap).map(({ batch }) => batch.author),
        written: unseen.flatMap(({ written }) => written ?? []),
      });
    }
  }
}
