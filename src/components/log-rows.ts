import type { Message } from '../rtc/message.ts';
import { startOfDay } from './language.ts';

/** What a mark says of an own message: its state as people read it. */
export type Mark = Message['state'];

/** One message and its place: in its group, its day, and among what is new. */
export interface Row {
  readonly message: Message;
  /** The first and the last of its group. */
  readonly first: boolean;
  readonly last: boolean;
  /** The first of its day among the rows. */
  readonly newDay: boolean;
  /** "New messages" stands above it. */
  readonly newLine: boolean;
  /** It carries the word of its mark: no newer group of ours has the same one. */
  readonly word: boolean;
}

/** A group ends after a silence of this length. */
const GROUP_GAP_MS = 300_000;

const sameDay = (a: Date, b: Date) => startOfDay(a) === startOfDay(b);
/** Waiting and not sent look different from all else, so they stand in groups of their own. */
const outline = ({ state }: Message) => (state === 'waiting' || state === 'failed' ? state : '');

function isTogether(a: Message, b: Message): boolean {
  return (
    a.author.id === b.author.id &&
    b.sentAt.getTime() - a.sentAt.getTime() < GROUP_GAP_MS &&
    // So close, the day of the month tells midnight.
    a.sentAt.getDate() === b.sentAt.getDate() &&
    outline(a) === outline(b)
  );
}

/** What the mark of a message says; partly delivered counts as delivered, seen by some as seen. */
export function markOf({ state, delivered, seen, of }: Message): Mark {
  if (state === 'delivered' && seen > 0) return 'seen';
  return state === 'sending' && of > 1 && delivered > 0 ? 'delivered' : state;
}

/**
 * The last messages of the newest group of ours with each mark, as far as they stand at `start` or after. Marks are
 * cumulative, so only these need a word.
 */
function newestByMark(messages: readonly Message[], start: number): Set<Message> {
  const newest = new Map<Mark, Message>();
  for (let i = messages.length - 1; i >= start; i--) {
    const message = messages[i]!;
    if (!message.own || newest.has(markOf(message))) continue;
    const after = messages[i + 1];
    if (!(after && isTogether(message, after))) newest.set(markOf(message), message);
  }
  return new Set(newest.values());
}

/** The rows of `messages` from `start` to before `end`. */
export function rowsOf(
  messages: readonly Message[],
  start: number,
  end: number,
  newLineId: string | null,
): Row[] {
  const newest = newestByMark(messages, start);
  return messages.slice(start, end).map((message, i, shown) => {
    const before = shown[i - 1];
    const after = messages[start + i + 1];
    const newLine = message.id === newLineId;
    return {
      message,
      first: newLine || !before || !isTogether(before, message),
      last: !after || after.id === newLineId || !isTogether(message, after),
      newDay: !before || !sameDay(before.sentAt, message.sentAt),
      newLine,
      word: newest.has(message) || message.state === 'failed',
    };
  });
}
