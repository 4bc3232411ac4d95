import { RtcChatError } from '../protocol/errors.ts';
import type { FrameOf } from '../protocol/frames.ts';
import type { InstanceId, PeerId } from '../protocol/ids.ts';
import { MAX_AUTHORS } from '../protocol/limits.ts';
import type { CallPorts, Calls, CallsHandlers } from './calls.ts';
import type { Clock } from './clock.ts';
import { fetched } from './fetched.ts';
import { whenIdle } from './idle.ts';
import type { CallKind } from './room-options.ts';

export type CallFrames = FrameOf<'call'> | FrameOf<'lines'>;

/** What a peer that can take calls names in its `hello`. */
const FEATURE = 'call';

export interface CallHostParts {
  readonly kind: CallKind;
  readonly self: PeerId;
  /** Tells this room from all others. */
  readonly place: string;
  readonly clock: Clock;
  readonly mesh: CallPorts['mesh'];
  readonly online: CallPorts['online'];
}

/**
 * The calls of a stay, before and after the part that runs them has been fetched: when the page is idle after the first
 * link, so that it is there when the broadcaster is not, or at once when somebody calls. Closed by its stay.
 */
export class CallHost {
  /** What `hello` says of us. */
  readonly features: readonly string[];
  readonly #ports: CallPorts;
  readonly #handlers: CallsHandlers;
  /** Those who can take calls, each in its present life. */
  readonly #able = new Map<PeerId, InstanceId>();
  readonly #unable = new Set<PeerId>();
  /** What came before there was anybody to read it: of each peer the newest, after what asked for that call. */
  readonly #early = new Map<PeerId, readonly FrameOf<'call'>[]>();
  #loading: Promise<Calls> | null = null;
  #calls: Calls | null = null;
  readonly #life = new AbortController();

  constructor({ kind, clock, ...rest }: CallHostParts, handlers: CallsHandlers) {
    this.features = kind === 'none' ? [] : [FEATURE];
    this.#handlers = handlers;
    this.#ports = {
      ...rest,
      video: kind === 'video',
      nowMs: () => clock.now(),
      unable: this.#unable,
    };
  }

  /** Null until it has been fetched, which is before there can be a call. */
  get calls(): Calls | null {
    return this.#calls;
  }

  /** A connection is up and the other side has said what it can. */
  greeted(id: PeerId, { features, instance }: FrameOf<'hello'>): void {
    const anew = this.#able.get(id) !== instance;
    if (anew) this.#early.delete(id);
    if (!features.includes(FEATURE)) {
      this.gone(id);
      return void this.#unable.add(id);
    }
    if (this.features.length === 0) return;
    this.#unable.delete(id);
    this.#able.set(id, instance);
    if (this.#calls) this.#calls.opened(id, anew);
    else this.#loadWhenIdle();
  }

  take(from: PeerId, frame: CallFrames): void {
    if (!this.#able.has(from)) return;
    if (this.#calls) return this.#calls.take(from, frame);
    // The lines are asked for again when they are needed.
    if (frame.type === 'call') this.#keep(from, frame);
    this.load().catch(() => {
      // It is asked for again by whatever comes next; without it nobody can be called, which is then said.
    });
  }

  gone(id: PeerId): void {
    this.#early.delete(id);
    this.#unable.delete(id);
    if (this.#able.delete(id)) this.#calls?.gone(id);
  }

  /** The link has ended for want of a path. What was said of calls may have to be taken back in the same life. */
  lost(id: PeerId): void {
    this.#early.delete(id);
    this.#unable.delete(id);
    // Before there was anybody to say anything of calls there is nothing to take back.
    if (!this.#calls || this.#able.size > MAX_AUTHORS) this.gone(id);
    else this.#calls.lost(id);
  }

  linkChanged(id: PeerId): void {
    this.#calls?.linkChanged(id);
  }

  /** Rejects with `load-failed`, and with `unsupported` where there are to be no calls. */
  async load(): Promise<Calls> {
    if (this.features.length === 0)
      throw new RtcChatError('unsupported', 'There are no calls in this conversation.');
    this.#loading ??= this.#fetch();
    try {
      return await this.#loading;
    } catch (error) {
      this.#loading = null;
      throw error;
    }
  }

  close(): void {
    this.#life.abort(new RtcChatError('closed', 'The room was left.'));
    this.#calls?.close();
    this.#calls = null;
  }

  async #fetch(): Promise<Calls> {
    const part = await fetched(import('./calls.ts'));
    this.#life.signal.throwIfAborted();
    const calls = new part.Calls(this.#ports, this.#handlers);
    this.#calls = calls;
    for (const id of this.#able.keys()) calls.opened(id, true);
    for (const [id, frames] of this.#early) for (const frame of frames) calls.take(id, frame);
    this.#early.clear();
    return calls;
  }

  /** Somebody else may have answered a call before we could ring for it. */
  #keep(from: PeerId, frame: FrameOf<'call'>): void {
    const asked = (this.#early.get(from) ?? []).findLast(
      ({ id, phase }) => id === frame.id && phase === 'calling',
    );
    this.#early.set(from, asked ? [asked, frame] : [frame]);
  }

  #loadWhenIdle(): void {
    whenIdle(() => {
      // Should it fail, whoever calls tries again and is told.
      if (!this.#life.signal.aborted) this.load().catch(() => undefined);
    });
  }
}
