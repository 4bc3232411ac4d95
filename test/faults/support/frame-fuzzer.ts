import type { StrangerFrame } from '../../rtc/support/stranger.ts';
import type { Dice } from '../simulator/dice.ts';

/** What stands in the place of a text or a number in a frame that was real. */
const ODD: readonly unknown[] = [
  null,
  true,
  '',
  ' ',
  '\u0000',
  '\ud800',
  '__proto__',
  'constructor',
  'x'.repeat(5_000),
  0,
  -1,
  -0,
  0.5,
  2 ** 31,
  2 ** 31 + 1,
  2 ** 53,
  1e308,
  [],
  {},
  [[]],
  { toString: null },
];

const POLLUTION = [
  '"__proto__":{"typing":true,"polluted":true}',
  '"constructor":{"prototype":{"polluted":true}}',
];

/**
 * Makes frames out of real ones: most are still of the right shape and say something that is not so, some are broken
 * otherwise. One seed determines them, as far as the real ones are the same.
 */
export class FrameFuzzer {
  readonly #dice: Dice;
  readonly #ids: readonly string[];
  readonly #real: readonly StrangerFrame[];
  readonly #broken: number;

  /**
   * `ids`: of those who are there. `real`: frames that have been heard or said, one of each kind at least. `broken`: the
   * share of those that are not of the right shape; each of them ends a link.
   */
  constructor(dice: Dice, ids: readonly string[], real: readonly StrangerFrame[], broken = 0.015) {
    this.#broken = broken;
    this.#dice = dice;
    this.#ids = ids;
    this.#real = real;
  }

  next(): string | ArrayBuffer {
    const dice = this.#dice;
    if (!dice.chance(this.#broken)) {
      const json = JSON.stringify(this.#lie());
      return dice.chance(0.6) ? json : this.#decorated(json);
    }
    const real = dice.pick(this.#real);
    const sort = dice.next();
    if (sort < 0.5) return JSON.stringify(this.#bent(real, 3)) ?? '';
    return sort < 0.9 ? this.#torn(JSON.stringify(real)) : this.#rubbish();
  }

  /** A frame that a parser takes. */
  #lie(): StrangerFrame {
    const dice = this.#dice;
    const seq = (): number => (dice.chance(0.5) ? dice.whole(1, 50) : dice.whole(1, 2 ** 31 - 1));
    const mark = (): readonly unknown[] => {
      const high = seq();
      return [dice.whole(1, high), high, this.#letters(22)];
    };
    const marks = (most: number): Record<string, readonly unknown[]> =>
      Object.fromEntries(Array.from({ length: dice.whole(1, most) }, () => [this.#id(), mark()]));
    const real = dice.pick(this.#real);
    switch (dice.whole(0, 12)) {
      case 0:
        return { type: 'have', have: marks(dice.chance(0.02) ? 1_024 : 4) };
      case 1:
        return { type: 'have', have: marks(2), of: this.#id() };
      case 2: {
        const [from, to] = [seq(), seq()].toSorted((a, b) => a - b);
        return { type: 'want', author: this.#id(), from, to, down: dice.chance(0.5) };
      }
      case 3:
        return { type: 'given', author: this.#id() };
      case 4:
        return { type: 'fork', author: this.#id(), seq: seq(), head: this.#letters(22) };
      case 5:
        return { type: 'presence', typing: dice.chance(0.5), seen: { [this.#id()]: seq() } };
      case 6:
        return {
          type: 'presence',
          links: Array.from({ length: dice.whole(0, 32) }, () => this.#id()),
        };
      case 7:
        return { type: 'presence', seen: { [this.#id()]: seq() }, of: this.#id() };
      case 8:
        return { type: 'signal', from: this.#id(), to: this.#id(), signal: JSON.stringify(real) };
      case 9:
        return { type: 'lines', camera: [seq(), seq()], screen: [0, seq()], held: true };
      case 10:
        return {
          type: 'call',
          id: dice.pick(['a', 'b', this.#letters(32)]),
          scope: dice.chance(0.5) ? 'room' : [this.#id(), this.#id()],
          phase: dice.pick(['declined', 'out']),
          reason: dice.pick(['busy', 'whatever']),
          media: { audio: true, video: dice.chance(0.5) },
          since: seq(),
          rev: seq(),
        };
      case 11:
        // In the name of somebody else, and not asked for.
        return {
          ...real,
          type: 'batch',
          key: this.#key(),
          body: '{"first":1}',
          sig: `${this.#letters(85)}A`,
        };
      default:
        return {
          type: dice.pick(['later', 'pong', 'bye-ack', '__proto__', 'toString']),
          id: seq(),
        };
    }
  }

  /** With fields that mean nothing, in a frame that means what it did. */
  #decorated(json: string): string {
    const dice = this.#dice;
    const depth = dice.whole(1, dice.chance(0.05) ? 20_000 : 50);
    const extra = dice.pick([
      ...POLLUTION,
      `"deep":${'['.repeat(depth)}${']'.repeat(depth)}`,
      `"long":"${'x'.repeat(depth)}"`,
      `"toJSON":1,"then":{},"length":1e9`,
    ]);
    return `{${extra},${json.slice(1)}`;
  }

  /** Something in it is something else. */
  #bent(value: unknown, depth: number): unknown {
    const dice = this.#dice;
    if (typeof value !== 'object' || value === null || depth === 0) return dice.pick(ODD);
    const entries = Object.entries(value);
    const at = dice.whole(0, entries.length);
    const bent = entries.flatMap(([key, inner], index): [string, unknown][] => {
      if (index !== at) return [[key, inner]];
      return dice.chance(0.1) ? [] : [[key, this.#bent(inner, depth - 1)]];
    });
    return Array.isArray(value) ? bent.map(([, inner]) => inner) : Object.fromEntries(bent);
  }

  /** Cut off, or with a character too many, too few or another one. */
  #torn(json: string): string {
    const dice = this.#dice;
    const at = dice.whole(0, json.length - 1);
    const sign = String.fromCharCode(dice.pick([0, 34, 44, 91, 92, 123, 125, 0xd800, 0xffff]));
    switch (dice.whole(0, 3)) {
      case 0:
        return json.slice(0, at);
      case 1:
        return json.slice(0, at) + sign + json.slice(at);
      case 2:
        return json.slice(0, at) + sign + json.slice(at + 1);
      default:
        return json.slice(at) + json.slice(0, at);
    }
  }

  #rubbish(): string | ArrayBuffer {
    const dice = this.#dice;
    const bytes = Uint8Array.from({ length: dice.whole(0, 200) }, () => dice.whole(0, 255));
    if (dice.chance(0.3)) return bytes.buffer;
    if (dice.chance(0.1)) return `{"type":"later","filler":"${'x'.repeat(200_000)}"}`;
    return String.fromCharCode(...bytes);
  }

  #id(): string {
    return this.#dice.chance(0.6) ? this.#dice.pick(this.#ids) : this.#letters(22);
  }

  #key(): string {
    return `${this.#letters(42)}A`;
  }

  #letters(count: number): string {
    const letters = 'abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_';
    return Array.from({ length: count }, () => letters[this.#dice.whole(0, 63)]).join('');
  }
}
