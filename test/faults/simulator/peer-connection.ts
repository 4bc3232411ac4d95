import { SimChannel } from './channel.ts';
import type { Network } from './network.ts';
import { connects, Wire, type WireEnd } from './wire.ts';
import type { Actor, World } from './world.ts';

type Kind = 'offer' | 'answer';

interface Description {
  readonly type: Kind;
  readonly sdp: string;
}

export interface Candidate {
  readonly candidate: string;
  toJSON(): object;
}

const FIELD = /^a=(sim|ice-ufrag):(.*)$/gm;

/** Where connections are made. */
export interface Air {
  readonly network: Network;
  /** Those that are not closed, as descriptions name them. */
  readonly connections: Map<string, SimPeerConnection>;
  made: number;
}

/**
 * As much of an RTCPeerConnection as the engine uses, over the simulated network: descriptions that name a connection and
 * its credentials, states that follow from what carries, channels that keep, stall and lose as those of Chromium and
 * Firefox were measured to.
 */
export class SimPeerConnection implements WireEnd {
  readonly id: string;
  readonly actor: Actor;
  readonly channels = new Map<number, SimChannel>();
  signalingState = 'stable';
  iceConnectionState = 'new';
  connectionState = 'new';
  localDescription: Description | null = null;
  remoteDescription: Description | null = null;
  onicecandidate: ((event: { candidate: Candidate | null }) => void) | null = null;
  oniceconnectionstatechange: (() => void) | null = null;
  onconnectionstatechange: (() => void) | null = null;
  onnegotiationneeded: (() => void) | null = null;
  /** Agreed upon: what the two sides go by. */
  ufrag = '';
  remoteUfrag = '';
  remoteId = '';
  heardCandidate = false;
  wire: Wire | null = null;
  readonly #air: Air;
  readonly #world: World;
  #offered = '';
  #restarts = 0;
  #wantsRestart = false;
  #tail: Promise<unknown> = Promise.resolve();

  constructor(air: Air) {
    this.#air = air;
    this.#world = air.network.world;
    const { current } = this.#world;
    if (!current) throw new Error('Nobody makes this connection.');
    this.actor = current;
    this.id = `${air.made++}`;
    air.connections.set(this.id, this);
  }

  get closed(): boolean {
    return this.signalingState === 'closed';
  }

  createDataChannel(label: string, { id }: { id: number }): SimChannel {
    const channel = new SimChannel(this, label, id);
    this.channels.set(id, channel);
    return channel;
  }

  setConfiguration(): void {}

  getTransceivers(): readonly never[] {
    return [];
  }

  restartIce(): void {
    this.#wantsRestart = true;
    this.later(1, () => {
      if (this.signalingState === 'stable') this.onnegotiationneeded?.();
    });
  }

  createAnswer(): Promise<Description> {
    return this.#do(() => this.#describe('answer'));
  }

  setLocalDescription(given?: Description): Promise<void> {
    return this.#do(() => {
      const type: Kind = this.signalingState === 'have-remote-offer' ? 'answer' : 'offer';
      if (given && given.type !== type) throw new Error('a description of the wrong kind');
      this.localDescription = { ...this.#describe(type), ...given };
      if (type === 'offer') this.signalingState = 'have-local-offer';
      else this.#settle();
      this.#gather();
    });
  }

  setRemoteDescription({ type, sdp }: Description): Promise<void> {
    return this.#do(() => {
      if (type === 'answer' && this.signalingState !== 'have-local-offer')
        throw new Error('an answer to nothing');
      if (type === 'offer' && this.signalingState === 'have-local-offer') this.#rollBack();
      this.remoteDescription = { type, sdp };
      const fields = new Map(Array.from(sdp.matchAll(FIELD), ([, name, value]) => [name, value]));
      const restarted = this.remoteUfrag !== '' && this.remoteUfrag !== fields.get('ice-ufrag');
      this.remoteId = fields.get('sim') ?? '';
      this.remoteUfrag = fields.get('ice-ufrag') ?? '';
      if (type === 'answer') return this.#settle();
      if (restarted) this.#wantsRestart = true;
      this.signalingState = 'have-remote-offer';
    });
  }

  addIceCandidate(): Promise<void> {
    return this.#do(() => {
      this.heardCandidate = true;
      this.#check();
    });
  }

  close(): void {
    if (this.closed) return;
    this.signalingState = this.iceConnectionState = this.connectionState = 'closed';
    this.#air.connections.delete(this.id);
    for (const channel of this.channels.values()) channel.readyState = 'closed';
    this.wire?.abandon(this);
  }

  /** Something that happens to this page. */
  later(delayMs: number, run: () => void): void {
    this.#world.after(delayMs, this.actor, () => {
      if (!this.closed) run();
    });
  }

  /** What carries, or does not, as the page is told. */
  become(state: 'connected' | 'disconnected' | 'failed'): void {
    if (this.iceConnectionState === state) return;
    this.iceConnectionState = this.connectionState = state;
    this.oniceconnectionstatechange?.();
    if (!this.closed) this.onconnectionstatechange?.();
  }

  #do<T>(operation: () => T): Promise<T> {
    const done = this.#tail.then(
      () =>
        new Promise<T>((resolve, reject) => {
          this.#world.after(this.#world.dice.between(0, 4), this.actor, () => {
            // After `close()` they stay open for ever, as the specification says.
            if (this.closed) return;
            try {
              resolve(operation());
            } catch (error) {
              reject(error);
            }
          });
        }),
    );
    this.#tail = done.catch(() => undefined);
    return done;
  }

  #describe(type: Kind): Description {
    if (this.#offered === '' || this.#wantsRestart) {
      this.#wantsRestart = false;
      this.#offered = `u${this.id}.${this.#restarts++}`;
    }
    const name = this.actor.engine === 'firefox' ? 'mozilla...' : '-';
    const lines = [
      'v=0',
      `o=${name} ${this.id}`,
      `a=fingerprint:sha-256 ${this.id}`,
      `a=sim:${this.id}`,
      `a=ice-ufrag:${this.#offered}`,
      `a=setup:${type === 'offer' ? 'actpass' : 'active'}`,
    ];
    return { type, sdp: lines.join('\n') };
  }

  #rollBack(): void {
    this.signalingState = 'stable';
    // Measured: a first offer that is rolled back leaves Chromium's channel closed in half of the cases.
    if (!this.wire && this.actor.engine === 'chromium' && this.#world.dice.chance(0.5))
      for (const channel of this.channels.values()) channel.readyState = 'closed';
  }

  #settle(): void {
    this.signalingState = 'stable';
    this.ufrag = this.#offered;
    this.#check();
    if (this.#wantsRestart) this.later(1, () => this.onnegotiationneeded?.());
  }

  #gather(): void {
    const usernameFragment = this.#offered;
    const candidate = `candidate:1 1 udp 1 10.0.0.${this.actor.node} 9 typ host`;
    const json = { candidate, sdpMid: '0', sdpMLineIndex: 0, usernameFragment };
    this.later(this.#world.dice.between(1, 30), () =>
      this.onicecandidate?.({ candidate: { candidate, toJSON: () => json } }),
    );
    this.later(35, () => this.onicecandidate?.({ candidate: null }));
  }

  #check(): void {
    const remote = this.#air.connections.get(this.remoteId);
    if (remote && connects(this, remote)) Wire.between(this, remote, this.#air.network).establish();
  }
}
