import {
  OPEN_OFFER,
  type IceAnswer,
  type JoinAnswer,
  type JoinRequest,
} from '../protocol/broadcaster-messages.ts';
import { RtcChatError } from '../protocol/errors.ts';
import type { RtcChatErrorCode } from '../protocol/errors.ts';
import type { InstanceId, RoomName } from '../protocol/ids.ts';
import { PROTOCOL_VERSION } from '../protocol/limits.ts';
import { joinProofText } from '../protocol/signing.ts';
import { Backoff } from './backoff.ts';
import type { BroadcasterState } from './chat-room.ts';
import type { Identity } from './identity.ts';
import { type RoomOptions, valueOf } from './room-options.ts';
import type { Signaling } from './signaling.ts';
import { Timer } from './timer.ts';

export interface AdmissionHandlers {
  /** `atMs`: the local clock when `answer.now` was read, half the round trip assumed. */
  admitted(answer: JoinAnswer, atMs: number): void;
  iceServers(answer: IceAnswer): void;
  /** `broadcaster`, `error` or `retryAt` changed. */
  changed(): void;
  /** Final: nothing more is tried. */
  refused(error: RtcChatError): void;
}

export interface AdmissionRequest {
  readonly room: RoomName;
  readonly instance: InstanceId;
  readonly capacity: number | undefined;
  readonly token: RoomOptions['token'];
  /** A sealed offer for whoever is there; null where there is none. */
  readonly offer: () => Promise<string | null>;
}

/** What waiting cures; all other refusals are final unless they carry `retryAfterMs`. */
const PASSING: readonly RtcChatErrorCode[] = [
  'rate-limited',
  'server-error',
  'server-unreachable',
  'not-in-room',
];
const RETRY = { firstMs: 1_000, maxMs: 15_000 };
/** Relay credentials are asked for not more often than this, whatever is said of when they expire. */
const MIN_ICE_REFRESH_MS = 10_000;
/** How long giving the seat back may take: without an answer it ends with its grace period. */
const LEAVE_WITHIN_MS = 1_000;

/**
 * Being let in, and staying in: joins on every new session of the signaling, again after what passes, and not after
 * what is final. Closed by the room.
 */
export class Admission {
  readonly #signaling: Signaling;
  readonly #identity: Identity;
  readonly #request: AdmissionRequest;
  readonly #handlers: AdmissionHandlers;
  readonly #backoff = new Backoff(RETRY);
  readonly #retry = new Timer();
  readonly #ice = new Timer();
  #state: 'connecting' | 'joining' | 'in' | 'waiting' | 'offline' | 'refused' | 'closed' =
    'connecting';
  #attempt = 0;
  /** One join at a time is in flight on a session. */
  #asking: Promise<unknown> = Promise.resolve();
  #error: RtcChatError | null = null;
  #retryAt: number | null = null;
  #name: string;

  constructor(
    signaling: Signaling,
    identity: Identity,
    name: string,
    request: AdmissionRequest,
    handlers: AdmissionHandlers,
  ) {
    this.#signaling = signaling;
    this.#identity = identity;
    this.#name = name;
    this.#request = request;
    this.#handlers = handlers;
  }

  get broadcaster(): BroadcasterState {
    if (this.#state === 'in') return 'online';
    return ['connecting', 'joining', 'waiting'].includes(this.#state) ? 'connecting' : 'offline';
  }

  /** What is being retried, and when; null while there is nothing to say. */
  get error(): RtcChatError | null {
    return this.#error;
  }

  get retryAt(): number | null {
    return this.#retryAt;
  }

  /** A session has begun. */
  connected(): void {
    // What was final is so on another session as well.
    if (this.#state !== 'refused') void this.#join();
  }

  disconnected(retryInMs: number): void {
    if (this.#state === 'closed' || this.#state === 'refused') return;
    this.#attempt++;
    this.#retry.clear();
    this.#become(
      'offline',
      new RtcChatError('server-unreachable', 'The broadcaster does not answer.'),
      retryInMs,
    );
  }

  /** Under another name, in place. */
  async rename(name: string): Promise<JoinAnswer> {
    if (this.#state !== 'in')
      throw new RtcChatError('server-unreachable', 'The broadcaster cannot be reached just now.');
    const attempt = this.#attempt;
    const answer = await this.#ask(name);
    if (attempt !== this.#attempt)
      throw new RtcChatError('server-unreachable', 'The broadcaster was lost meanwhile.');
    this.#name = name;
    return answer;
  }

  retry(): void {
    if (this.#state === 'waiting' || this.#state === 'refused') void this.#join();
    else this.#signaling.retry();
  }

  /** Gives the seat back if there is a way to say so. */
  async leave(): Promise<void> {
    const wasIn = this.#state === 'in' || this.#state === 'joining';
    this.#close();
    if (!wasIn) return;
    const timer = new Timer();
    await new Promise<void>((resolve) => {
      timer.set(LEAVE_WITHIN_MS, resolve);
      // Not reachable, or not in: the seat ends with its grace period.
      this.#signaling.leave().then(resolve, () => resolve());
    });
    timer.clear();
  }

  async #join(): Promise<void> {
    if (this.#state === 'closed') return;
    this.#retry.clear();
    this.#ice.clear();
    const attempt = ++this.#attempt;
    this.#become('joining', this.#error, null);
    try {
      const askedAtMs = Date.now();
      const answer = await this.#ask(this.#name, this.#request.offer);
      if (attempt !== this.#attempt) return;
      this.#backoff.reset();
      this.#become('in', null, null);
      this.#handlers.admitted(answer, (askedAtMs + Date.now()) / 2);
      this.#refreshIce(answer.expiresInMs);
    } catch (cause) {
      if (attempt !== this.#attempt) return;
      const error =
        cause instanceof RtcChatError
          ? cause
          : new RtcChatError('server-error', 'Joining failed.', { cause });
      if (error.retryAfterMs === undefined && !PASSING.includes(error.code)) {
        this.#become('refused', null, null);
        this.#handlers.refused(error);
        return;
      }
      const pauseMs = Math.max(error.retryAfterMs ?? 0, this.#backoff.nextMs());
      this.#become('waiting', error, pauseMs);
      this.#retry.set(pauseMs, () => void this.#join());
    }
  }

  #ask(name: string, offering?: AdmissionRequest['offer']): Promise<JoinAnswer> {
    const answer = this.#asking.then(() => this.#askNow(name, offering));
    this.#asking = answer.catch(() => undefined);
    return answer;
  }

  async #askNow(name: string, offering?: AdmissionRequest['offer']): Promise<JoinAnswer> {
    const { room, instance, capacity } = this.#request;
    const token = valueOf(this.#request.token);
    const { sessionId } = this.#signaling;
    if (sessionId === null) throw new RtcChatError('server-unreachable', 'There is no session.');
    const [proof, offer] = await Promise.all([
      this.#identity.sign(joinProofText(this.#signaling.host, sessionId, room)),
      offering?.() ?? null,
    ]);
    // Left meanwhile: a join now would take a seat that nobody sits on, and the name with it.
    if (this.#state === 'closed')
      throw new RtcChatError('closed', 'The room was left while the join was signed.');
    // The session may have become another one, for which the proof does not hold.
    if (this.#signaling.sessionId !== sessionId)
      throw new RtcChatError('server-unreachable', 'The session has ended.');
    const request: JoinRequest = {
      v: PROTOCOL_VERSION,
      room,
      name: name as JoinRequest['name'],
      key: this.#identity.key,
      instance,
      proof,
      features: [OPEN_OFFER],
      ...(offer === null ? {} : { offer }),
      ...(capacity === undefined ? {} : { capacity }),
      ...(token === undefined ? {} : { token }),
    };
    return this.#signaling.join(request);
  }

  /** Relay credentials expire: fresh ones are asked for before that. Where that fails, the next join brings them. */
  #refreshIce(expiresInMs: number | null): void {
    if (expiresInMs === null) return;
    this.#ice.set(Math.max(expiresInMs * 0.8, MIN_ICE_REFRESH_MS), () => {
      if (this.#state !== 'in') return;
      void this.#signaling.ice().then(
        (answer) => {
          this.#handlers.iceServers(answer);
          this.#refreshIce(answer.expiresInMs);
        },
        () => this.#refreshIce(expiresInMs / 8),
      );
    });
  }

  #close(): void {
    this.#attempt++;
    this.#retry.clear();
    this.#ice.clear();
    this.#error = null;
    this.#retryAt = null;
    this.#state = 'closed';
  }

  #become(
    state: 'joining' | 'in' | 'waiting' | 'offline' | 'refused',
    error: RtcChatError | null,
    retryInMs: number | null,
  ): void {
    this.#state = state;
    this.#error = error;
    this.#retryAt = retryInMs === null ? null : Date.now() + retryInMs;
    this.#handlers.changed();
  }
}
