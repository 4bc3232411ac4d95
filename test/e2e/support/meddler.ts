import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { encodeBase64url } from '../../../src/protocol/base64url.ts';
import type { SignalDelivery } from '../../../src/protocol/broadcaster-messages.ts';
import type { SignalBody } from '../../../src/protocol/signal.ts';
import type { PeerId } from '../../../src/protocol/ids.ts';
import { peerIdOf, signalText } from '../../../src/protocol/signing.ts';
import { createBroadcaster } from '../../../src/server/broadcaster.ts';
import type { BroadcasterSocket } from '../../../src/server/session.ts';

/** The certificate that the meddler would like people to accept. */
export const FALSE_FINGERPRINT = Array.from({ length: 32 }, () => 'EE').join(':');

/**
 * How a changed body is passed off: under the old signature; with the meddler's own key and signature; with the sender's
 * key and the meddler's signature.
 */
const forgeries = ['old-signature', 'own-key', 'own-signature'] as const;
type Forgery = (typeof forgeries)[number];

interface Envelope {
  readonly key: string;
  readonly body: string;
  readonly sig: string;
  readonly open?: boolean;
}

/** A signal on its way. */
interface Passing {
  readonly room: string;
  readonly from: string;
  /** Empty for an offer to whoever is there. */
  readonly to: string;
  readonly envelope: Envelope;
}

const running = new Set<Meddler>();

export async function closeMeddlers(): Promise<void> {
  await Promise.all([...running].map((meddler) => meddler.close()));
}

/** Where somebody is. */
interface Place {
  readonly socket: BroadcasterSocket;
  readonly room: string;
  readonly name: string;
}

/** What else it does to signals. */
interface Mischief {
  /** Passes each to everyone that it is not for, back to its sender too, and to the right one in somebody else's name. */
  readonly redirects?: boolean;
  /** Passes them in the reverse order, as many as come within `HELD_MS`. */
  readonly reorders?: boolean;
  /** So many from the first to the second, by their names, never arrive; the sender is told that they have. */
  readonly withholds?: (from: string, to: string) => number;
}

/** Long enough for a description and its first candidates. */
const HELD_MS = 200;

/**
 * A real broadcaster in hostile hands: on demand it swaps the certificate in the descriptions that it relays, and does
 * not relay what it should.
 */
export class Meddler {
  readonly url: string;
  readonly close: () => Promise<void>;
  /** Whether it meddles at the moment; each changed signal is forged in another way than the one before. */
  meddling = false;
  mischief: Mischief = {};
  /** How many signals have been withheld, redirected and passed after a later one. */
  readonly done = { withheld: 0, redirected: 0, reordered: 0 };
  readonly #keys: CryptoKeyPair;
  readonly #ownKey: string;
  readonly #places = new Map<string, Place>();
  readonly #counts = new Map<string, number>();
  #held: (() => void)[] = [];
  readonly #passed: Passing[] = [];
  #changed = 0;
  #told = (): void => undefined;

  static async start(): Promise<Meddler> {
    const keys = await crypto.subtle.generateKey('Ed25519', true, ['sign', 'verify']);
    if (!('privateKey' in keys)) throw new Error('no key pair');
    const raw = await crypto.subtle.exportKey('raw', keys.publicKey);
    const server = createServer();
    const broadcaster = createBroadcaster(server);
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    const meddler = new Meddler(url, keys, encodeBase64url(new Uint8Array(raw)), async () => {
      running.delete(meddler);
      await broadcaster.close();
      server.close();
      server.closeAllConnections();
    });
    // As a middleware, because the broadcaster's own listener on a new socket hands nothing on.
    broadcaster.io.use((socket, next) => {
      void (async () => {
        await meddler.#watch(socket);
        next();
      })();
    });
    running.add(meddler);
    return meddler;
  }

  private constructor(
    url: string,
    keys: CryptoKeyPair,
    ownKey: string,
    close: () => Promise<void>,
  ) {
    this.url = url;
    this.close = close;
    this.#keys = keys;
    this.#ownKey = ownKey;
  }

  /** Fulfils when so many more descriptions have been changed and passed on. */
  async changes(count: number): Promise<void> {
    const wanted = this.#changed + count;
    while (this.#changed < wanted) await new Promise<void>((resolve) => (this.#told = resolve));
  }

  /** Says once more all that `from` has ever said to `to`: as it was, and forged in each way, in later epochs too. */
  async replay(from: string, to: string): Promise<number> {
    let count = 0;
    const passed = this.#passed.filter((one) => one.from === from && ['', to].includes(one.to));
    for (const passing of passed) {
      this.#deliver(to, passing, passing.envelope);
      for (const forgery of forgeries) {
        for (const later of [0, 1, 100]) {
          this.#deliver(to, passing, await this.#forge(passing, forgery, later));
          count++;
        }
      }
    }
    return count;
  }

  /** Sees every call of this socket, and the join that comes with its first packet, before the broadcaster does. */
  async #watch(socket: BroadcasterSocket): Promise<void> {
    let [id, room] = ['', ''];
    const change = async (to: string, signal: string): Promise<string> => {
      const envelope = JSON.parse(signal) as Envelope;
      const passing = { room, from: id, to, envelope };
      this.#passed.push(passing);
      if (!this.meddling || !/"description"/.test(envelope.body)) return signal;
      const forgery = forgeries[this.#changed % forgeries.length]!;
      const forged = JSON.stringify(await this.#forge(passing, forgery));
      this.#changed++;
      this.#told();
      return forged;
    };
    const look = async (event: string, payload: unknown): Promise<void> => {
      if (event === 'join') {
        const request = payload as {
          readonly key: string;
          readonly room: string;
          readonly name: string;
          offer?: string;
        };
        id = (await peerIdOf(request.key)) ?? '';
        room = request.room;
        this.#places.set(id, { socket, room, name: request.name });
        if (request.offer && this.mischief.withholds) delete request.offer;
        if (request.offer) request.offer = await change('', request.offer);
      } else if (event === 'signal') {
        const request = payload as { readonly to: string; signal: string };
        request.signal = await change(request.to, request.signal);
      }
    };
    const auth = socket.handshake.auth as { readonly join?: unknown };
    if (auth.join) await look('join', auth.join);
    socket.use(([event, payload, answer], next) => {
      void (async () => {
        await look(event, payload);
        if (event !== 'signal') return next();
        const { to, signal } = payload as { readonly to: string; readonly signal: string };
        if (this.#isWithheld(id, to)) {
          this.done.withheld++;
          return (answer as (answer: object) => void)({ ok: true });
        }
        if (this.mischief.redirects)
          this.#redirect(to, { room, from: id, to, envelope: JSON.parse(signal) as Envelope });
        if (this.mischief.reorders) this.#hold(next);
        else next();
      })();
    });
  }

  /** Tells everyone in the room that each of the others has left, and was lost. Gives how often it said so. */
  inventLeaves(room: string): number {
    const there = [...this.#places].filter(([, place]) => place.room === room);
    let count = 0;
    for (const [id, { socket }] of there) {
      for (const [other] of there) {
        if (other === id) continue;
        for (const reason of ['left', 'lost']) {
          socket.emit('peer-left', { id: other as PeerId, reason });
          count++;
        }
      }
    }
    return count;
  }

  #isWithheld(from: string, to: string): boolean {
    const way = `${from} ${to}`;
    const count = (this.#counts.get(way) ?? 0) + 1;
    this.#counts.set(way, count);
    const name = (of: string): string => this.#places.get(of)?.name ?? '';
    return count <= (this.mischief.withholds?.(name(from), name(to)) ?? 0);
  }

  #redirect(to: string, passing: Passing): void {
    for (const [id, { room }] of this.#places) {
      if (room !== passing.room || id === to) continue;
      this.#deliver(id, passing, passing.envelope);
      if (id !== passing.from) this.#deliver(to, { ...passing, from: id }, passing.envelope);
      this.done.redirected++;
    }
  }

  #hold(pass: () => void): void {
    if (this.#held.push(pass) > 1) return;
    setTimeout(() => {
      const held = this.#held.splice(0);
      this.done.reordered += held.length - 1;
      for (const each of held.toReversed()) each();
    }, HELD_MS);
  }

  async #forge(passing: Passing, forgery: Forgery, later = 0): Promise<Envelope> {
    const { room, from, to, envelope } = passing;
    const said = JSON.parse(envelope.body) as SignalBody;
    const body = JSON.stringify({ ...said, epoch: said.epoch + later }).replaceAll(
      /(a=fingerprint:sha-256 )[0-9A-F:]+/gi,
      `$1${FALSE_FINGERPRINT}`,
    );
    if (forgery === 'old-signature') return { ...envelope, body };
    const text = new TextEncoder().encode(signalText(room, from, to, body));
    const signature = await crypto.subtle.sign('Ed25519', this.#keys.privateKey, text);
    const key = forgery === 'own-key' ? this.#ownKey : envelope.key;
    return { ...envelope, key, body, sig: encodeBase64url(new Uint8Array(signature)) };
  }

  #deliver(to: string, { from, envelope: original }: Passing, envelope: Envelope): void {
    const { instance } = JSON.parse(original.body) as SignalBody;
    const delivery = { from, instance, signal: JSON.stringify(envelope) } as SignalDelivery;
    this.#places.get(to)?.socket.emit('signal', delivery);
  }
}
