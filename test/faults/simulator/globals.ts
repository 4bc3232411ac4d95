import { createHash } from 'node:crypto';
import type { Dice } from './dice.ts';
import { SimPeerConnection, type Air } from './peer-connection.ts';
import type { Alarm } from './world.ts';

/** What the engine finds around it, simulated, with connections in this air; gives the way back. One world at a time. */
export function installGlobals(air: Air): () => void {
  const { world } = air.network;
  const replaced = {
    // Whole milliseconds, and never early; some time goes by in any case.
    setTimeout: (run: () => void, delayMs = 0) =>
      world.after(Math.trunc(delayMs) + world.dice.between(0.01, 1), world.current, run),
    clearTimeout: (alarm?: Alarm) => {
      if (alarm) alarm.run = null;
    },
    reportError: (error: unknown) => void world.errors.push(error),
    RTCPeerConnection: class extends SimPeerConnection {
      constructor() {
        super(air);
      }
    },
    crypto: {
      subtle: subtleOf(world.dice),
      getRandomValues: (bytes: Uint8Array) => {
        for (let at = 0; at < bytes.length; at++) bytes[at] = world.dice.whole(0, 255);
        return bytes;
      },
    },
  };
  const undo: (() => void)[] = [];
  const define = (target: object, name: string, value: unknown): void => {
    const before = Object.getOwnPropertyDescriptor(target, name);
    Object.defineProperty(target, name, { configurable: true, writable: true, value });
    undo.push(() => {
      if (before) Object.defineProperty(target, name, before);
      else Reflect.deleteProperty(target, name);
    });
  };
  for (const [name, value] of Object.entries(replaced)) define(globalThis, name, value);
  define(performance, 'now', () => world.nowMs);
  define(Date, 'now', () => world.dateMs);
  define(Math, 'random', world.dice.next);
  return () => {
    for (const step of undo.toReversed()) step();
  };
}

interface SimKey {
  readonly raw: Uint8Array;
}

function digest(...parts: readonly Uint8Array[]): Uint8Array {
  const hash = createHash('sha256');
  for (const part of parts) hash.update(part);
  return new Uint8Array(hash.digest());
}

/** Whoever knows the key can sign here: forgery is tested elsewhere, and a seed has thousands of signatures. */
function signatureOf({ raw }: SimKey, data: Uint8Array): Uint8Array {
  const half = digest(raw, data);
  const whole = new Uint8Array(64);
  whole.set(half);
  whole.set(half, 32);
  return whole;
}

/** WebCrypto that answers in the same moment, so that a seed determines everything. */
const subtleOf = (dice: Dice) => ({
  async generateKey() {
    const raw = digest(Uint8Array.from({ length: 32 }, () => dice.whole(0, 255)));
    return { privateKey: { raw }, publicKey: { raw } };
  },
  async exportKey(_format: 'raw', { raw }: SimKey) {
    return raw.slice().buffer;
  },
  async importKey(_format: 'raw', raw: Uint8Array) {
    return { raw: raw.slice() };
  },
  async sign(_algorithm: string, key: SimKey, data: Uint8Array) {
    return signatureOf(key, data).buffer;
  },
  async verify(_algorithm: string, key: SimKey, signature: Uint8Array, data: Uint8Array) {
    const right = signatureOf(key, data);
    return right.every((byte, at) => byte === signature[at]);
  },
  async digest(_algorithm: string, data: Uint8Array) {
    return digest(data).buffer;
  },
});
