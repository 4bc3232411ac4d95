import type { CallQuality, Judgement } from './call-quality.ts';
import { judge, UNJUDGED } from './call-quality.ts';
import type { MediaReport, MediaSample } from './media-report.ts';
import { readReport, sampleOf } from './media-report.ts';
import type { Sending } from './sending.ts';

/** Between two reports that are compared; what lies closer says too little. */
const LEAST_MS = 1_500;
/** After longer than this the page was asleep: what it missed says nothing of the path. */
const MOST_MS = 10_000;
/** Who says that he sends, and of whom nothing comes for so many samples, is lost. */
const SILENT_SAMPLES = 2;

/** How it is between us and one person, from one reading of the browser's statistics to the next. Owned by its leg. */
export class LegQuality {
  readonly #sending: Sending;
  #pc: RTCPeerConnection | null = null;
  #former: MediaReport | null = null;
  #judgement: Judgement = UNJUDGED;
  #silent = 0;
  #current: CallQuality | null = null;

  constructor(sending: Sending) {
    this.#sending = sending;
  }

  /** Null until something is known. */
  get current(): CallQuality | null {
    return this.#current;
  }

  /** Reads once. True when what is to be said about it has changed. */
  async look(pc: RTCPeerConnection | null, expected: boolean): Promise<boolean> {
    const before = this.#current;
    if (!pc || ['disconnected', 'failed', 'closed'].includes(pc.iceConnectionState)) this.#lose();
    else await this.#read(pc, expected);
    return before?.level !== this.#current?.level || before?.relayed !== this.#current?.relayed;
  }

  #lose(): void {
    this.#former = null;
    this.#judgement = judge(this.#judgement, NOTHING);
    this.#current = { ...NOTHING, ...this.#current, level: 'lost', picture: null };
  }

  async #read(pc: RTCPeerConnection, expected: boolean): Promise<void> {
    const report = readReport(await pc.getStats());
    if (pc !== this.#pc) this.#former = null;
    this.#pc = pc;
    // Before a picture has begun the browser has measured nothing.
    if (report.framesSent > 0) this.#sending.estimated(report);
    const before = this.#former;
    const ms = before ? report.atMs - before.atMs : Infinity;
    if (ms < LEAST_MS) return;
    this.#former = report;
    if (!before || ms > MOST_MS) return;
    const sample = sampleOf(before, report);
    const { packets } = report.received;
    const silent = expected && packets > 0 && packets === before.received.packets;
    this.#silent = silent ? this.#silent + 1 : 0;
    const seen: MediaSample = { ...sample, lost: this.#silent >= SILENT_SAMPLES };
    const { sentBps: bps, sentLoss } = sample;
    this.#sending.sent({ bps, loss: sentLoss, roundTripMs: report.roundTripMs }, report.atMs);
    this.#judgement = judge(this.#judgement, seen);
    const { loss, receivedBps, sentBps, roundTripMs, relayed, picture } = seen;
    const { level } = this.#judgement;
    this.#current = { level, loss, receivedBps, sentBps, roundTripMs, relayed, picture };
  }
}

const NOTHING: MediaSample = {
  lost: true,
  loss: 0,
  sentLoss: 0,
  concealed: 0,
  frozen: 0,
  receivedBps: 0,
  sentBps: 0,
  roundTripMs: null,
  relayed: null,
  picture: null,
};
