import { RtcChatError } from '../protocol/errors.ts';
import type { FrameOf } from '../protocol/frames.ts';
import type { PeerId } from '../protocol/ids.ts';
import { Absences } from './absences.ts';
import type { Call, CallWishes, EndedCall, Participant } from './call.ts';
import { CallDesk, givenUp } from './call-desk.ts';
import { CallLeg } from './call-leg.ts';
import { CallLock } from './call-lock.ts';
import type { CallMedia } from './call-record.ts';
import { NOTHING_ON } from './call-record.ts';
import type { Chosen } from './device-choice.ts';
import type { Input } from './local-media.ts';
import { LocalMedia } from './local-media.ts';
import type { Mesh } from './mesh.ts';
import type { MediaFault } from './media-fault.ts';
import { QualityWatch } from './quality-watch.ts';
import type { ShownSizes } from './sending.ts';

export interface CallPorts {
  readonly self: PeerId;
  /** Tells this room from all others. */
  readonly place: string;
  /** Camera and screen may be sent. */
  readonly video: boolean;
  /** Milliseconds since 1970, by the clock that the room has in common. */
  readonly nowMs: () => number;
  readonly mesh: Pick<Mesh, 'links' | 'linkTo'>;
  /** Whether the broadcaster's list is of now. */
  readonly online: () => boolean;
  /** Those who are here and cannot take calls. */
  readonly unable: ReadonlySet<PeerId>;
}

export interface CallsHandlers {
  changed(): void;
  ended(call: EndedCall): void;
  /** A device could not be used; the call goes on without it. */
  failed(fault: MediaFault): void;
}

/**
 * The calls of one stay: who is in them, by the desk; what is sent, by the local media; and a leg to each of the others.
 * Loaded when the page is idle after the first link. Closed by its stay.
 */
export class Calls {
  readonly #ports: CallPorts;
  readonly #handlers: CallsHandlers;
  readonly #desk: CallDesk;
  readonly #legs = new Map<PeerId, CallLeg>();
  readonly #absences: Absences;
  readonly #quality = new QualityWatch(this.#legs, () => this.#handlers.changed());
  readonly #life = new AbortController();
  #media: LocalMedia | null = null;
  #hungUp = 0;

  constructor(ports: CallPorts, handlers: CallsHandlers) {
    this.#ports = ports;
    this.#handlers = handlers;
    this.#desk = new CallDesk(
      { ...ports, lock: (told) => new CallLock(ports.place, told) },
      {
        send: (to, frame) => ports.mesh.linkTo(to)?.send(frame) ?? false,
        changed: () => this.#follow(),
        over: ({ was: { id, scope, media, from = null }, ...how }) =>
          handlers.ended({ id, private: scope !== 'room', video: media.video, from, ...how }),
      },
    );
    this.#absences = new Absences({
      linkTo: (id) => ports.mesh.linkTo(id),
      online: ports.online,
      away: (id, away) => this.#desk.setAway(id, away),
    });
    // What is said in this moment still arrives; else the others would have to notice that nothing comes any more.
    globalThis.addEventListener?.('pagehide', () => this.hangUp(), { signal: this.#life.signal });
  }

  /** Null where there is none. */
  get current(): Call | null {
    const { engaged, ring, available } = this.#desk;
    const call = engaged ?? ring ?? available;
    if (!call) return null;
    const phase = engaged?.phase ?? ring?.phase ?? 'available';
    return {
      id: call.id,
      state: phase === 'in' ? 'active' : phase,
      private: call.scope !== 'room',
      from: ring?.from ?? null,
      offers: ring?.media ?? null,
      since: engaged?.phase === 'in' ? new Date(engaged.since) : null,
      participants: this.#participantsOf(call.id),
      own: this.#media?.own ?? null,
    };
  }

  /** The others: of our call those it is for, of one that goes on without us those in it. */
  #participantsOf(call: string): readonly Participant[] {
    const media = this.#desk.mediaIn(call);
    const answers: Iterable<readonly [PeerId, Participant['answer']]> = this.#desk.engaged
      ? this.#desk.answers
      : [...media.keys()].map((id) => [id, 'in'] as const);
    return [...answers].map(([id, answer]) => {
      const leg = this.#legs.get(id);
      const { quality = null, held = false, streams = null } = leg ?? {};
      return {
        id,
        answer,
        lost: this.#ports.mesh.linkTo(id)?.state !== 'connected',
        media: media.get(id) ?? NOTHING_ON,
        level: () => leg?.level ?? 0,
        quality,
        held,
        streams,
      };
    });
  }

  /** Fulfils when it rings there. Rejects with `busy`, `peer-unavailable`, `unsupported`. */
  async call(to: readonly PeerId[] | null, wishes: CallWishes): Promise<void> {
    const before = this.#hungUp;
    // Who has just come has not said yet what it can.
    for (const { settled } of this.#ports.mesh.links) await settled;
    if (before !== this.#hungUp) throw givenUp();
    await this.#desk.start(to, this.#mediaOf(wishes));
  }

  /** Into the call that rings, or that goes on. Rejects with `no-call`, `busy`. */
  async answer(wishes: CallWishes): Promise<void> {
    await this.#desk.join(this.#mediaOf(wishes));
  }

  /** @throws RtcChatError `no-call` */
  decline(): void {
    this.#desk.decline();
  }

  hangUp(): void {
    this.#hungUp++;
    this.#desk.hangUp();
  }

  /** Fulfils when it is on or off; where it does not work, `failed` has said why. Rejects with `no-call`, `unsupported`. */
  async turn(input: Input, on: boolean): Promise<void> {
    if (input === 'camera' && on) this.#mustShow();
    await this.#inCall.set(input, on);
  }

  /** Another device, by the id that the browser gives it. Rejects with `no-call`. */
  async choose(kind: Chosen, deviceId: string): Promise<void> {
    await this.#inCall.choose(kind, deviceId);
  }

  /** To the camera that looks the other way. Rejects with `no-call`. */
  async flip(): Promise<void> {
    await this.#inCall.flip();
  }

  /** False where the person has thought better of it. Rejects with `no-call`, `unsupported`. */
  async shareScreen(): Promise<boolean> {
    this.#mustShow();
    return this.#inCall.shareScreen();
  }

  stopSharing(): void {
    this.#media?.stopSharing();
  }

  /** A connection is up, a rebuilt one or, `anew`, the first of a life. */
  opened(id: PeerId, anew: boolean): void {
    this.#desk.opened(id, anew);
    // Before this part was fetched nobody has watched.
    this.#absences.changed(id);
  }

  gone(id: PeerId): void {
    this.#desk.gone(id);
  }

  /** Their link has ended for want of a path. In the same life they may come back. */
  lost(id: PeerId): void {
    this.#desk.setAway(id, true);
  }

  /** Somebody's path is lost, or is there again; or the broadcaster lists them no longer. */
  linkChanged(id: PeerId): void {
    this.#absences.changed(id);
    if (this.#legs.has(id)) this.#handlers.changed();
  }

  take(from: PeerId, frame: FrameOf<'call'> | FrameOf<'lines'>): void {
    if (frame.type === 'call') return this.#desk.take(from, frame);
    this.#legs.get(from)?.asked(frame);
  }

  /** How large what somebody sends is on our screen; nothing where there is no call with them. */
  showing(id: PeerId, sizes: ShownSizes): void {
    this.#legs.get(id)?.show(sizes);
  }

  close(): void {
    this.#life.abort();
    this.#absences.close();
    this.#desk.close();
    this.#reach();
  }

  get #inCall(): LocalMedia {
    if (!this.#media) throw new RtcChatError('no-call', 'There is no call.');
    return this.#media;
  }

  #mustShow(): void {
    if (!this.#ports.video)
      throw new RtcChatError('unsupported', 'This conversation has calls without pictures.');
  }

  #mediaOf({ audio = true, video = false }: CallWishes): CallMedia {
    return { audio, video: video && this.#ports.video };
  }

  #follow(): void {
    this.#reach();
    this.#handlers.changed();
  }

  /** Devices and legs follow what the desk says. */
  #reach(): void {
    const { engaged, ring, answers } = this.#desk;
    if (engaged) this.#media ??= this.#begin(engaged.media);
    else {
      this.#media?.close();
      this.#media = null;
    }
    const media = this.#desk.mediaIn(engaged?.id ?? '');
    // Lines are made ready while it rings, so that who answers is seen at once.
    const wanted = new Set(ring && [ring.from]);
    for (const [id, answer] of answers) if (answer === 'ringing' || answer === 'in') wanted.add(id);
    const others = [...answers.values()].filter((answer) => answer === 'in').length;
    for (const [id, leg] of this.#legs) {
      if (wanted.has(id)) continue;
      this.#legs.delete(id);
      void leg.close();
    }
    for (const id of wanted) {
      const leg = this.#legs.get(id) ?? this.#newLeg(id);
      const { audio, video, screen } = media.get(id) ?? NOTHING_ON;
      leg.expected = audio || video || screen === true;
      leg.sending.others = others;
      leg.talking = answers.get(id) === 'in';
      const connection = this.#ports.mesh.linkTo(id)?.connection;
      if (connection) leg.attach(connection);
    }
    if (others > 0) this.#quality.watch();
    else this.#quality.close();
  }

  #begin(wishes: CallMedia): LocalMedia {
    const media = new LocalMedia({
      track: (line, track) => {
        for (const leg of this.#legs.values()) void leg.send(line, track);
      },
      // What the others are told that we send.
      changed: () => {
        if (this.#media) this.#desk.setMedia(this.#media.sent);
      },
      failed: (fault) => this.#handlers.failed(fault),
    });
    void media.begin(wishes);
    return media;
  }

  #newLeg(id: PeerId): CallLeg {
    const leg = new CallLeg({
      trackOn: (line) => this.#media?.trackOn(line) ?? null,
      say: (news) => this.#ports.mesh.linkTo(id)?.send({ type: 'lines', ...news }),
      began: () => this.#quality.hasten(),
      changed: () => this.#handlers.changed(),
    });
    this.#legs.set(id, leg);
    return leg;
  }
}
