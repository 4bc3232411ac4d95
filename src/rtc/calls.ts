import { RtcChatError } from '../protocol/errors.ts';
import type { FrameOf } from '../protocol/frames.ts';
import type { PeerId } from '../protocol/ids.ts';
import type { Call, CallState, CallWishes, EndedCall, OwnMedia, Participant } from './call.ts';
import { CallDesk } from './call-desk.ts';
import { CallLeg } from './call-leg.ts';
import { CallLock } from './call-lock.ts';
import type { CallMedia } from './call-record.ts';
import { NOTHING_ON } from './call-record.ts';
import type { Settled } from './call-standing.ts';
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
  readonly #quality = new QualityWatch(this.#legs, () => this.#handlers.changed());
  readonly #life = new AbortController();
  #media: LocalMedia | null = null;
  /** What a call was begun with, until its devices are on or are known not to work: nothing is taken back meanwhile. */
  #expected: CallMedia = NOTHING_ON;

  constructor(ports: CallPorts, handlers: CallsHandlers) {
    this.#ports = ports;
    this.#handlers = handlers;
    this.#desk = new CallDesk(
      { ...ports, lock: (told) => new CallLock(ports.place, told) },
      {
        send: (to, frame) => ports.mesh.linkTo(to)?.send(frame) ?? false,
        changed: () => this.#follow(),
        over: (over) => handlers.ended(endedCall(over)),
      },
    );
    // What is said in this moment still arrives; else the others would have to notice that nothing comes any more.
    globalThis.addEventListener?.('pagehide', () => this.hangUp(), { signal: this.#life.signal });
  }

  get state(): CallState {
    const { engaged, ring } = this.#desk;
    if (engaged) return engaged.phase === 'calling' ? 'calling' : 'active';
    if (ring) return 'ringing';
    return this.#desk.available ? 'available' : 'idle';
  }

  /** Null where there is none. */
  get current(): Call | null {
    const { state } = this;
    const { engaged, ring } = this.#desk;
    const call = engaged ?? ring ?? this.#desk.available;
    if (!call || state === 'idle') return null;
    const media = this.#media;
    return {
      id: call.id,
      state,
      private: call.scope !== 'room',
      from: ring?.from ?? null,
      offers: ring?.media ?? null,
      since: engaged?.phase === 'in' ? new Date(engaged.since) : null,
      participants: this.#participantsOf(call.id),
      own: media && expecting(media.own, this.#expected),
    };
  }

  /** The others: of our call those it is for, of one that goes on without us those in it. */
  #participantsOf(call: string): readonly Participant[] {
    const media = this.#desk.mediaIn(call);
    const answers: Iterable<readonly [PeerId, Participant['answer']]> = this.#desk.engaged
      ? this.#desk.answers
      : [...media.keys()].map((id) => [id, 'in'] as const);
    return [...answers].map(([id, answer]) => ({
      id,
      answer,
      lost: this.#ports.mesh.linkTo(id)?.state !== 'connected',
      media: media.get(id) ?? NOTHING_ON,
      level: () => this.#legs.get(id)?.level ?? 0,
      quality: this.#legs.get(id)?.quality ?? null,
      held: this.#legs.get(id)?.held ?? false,
      streams: this.#legs.get(id)?.streams ?? null,
    }));
  }

  /** Fulfils when it rings there. Rejects with `busy`, `peer-unavailable`, `unsupported`. */
  async call(to: readonly PeerId[] | null, wishes: CallWishes): Promise<void> {
    // Who has just come has not said yet what it can.
    for (const { settled } of this.#ports.mesh.links) await settled;
    await this.#enter(this.#mediaOf(wishes), (media) => this.#desk.start(to, media));
  }

  /** Into the call that rings, or that goes on. Rejects with `no-call`, `busy`. */
  async answer(wishes: CallWishes): Promise<void> {
    await this.#enter(this.#mediaOf(wishes), (media) => this.#desk.join(media));
  }

  /** @throws RtcChatError `no-call` */
  decline(): void {
    this.#desk.decline();
  }

  hangUp(): void {
    this.#desk.hangUp();
  }

  /** Fulfils when it is on or off; where it does not work, `failed` has said why. Rejects with `no-call`, `unsupported`. */
  async turn(input: Input, on: boolean): Promise<void> {
    if (input === 'camera' && on) this.#mustShow();
    const media = this.#inCall;
    this.#expected = { ...this.#expected, [input === 'camera' ? 'video' : 'audio']: false };
    await media.set(input, on);
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

  /** A connection is up, a first or a rebuilt one. */
  opened(id: PeerId): void {
    this.#desk.opened(id);
  }

  gone(id: PeerId): void {
    this.#desk.gone(id);
  }

  /** Somebody's path is lost, or is there again. */
  linkChanged(id: PeerId): void {
    if (this.#legs.has(id)) this.#handlers.changed();
  }

  take(from: PeerId, frame: FrameOf<'call'> | FrameOf<'lines'>): void {
    if (frame.type === 'call') return this.#desk.take(from, frame);
    const { camera, screen, held } = frame;
    this.#legs.get(from)?.asked({ camera, screen, held });
  }

  /** How large what somebody sends is on our screen; nothing where there is no call with them. */
  showing(id: PeerId, sizes: ShownSizes): void {
    this.#legs.get(id)?.show(sizes);
  }

  close(): void {
    this.#life.abort();
    this.#desk.close();
    this.#end();
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

  async #enter(media: CallMedia, enter: (media: CallMedia) => Promise<void>): Promise<void> {
    this.#expected = media;
    try {
      await enter(media);
    } catch (error) {
      this.#expected = NOTHING_ON;
      throw error;
    }
    void this.#turnOn(media);
  }

  async #turnOn({ audio, video }: CallMedia): Promise<void> {
    // The desk may have found at once that there is nobody to talk to.
    const media = this.#media;
    if (audio && video) await media?.turnBothOn();
    else if (audio) await media?.set('microphone', true);
    else if (video) await media?.set('camera', true);
    if (media !== this.#media) return;
    this.#expected = NOTHING_ON;
    if (media) this.#say(media);
  }

  /** What the others are told that we send. */
  #say(media: LocalMedia): void {
    const { audio, video } = this.#expected;
    this.#desk.setMedia({
      audio: audio || media.isOn('microphone'),
      video: video || media.isOn('camera'),
      screen: media.trackOn('screen') !== null,
    });
  }

  /** Legs and tracks follow what the desk says. */
  #follow(): void {
    const { engaged, ring } = this.#desk;
    if (!engaged && !ring) this.#end();
    else {
      if (engaged) this.#media ??= this.#begin();
      this.#reach(ring ? [ring.from] : []);
    }
    this.#handlers.changed();
  }

  #begin(): LocalMedia {
    const media: LocalMedia = new LocalMedia({
      track: (line, track) => {
        for (const leg of this.#legs.values()) void leg.send(line, track);
      },
      changed: () => {
        if (media === this.#media) this.#say(media);
      },
      failed: (fault) => this.#handlers.failed(fault),
    });
    return media;
  }

  /** Lines are made ready while it rings, so that who answers is seen at once. */
  #reach(ringing: readonly PeerId[]): void {
    const { answers, engaged } = this.#desk;
    const media = this.#desk.mediaIn(engaged?.id ?? '');
    const wanted = new Set(ringing);
    for (const [id, answer] of answers) if (answer === 'ringing' || answer === 'in') wanted.add(id);
    for (const [id, leg] of this.#legs) {
      if (wanted.has(id)) continue;
      this.#legs.delete(id);
      void leg.close();
    }
    for (const id of wanted) {
      const link = this.#ports.mesh.linkTo(id);
      let leg = this.#legs.get(id);
      if (!leg) {
        leg = new CallLeg(this.#trackOn, {
          say: (news) => this.#ports.mesh.linkTo(id)?.send({ type: 'lines', ...news }),
          began: () => this.#quality.hasten(),
          changed: () => this.#handlers.changed(),
        });
        this.#legs.set(id, leg);
      }
      const { audio, video, screen } = media.get(id) ?? NOTHING_ON;
      leg.expected = audio || video || screen === true;
      leg.talking = answers.get(id) === 'in' && this.#media !== null;
      if (link?.connection) leg.attach(link.connection);
    }
    const inside = [...answers.values()].filter((answer) => answer === 'in').length;
    for (const leg of this.#legs.values()) leg.sending.others = inside;
    if (inside > 0) this.#quality.watch();
  }

  readonly #trackOn: Pick<LocalMedia, 'trackOn'> = {
    trackOn: (line) => this.#media?.trackOn(line) ?? null,
  };

  #end(): void {
    const media = this.#media;
    this.#media = null;
    this.#quality.close();
    for (const leg of this.#legs.values()) void leg.close();
    this.#legs.clear();
    media?.close();
  }
}

function endedCall({ was, why }: Settled['over'][number]): EndedCall {
  const { id, scope, media, from = null } = was;
  return { id, private: scope !== 'room', video: media.video, from, why };
}

/** As it will be when the devices are on. */
function expecting(own: OwnMedia, { audio, video }: CallMedia): OwnMedia {
  const { microphone, camera } = own;
  return {
    ...own,
    microphone: { ...microphone, wanted: audio || microphone.wanted },
    camera: { ...camera, wanted: video || camera.wanted },
  };
}
