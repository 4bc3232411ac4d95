/** Quieter than this is a room, not a voice (−35 dB of full scale). */
const VOICE_LEVEL = 0.018;
/** A breath between two words ends no turn. */
const PAUSE_MS = 900;
/** Whoever has the large place holds it so long, so that a cough or a "yes" moves nothing. */
const HOLD_MS = 2_000;
/** To take the large place one has to speak so long. */
const TURN_MS = 600;

interface Voice {
  readonly sinceMs: number;
  readonly lastMs: number;
}

/** Who speaks, and who has the floor: from how loud each is, without flicker. */
export class Speaker {
  readonly #voices = new Map<string, Voice>();
  #floor: string | null = null;
  #floorMs = -Infinity;

  /** The one who spoke last; null until anybody has. */
  get floor(): string | null {
    return this.#floor;
  }

  speaks(id: string): boolean {
    return this.#voices.has(id);
  }

  /** How loud each is at this moment (0 to 1; milliseconds of a clock that does not jump). Whether anything has changed. */
  hear(levels: ReadonlyMap<string, number>, nowMs: number): boolean {
    const before = [...this.#voices.keys()].join();
    const floor = this.#floor;
    for (const [id, level] of levels) {
      const voice = this.#voices.get(id);
      if (level >= VOICE_LEVEL)
        this.#voices.set(id, { sinceMs: voice?.sinceMs ?? nowMs, lastMs: nowMs });
    }
    for (const [id, { lastMs }] of this.#voices)
      if (!levels.has(id) || nowMs - lastMs > PAUSE_MS) this.#voices.delete(id);
    this.#pass(levels, nowMs);
    return floor !== this.#floor || before !== [...this.#voices.keys()].join();
  }

  #pass(levels: ReadonlyMap<string, number>, nowMs: number): void {
    const gone = this.#floor !== null && !levels.has(this.#floor);
    if (gone) this.#floor = null;
    if (!gone && nowMs - this.#floorMs < HOLD_MS) return;
    // Whoever still speaks keeps it; of the others, who has spoken the longest.
    if (this.#floor !== null && this.#voices.has(this.#floor)) return;
    const [next] = [...this.#voices]
      .filter(([, { sinceMs, lastMs }]) => lastMs - sinceMs >= TURN_MS)
      .toSorted(([, a], [, b]) => a.sinceMs - b.sinceMs);
    if (!next) return;
    this.#floor = next[0];
    this.#floorMs = nowMs;
  }
}
