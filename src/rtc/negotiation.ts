import { MAX_CANDIDATES } from '../protocol/limits.ts';
import type { CandidateInit, SignalBody, SignalDescription } from '../protocol/signal.ts';
import { fingerprintOf } from '../protocol/signal.ts';
import type { Connection, OfferAhead } from './connection.ts';
import { adoptLines } from './lines.ts';
import { Timer } from './timer.ts';

/** The part of a signal that a negotiation decides; the rest (epochs, instances) is its link's. */
export type NegotiationMessage = Pick<SignalBody, 'n' | 'description' | 'candidates'>;

export interface NegotiationHandlers {
  /** `everyPath` for what must arrive although the channel may be dead: ICE restarts and their answers. */
  send(message: NegotiationMessage, everyPath: boolean): void;
  /** No answer came; the connection is of no use. */
  stuck(): void;
  /** A description that was signed by the peer, but names another certificate, or several. */
  interfered(): void;
}

/** A description without an answer is said again after 2, 4 and 8 s: a broadcaster delivers at most once. */
const REPEAT_AFTER_MS = [2_000, 4_000, 8_000] as const;
/** A description that comes twice within this came by two paths. */
const COPY_WITHIN_MS = 1_000;
/** After this the other side is not there, or the descriptions do not fit: a new connection is the cure. */
const STUCK_AFTER_MS = 15_000;
/** Candidates of one moment travel together; the first do not wait. */
const BUNDLE_MS = 20;

/** RFC 8866, section 5.2: what made a description. */
const MOZILLA = /^o=mozilla/m;

/** A description of ours, to be said again as it was said first. */
interface Said {
  readonly n: number;
  readonly description: SignalDescription;
  readonly everyPath: boolean;
}

/**
 * Offers, answers and candidates of one RTCPeerConnection; PROTOCOL.md sections 4 and 5. One operation runs at a time,
 * so between two of them `signalingState` tells all there is to know of a collision.
 * Closed by its epoch.
 */
export class Negotiation {
  readonly #pc: RTCPeerConnection;
  readonly #polite: boolean;
  readonly #handlers: NegotiationHandlers;
  readonly #repeat = new Timer();
  readonly #bundle = new Timer();
  #tail: Promise<void> = Promise.resolve();
  #closed = false;
  #ahead: OfferAhead | null;
  #contacted = false;
  /** An exchange after the first: candidates count although ICE is connected. */
  #again = false;
  /** The other side can be reached without a word of ours: our checks tell it our addresses before candidates could. */
  #patient = false;
  #spoken = false;
  #offers = 0;
  #outstanding: Said | null = null;
  #answered: Said | null = null;
  #answeredAt = -Infinity;
  #fingerprint: string | null = null;
  #interfered = false;
  #restarting = false;
  /** Of ours: all gathered since the last description, and those not yet sent. */
  #gathered: CandidateInit[] = [];
  #unsent: CandidateInit[] = [];
  /** Of theirs: those whose description has not come yet. */
  #early: CandidateInit[] = [];
  /** Of theirs: those of the present description that the engine has, each of them once. */
  readonly #added = new Set<string>();

  constructor(
    { pc, ahead }: Pick<Connection, 'pc' | 'ahead'>,
    polite: boolean,
    handlers: NegotiationHandlers,
  ) {
    this.#pc = pc;
    this.#ahead = ahead ?? null;
    this.#gathered = [...(ahead?.candidates ?? [])];
    this.#unsent = this.#gathered.slice(ahead?.said ? ahead.shown?.candidates.length : 0);
    this.#polite = polite;
    this.#handlers = handlers;
    pc.onicecandidate = ({ candidate }) => {
      // An empty candidate is Firefox's way to say that a generation is complete; it is not sent.
      if (candidate?.candidate) this.#gather(candidate.toJSON() as CandidateInit);
    };
    pc.onnegotiationneeded = () => {
      // Before first contact this only repeats that the channels want a description.
      if (this.#contacted) void this.offer();
    };
  }

  /** An offer of ours has gone out and no description of theirs has come: the state in which first offers collide. */
  get offering(): boolean {
    return !this.#contacted && this.#outstanding !== null;
  }

  offer(): Promise<void> {
    return this.#run(async () => {
      const ahead = this.#ahead;
      this.#ahead = null;
      if (this.#pc.signalingState !== 'stable' && !ahead) return;
      const restart = this.#restarting;
      this.#restarting = false;
      this.#again = this.#contacted;
      if (!ahead) this.#gathered = [];
      await (ahead?.set ?? this.#pc.setLocalDescription());
      const description = this.#closed ? null : (ahead?.shown?.description ?? this.#local('offer'));
      if (!description) return;
      const n = ++this.#offers;
      this.#outstanding = { n, description, everyPath: restart };
      if (ahead?.said) {
        this.#spoken = true;
        this.#bundle.set(BUNDLE_MS, () => this.#flush());
      } else this.#say(this.#outstanding);
      this.#repeatLater(0, n);
    });
  }

  /** Two Firefox that look for a path: they ask ever more rarely, after 3 s every 3 s. */
  get tires(): boolean {
    const { iceConnectionState, localDescription, remoteDescription } = this.#pc;
    return (
      iceConnectionState === 'checking' &&
      MOZILLA.test(localDescription?.sdp ?? '') &&
      MOZILLA.test(remoteDescription?.sdp ?? '')
    );
  }

  /** There is a way for signals again: what waits for an answer is said now. */
  repeat(): void {
    if (!this.#outstanding) return;
    this.#sayAgain(this.#outstanding);
    this.#repeatLater(0, this.#outstanding.n);
  }

  restartIce(): void {
    if (this.#outstanding?.everyPath) return this.repeat();
    this.#restarting = true;
    this.#pc.restartIce();
  }

  takeOffer(n: number, sdp: string): Promise<void> {
    return this.#run(async () => {
      if (this.#answered && n <= this.#answered.n) {
        if (n === this.#answered.n) this.#answerAgain(this.#answered);
        return;
      }
      if (this.#pc.signalingState !== 'stable' && !this.#polite) return;
      if (!this.#trusts(sdp)) return;
      await this.#pc.setRemoteDescription({ type: 'offer', sdp });
      // An offer of ours that collided with it has been rolled back by that.
      this.#settle();
      this.#again = this.#contacted;
      this.#gathered = [];
      this.#patient = !this.#again && sdp.includes('a=candidate:');
      if (this.#pc.getTransceivers().length > 0) adoptLines(this.#pc);
      await this.#setAnswer(sdp);
      const description = this.#local('answer');
      if (!description) return;
      this.#answered = { n, description, everyPath: this.#contacted };
      this.#answeredAt = performance.now();
      this.#contacted = true;
      this.#say(this.#answered);
      await this.#addEarly();
    });
  }

  takeAnswer(n: number, sdp: string): Promise<void> {
    return this.#run(async () => {
      if (
        this.#outstanding?.n !== n ||
        this.#pc.signalingState !== 'have-local-offer' ||
        !this.#trusts(sdp)
      )
        return;
      await this.#pc.setRemoteDescription({ type: 'answer', sdp });
      this.#contacted = true;
      this.#settle();
      await this.#addEarly();
    });
  }

  takeCandidates(candidates: readonly CandidateInit[]): Promise<void> {
    return this.#run(async () => {
      this.#early.push(...candidates);
      this.#early.splice(0, this.#early.length - MAX_CANDIDATES);
      await this.#addEarly();
    });
  }

  close(): void {
    this.#closed = true;
    this.#repeat.clear();
    this.#bundle.clear();
  }

  #run(operation: () => Promise<void>): Promise<void> {
    this.#tail = this.#tail.then(async () => {
      if (this.#closed) return;
      try {
        await operation();
      } catch {
        // A description or a state the engine refuses: as if it had been lost. Whoever waits for an answer repeats,
        // and after 15 s makes a new connection.
      }
    });
    return this.#tail;
  }

  /**
   * A handshake that Chromium begins often reaches an offering Firefox before the answer does, is dropped there and
   * repeated after 50 ms: so Firefox begins it (RFC 8842, section 5.3). Later answers keep the roles by themselves.
   */
  async #setAnswer(offer: string): Promise<void> {
    if (this.#contacted || !MOZILLA.test(offer)) return this.#pc.setLocalDescription();
    const { type, sdp = '' } = await this.#pc.createAnswer();
    await this.#pc.setLocalDescription({
      type,
      sdp: MOZILLA.test(sdp) ? sdp : sdp.replaceAll('a=setup:active', 'a=setup:passive'),
    });
  }

  #local(type: 'offer' | 'answer'): SignalDescription | null {
    const description = this.#pc.localDescription;
    return !this.#closed && description?.type === type ? { type, sdp: description.sdp } : null;
  }

  /** All fingerprints of an epoch's descriptions are the first one. */
  #trusts(sdp: string): boolean {
    const found = fingerprintOf(sdp);
    if (found !== null && found === (this.#fingerprint ?? found)) {
      this.#fingerprint = found;
      return true;
    }
    // Said once: whoever can sign this could say it a thousand times.
    if (!this.#interfered) this.#handlers.interfered();
    this.#interfered = true;
    return false;
  }

  /** A remote description is in place. */
  #settle(): void {
    this.#outstanding = null;
    this.#repeat.clear();
    this.#added.clear();
  }

  #say({ n, description, everyPath }: Said): void {
    this.#spoken = true;
    const candidates = this.#unsent.splice(0, MAX_CANDIDATES);
    this.#handlers.send(
      { n, description, ...(candidates.length > 0 && { candidates }) },
      everyPath,
    );
    if (this.#unsent.length > 0) this.#flush();
  }

  #answerAgain(answer: Said): void {
    const now = performance.now();
    if (now - this.#answeredAt < COPY_WITHIN_MS) return;
    this.#answeredAt = now;
    this.#sayAgain(answer);
  }

  #sayAgain({ n, description, everyPath }: Said): void {
    this.#handlers.send({ n, description }, everyPath);
    // The candidates may have been lost with it.
    if (this.#gathered.length > 0)
      this.#handlers.send({ n: 0, candidates: this.#gathered.slice(-MAX_CANDIDATES) }, everyPath);
  }

  #repeatLater(times: number, n: number): void {
    const beforeMs = REPEAT_AFTER_MS[times - 1] ?? 0;
    const nextMs = REPEAT_AFTER_MS[times] ?? STUCK_AFTER_MS;
    this.#repeat.set(nextMs - beforeMs, () => {
      const outstanding = this.#outstanding;
      if (outstanding?.n !== n) return;
      if (times === REPEAT_AFTER_MS.length) return this.#handlers.stuck();
      this.#sayAgain(outstanding);
      this.#repeatLater(times + 1, n);
    });
  }

  #gather(candidate: CandidateInit): void {
    this.#gathered.push(candidate);
    this.#unsent.push(candidate);
    if (this.#bundle.armed) return;
    const first = this.#gathered.length === 1 && !this.#patient;
    this.#bundle.set(first ? 0 : BUNDLE_MS, () => this.#flush());
  }

  #flush(): void {
    this.#bundle.clear();
    // Before the first description has been said they wait for it.
    if (!this.#spoken) return;
    const candidates = this.#unsent.splice(0);
    // What comes after the first path has been found is found by its checks as well, and nobody waits for it.
    if (!this.#again && /^(connected|completed)$/.test(this.#pc.iceConnectionState)) return;
    for (let at = 0; at < candidates.length; at += MAX_CANDIDATES) {
      this.#handlers.send(
        { n: 0, candidates: candidates.slice(at, at + MAX_CANDIDATES) },
        this.#outstanding?.everyPath ?? false,
      );
    }
  }

  async #addEarly(): Promise<void> {
    const remote = this.#pc.remoteDescription?.sdp;
    if (remote === undefined || this.#pc.signalingState === 'have-local-offer') return;
    const belongs = ({ usernameFragment }: CandidateInit): boolean =>
      usernameFragment === null || remote.includes(`a=ice-ufrag:${usernameFragment}`);
    const ready = this.#early.filter(belongs);
    this.#early = this.#early.filter((candidate) => !belongs(candidate));
    for (const candidate of ready) {
      // They come by several paths, and nobody honest has more.
      if (this.#added.has(candidate.candidate) || this.#added.size >= MAX_CANDIDATES) continue;
      // Candidates that were there before their description stand in it. (Hidden names Firefox takes only from here.)
      if (!candidate.candidate.includes('.local ') && remote.includes(`${lineOf(candidate)} `))
        continue;
      this.#added.add(candidate.candidate);
      try {
        await this.#pc.addIceCandidate(candidate);
      } catch {
        // A candidate that the engine cannot use (an address family it lacks, a closed generation): others may do.
      }
    }
  }
}

/** Foundation, component, protocol, priority, address and port (RFC 8839, section 5.1); the rest differs. */
function lineOf({ candidate }: CandidateInit): string {
  return `a=${candidate.split(' ', 6).join(' ')}`;
}
