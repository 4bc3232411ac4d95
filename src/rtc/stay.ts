import { encodeBase64url } from '../protocol/base64url.ts';
import type { JoinAnswer } from '../protocol/broadcaster-messages.ts';
import { RtcChatError } from '../protocol/errors.ts';
import type { InstanceId, PeerId, PersonName } from '../protocol/ids.ts';
import { Admission } from './admission.ts';
import type { Arrival, Wiring } from './arrival.ts';
import { arrive, releaseArrival } from './arrival.ts';
import type { BroadcasterState, ChatRoom } from './chat-room.ts';
import type { CallHost } from './call-host.ts';
import { Company } from './company.ts';
import { leaseName } from './name-lease.ts';
import { OwnName } from './own-name.ts';
import type { Peer } from './peer.ts';
import { OPEN_EPOCH } from './peer-memory.ts';
import type { CheckedOptions } from './room-options.ts';
import type { StayHandlers } from './stay-handlers.ts';
import { Transcript } from './transcript.ts';
import { onWake } from './wake.ts';

export { makeSpare } from './spare-connection.ts';
export { warmUp } from './warm-up.ts';

/**
 * One stay in a room, from `join()` to `leave()`: the key, the log and all links, wired together. A room that is joined
 * again has another one. Invariant: after `leave()` no handler is called and nothing is held.
 */
export class Stay {
  readonly transcript: Transcript;
  readonly #arrival: Arrival;
  readonly #life = new AbortController();
  readonly #instance = encodeBase64url(crypto.getRandomValues(new Uint8Array(8))) as InstanceId;
  readonly #admission: Admission;
  readonly #company: Company;

  readonly #name: OwnName;
  #handlers: StayHandlers | null;
  #capacity: number | null = null;
  /** A refusal that did not end the stay, because there were links to keep. */
  #refusal: RtcChatError | null = null;

  /** Rejects when `signal` aborts, and with what makes a stay impossible; then nothing is held. */
  static async begin(
    options: CheckedOptions,
    handlers: StayHandlers,
    signal: AbortSignal,
  ): Promise<Stay> {
    let wiring: Wiring | null = null;
    const arrival = await arrive(options, signal, () => wiring);
    const stay = new Stay(arrival, handlers);
    wiring = stay.#wiring();
    arrival.replay();
    return stay;
  }

  private constructor(arrival: Arrival, handlers: StayHandlers) {
    const { options, signaling, lease, name, log } = arrival;
    const { identity } = lease;
    this.#arrival = arrival;
    this.#handlers = handlers;
    const place = { broadcaster: signaling.origin, room: options.roomName };
    this.#name = new OwnName(name, (other) =>
      leaseName({ ...place, name: other, signal: this.#life.signal }),
    );
    this.transcript = new Transcript(log, lease, {
      message: (message) => this.#handlers?.message(message),
      delivery: (message) => this.#handlers?.delivery(message),
      restored: () => this.#handlers?.restored(),
      written: () => this.#company.delivery.pump(),
      heard: (authors) => {
        for (const author of authors) this.#company.presence.forget(author as string as PeerId);
      },
      trimmed: (authors) => this.#company.delivery.trimmed(authors),
      changed: () => this.#handlers?.changed(),
      trouble: (error) => this.#handlers?.trouble(error),
    });
    this.#company = new Company(arrival, this.#instance, this.transcript, {
      name: () => this.#name.current,
      online: () => this.#admission.broadcaster === 'online',
      changed: () => this.#handlers?.changed(),
      counted: () => this.#counted(),
      forked: (by, seq) => this.#forked(by, seq),
      peerJoined: (peer) => this.#handlers?.peerJoined(peer),
      peerChanged: (peer) => this.#handlers?.peerChanged(peer),
      peerLeft: (peer, reason) => this.#handlers?.peerLeft(peer, reason),
      trouble: (error) => this.#handlers?.trouble(error),
      calls: handlers.calls,
    });
    this.#admission = new Admission(
      signaling,
      identity,
      name.name,
      {
        room: options.roomName,
        instance: this.#instance,
        capacity: options.capacity,
        token: options.token,
        offer: () => this.#openOffer(),
      },
      {
        admitted: (answer, atMs) => this.#admitted(answer, atMs),
        iceServers: ({ iceServers }) => this.#giveServers(iceServers),
        changed: () => this.#handlers?.changed(),
        refused: (error) => this.#refused(error),
      },
    );
    onWake(() => this.#company.mesh.retry(), this.#life.signal);
  }

  get self(): { readonly id: PeerId; readonly name: string } {
    return { id: this.#arrival.lease.identity.id, name: this.#name.current };
  }

  get peers(): readonly Peer[] {
    return this.#company.peers;
  }

  get calls(): CallHost {
    return this.#company.calls;
  }

  get capacity(): number | null {
    return this.#capacity;
  }

  get broadcaster(): BroadcasterState {
    return this.#admission.broadcaster;
  }

  /** Once we are in, a broadcaster that is away is no error of ours: `broadcaster` says so. */
  get error(): RtcChatError | null {
    return this.#refusal ?? (this.#capacity === null ? this.#admission.error : null);
  }

  get trouble(): ChatRoom['trouble'] {
    return this.#company.trouble;
  }

  get retryAt(): number | null {
    return this.#admission.retryAt;
  }

  /** `joining` until admitted and, where somebody is there, until the first contact has gone one way or the other. */
  get status(): 'joining' | 'waiting' | 'connected' | 'reconnecting' {
    return this.#company.status ?? (this.#capacity === null ? 'joining' : 'waiting');
  }

  async rename(name: PersonName): Promise<void> {
    await this.#name.change(name, this.#admission);
    this.#handlers?.changed();
  }

  setTyping(typing: boolean): void {
    this.#company.presence.setTyping(typing);
  }

  markSeen(messageId: string): void {
    for (const [author, seq] of this.transcript.readThrough(messageId)) {
      this.#company.presence.markSeen(author, seq);
    }
  }

  retry(): void {
    this.#admission.retry();
    this.#company.mesh.retry();
  }

  /** `bye` to everyone, the seat back, everything released. */
  async leave(): Promise<void> {
    this.#handlers = null;
    this.#company.calls.close();
    this.#company.presence.setTyping(false);
    // `bye` comes after the last signature.
    await this.#arrival.log.sign()?.catch(() => undefined);
    await Promise.all([this.#company.mesh.leave(), this.#admission.leave()]);
    this.#life.abort();
    this.#company.close();
    await this.transcript.close();
    await releaseArrival(this.#arrival);
    this.#name.release();
  }

  #wiring(): Wiring {
    return {
      connected: () => this.#admission.connected(),
      disconnected: (retryInMs) => this.#admission.disconnected(retryInMs),
      peerJoined: (peer) => this.#company.mesh.announce(peer),
      peerLeft: ({ id }) => {
        this.#company.mesh.unlist(id);
        this.#company.relieved(id);
      },
      signal: (delivery) => this.#company.courier.relayed(delivery),
      replaced: () =>
        this.#fail(
          new RtcChatError('replaced', 'This conversation goes on in another tab or window.'),
        ),
      name: () => this.#name.current,
      audience: () => this.#company.audience,
      present: () => this.#company.mesh.links.map(({ id }) => id),
      beforeWrite: () => {
        const { delivery, mesh } = this.#company;
        // Who has just come is not written past: back-pressure begins with its `hello`.
        const opening = mesh.links.flatMap(({ settled }) => settled ?? []);
        if (opening.length === 0) return delivery.mayWrite();
        return Promise.all(opening).then(() => delivery.mayWrite() ?? undefined);
      },
      lateSignature: () => this.#company.delivery.late,
    };
  }

  #giveServers(servers: JoinAnswer['iceServers']): void {
    const configuration = this.#arrival.giveServers(servers);
    if (configuration) this.#company.mesh.configure(configuration);
  }

  async #openOffer(): Promise<string | null> {
    const shown = await this.#arrival.supply.show();
    if (!shown) return null;
    this.#company.mesh.offeredOpenly = true;
    return this.#company.courier.seal({ ...shown, epoch: OPEN_EPOCH, n: 1, toEpoch: 0 });
  }

  #admitted({ peers, iceServers, limits, now, offered }: JoinAnswer, atMs: number): void {
    this.#arrival.clock.correct(now, atMs);
    this.#giveServers(iceServers);
    this.#capacity = limits.capacity;
    this.#refusal = null;
    if (offered && peers.length === 1) this.#arrival.supply.said();
    this.#company.mesh.list(peers);
    this.transcript.receipts.present(this.#company.mesh.links.map(({ id }) => id));
    if (peers.length === 0) this.transcript.readOn();
    void this.transcript.opened.then(() => this.#handlers?.admitted());
    this.#handlers?.changed();
    this.#expect();
  }

  /** Whether somebody else may come, for whom a connection is kept ready. */
  #expect(): void {
    if (!this.#handlers) return;
    const count = this.#company.mesh.links.length;
    const mayCome = this.#capacity !== null && count < this.#capacity - 1;
    this.#arrival.supply.expect(mayCome, count === 0);
  }

  #counted(): void {
    if (this.#refusal && this.#company.mesh.links.length === 0) return this.#fail(this.#refusal);
    this.#expect();
    this.#handlers?.changed();
  }

  /** Who is refused when coming back keeps the links, and says so. */
  #refused(error: RtcChatError): void {
    if (this.#company.mesh.openIds.length === 0) return this.#fail(error);
    this.#refusal = error;
    // There is no list any more; who cannot be mended within its time is gone.
    this.#company.mesh.list([]);
    this.#handlers?.changed();
  }

  /** What nobody holds is to be said again, under another key; this one is never used again. */
  #forked(by: PeerId, seq: number): void {
    const handlers = this.#handlers;
    this.#handlers = null;
    this.#arrival.lease.store.abandon();
    handlers?.forked(this.transcript.lostSince(seq, by));
  }

  #fail(error: RtcChatError): void {
    const handlers = this.#handlers;
    this.#handlers = null;
    handlers?.failed(error);
  }
}
