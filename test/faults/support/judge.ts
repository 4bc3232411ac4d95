import type { Message, Room } from '../../../src/rtc/room.ts';

/** One text that somebody tried to send. */
interface Line {
  readonly text: string;
  readonly writer: string;
  /** The writer's id at that time. */
  readonly author: string;
  /** Whom it must reach whoever keeps what: those who were connected, by id. */
  readonly audience: readonly string[];
  /** Whether its author's log outlives the page. */
  kept: boolean;
  state: 'asked' | 'shown' | 'refused';
}

/** One page, as long as it lives. */
export interface Listener {
  isAlive(): boolean;
  /**
   * Another text where what was read before has been forgotten as it was meant to be; `kept`: its author wants it kept.
   */
  memory(kept: boolean): string;
  /** Whose the page is where what it reads counts as held because no disk tells. */
  heldBy(kept: boolean): string | null;
}

/** Somebody who is there at the end. */
export interface Witness {
  readonly id: string;
  readonly name: string;
  /** Its author's log outlives its page. */
  readonly kept: boolean;
  readonly messages: readonly Message[];
}

export interface Verdict {
  readonly shown: number;
  readonly lost: number;
  readonly twice: number;
  readonly outOfOrder: number;
  /** Anything else that must not be: a tick without a holder, a seq with two texts, a text that nobody accepted. */
  readonly other: number;
  readonly complaints: readonly string[];
}

/**
 * Knows what was tried, before it is; reads what others read; counts what is missing, double or out of order. What was
 * shown as sent must arrive, once; what was not may, once.
 */
export class Judge {
  readonly #lines = new Map<string, Line>();
  /** By author, in the order in which they were tried. */
  readonly #order = new Map<string, string[]>();
  readonly #texts = new Map<string, string>();
  /** Reader to author to the highest seq that it ever held, as it said itself: by its disk, or by its screen. */
  readonly #held = new Map<string, Map<string, number>>();
  readonly #complaints: string[] = [];
  #lost = 0;
  #twice = 0;
  #outOfOrder = 0;
  #other = 0;

  /** To be called before `send`. */
  tried(line: Omit<Line, 'state'>): Line {
    const noted: Line = { ...line, state: 'asked' };
    this.#lines.set(line.text, noted);
    const order = this.#order.get(line.author) ?? [];
    order.push(line.text);
    this.#order.set(line.author, order);
    return noted;
  }

  /** What this author kept is gone, by no fault of ours: what nobody else has of it nobody will have. */
  diskLost(author: string): void {
    for (const line of this.#lines.values()) if (line.author === author) line.kept = false;
  }

  held(reader: string, author: string, seq: number): void {
    const marks = this.#held.get(reader) ?? new Map<string, number>();
    this.#held.set(reader, marks.set(author, Math.max(seq, marks.get(author) ?? 0)));
  }

  /** Of one page of one person: everything that its room tells of. */
  listen(room: Room, reader: Listener): void {
    const ids = new Set<string>();
    const logs = new Map<string, Told>();
    room.addEventListener('message', ({ message }) => {
      if (!reader.isAlive()) return;
      const { author, seq } = partsOf(message);
      const kept = this.#lines.get(message.text)?.kept ?? false;
      const memory = reader.memory(kept);
      if (ids.has(`${memory} ${message.id}`))
        this.#fault('twice', `${message.text} was told of twice`);
      ids.add(`${memory} ${message.id}`);
      const before = logs.get(`${memory} ${author}`);
      const next = before ? continued(before, seq) : { low: seq, high: seq, filled: seq };
      if (!next) this.#fault('order', `${message.text} was told of after a later one`);
      else logs.set(`${memory} ${author}`, next);
      this.#check(message);
      const holder = reader.heldBy(kept);
      if (holder !== null) this.held(holder, author, seq);
    });
    room.addEventListener('delivery', ({ message }) => {
      if (!reader.isAlive() || message.delivered === 0) return;
      const { author, seq } = partsOf(message);
      let holders = 0;
      for (const marks of this.#held.values()) if ((marks.get(author) ?? 0) >= seq) holders++;
      if (holders < message.delivered)
        this.#fault(
          'other',
          `${message.text} has ${message.delivered} ticks and ${holders} who hold it`,
        );
    });
  }

  /** When everything has been calm for long enough. */
  judge(present: readonly Witness[]): Verdict {
    const alive = new Set(present.map(({ id }) => id));
    for (const reader of present) this.#read(reader, alive);
    const shown = [...this.#lines.values()].filter(({ state }) => state === 'shown').length;
    return {
      shown,
      lost: this.#lost,
      twice: this.#twice,
      outOfOrder: this.#outOfOrder,
      other: this.#other,
      complaints: this.#complaints,
    };
  }

  /** How many texts have still to come, and how many ticks: for whoever waits for calm. */
  missing(present: readonly Witness[]): { readonly texts: number; readonly ticks: number } {
    const alive = new Set(present.map(({ id }) => id));
    let [texts, ticks] = [0, 0];
    for (const reader of present) {
      const read = new Set(reader.messages.map(({ text }) => text));
      for (const line of this.#due(reader, alive)) if (!read.has(line.text)) texts++;
      ticks += reader.messages.filter(isUnderWay).length;
    }
    return { texts, ticks };
  }

  /** What whoever is here for ever must have in the end: everything that was shown as sent. */
  due(reader: string): readonly { readonly text: string }[] {
    return [...this.#lines.values()].filter(
      ({ state, kept, author, audience }) =>
        state === 'shown' && (kept || author === reader || audience.includes(reader)),
    );
  }

  *#due(reader: Witness, alive: ReadonlySet<string>): Iterable<Line> {
    for (const line of this.#lines.values()) {
      if (line.state !== 'shown' || !alive.has(line.author)) continue;
      if (line.kept || line.author === reader.id || line.audience.includes(reader.id)) yield line;
    }
  }

  #read(reader: Witness, alive: ReadonlySet<string>): void {
    const { name, messages } = reader;
    const read = new Map<string, string[]>();
    const seen = new Set<string>();
    for (const message of messages) {
      if (seen.has(message.text)) this.#fault('twice', `${name} reads ${message.text} twice`);
      seen.add(message.text);
      this.#check(message);
      const { author } = partsOf(message);
      const texts = read.get(author) ?? [];
      texts.push(message.text);
      read.set(author, texts);
      if (isUnderWay(message))
        this.#fault(
          'other',
          `${name}'s ${message.text} is still ${message.state} (${message.delivered} of ${message.of})`,
        );
    }
    for (const line of this.#due(reader, alive))
      if (!seen.has(line.text)) this.#fault('lost', `${name} never reads ${line.text}`);
    for (const [author, texts] of read) {
      const places = new Map((this.#order.get(author) ?? []).map((text, at) => [text, at]));
      let before = -1;
      for (const text of texts) {
        const place = places.get(text) ?? -1;
        if (place < before) this.#fault('order', `${name} reads ${text} too late`);
        before = Math.max(before, place);
      }
    }
  }

  /** One seq has one text, which somebody wrote and was not told that it failed. */
  #check({ id, text }: Message): void {
    const known = this.#texts.get(id);
    if (known !== undefined && known !== text)
      this.#fault('other', `${id} is ${known} and ${text}`);
    this.#texts.set(id, text);
    const line = this.#lines.get(text);
    if (!line) this.#fault('other', `nobody wrote ${text}`);
    else if (line.state === 'refused')
      this.#fault('other', `${text} was refused and is read all the same`);
  }

  #fault(kind: 'lost' | 'twice' | 'order' | 'other', complaint: string): void {
    if (kind === 'lost') this.#lost++;
    if (kind === 'twice') this.#twice++;
    if (kind === 'order') this.#outOfOrder++;
    if (kind === 'other') this.#other++;
    // What makes a text long says nothing.
    if (this.#complaints.length < 20) this.#complaints.push(complaint.replaceAll(/\.{9,}/g, '…'));
  }
}

/** What a page was told of one author: everything between, and the last of what it filled in below. */
interface Told {
  readonly low: number;
  readonly high: number;
  readonly filled: number;
}

/** After one text more: later than all, or older than all, or the one that follows such an older one. */
function continued({ low, high, filled }: Told, seq: number): Told | null {
  if (seq > high) return { low, high: seq, filled };
  if (seq < low) return { low: seq, high, filled: seq };
  return seq === filled + 1 ? { low, high, filled: seq } : null;
}

function partsOf({ id }: Message): { author: string; seq: number } {
  const at = id.lastIndexOf(':');
  return { author: id.slice(0, at), seq: Number(id.slice(at + 1)) };
}

function isUnderWay({ own, state }: Message): boolean {
  return own && (state === 'waiting' || state === 'sending');
}
