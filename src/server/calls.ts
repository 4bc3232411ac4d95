import type * as v from 'valibot';

import { refuse } from '../protocol/broadcaster-messages.ts';
import type { ClientEvents, Refusal } from '../protocol/broadcaster-messages.ts';
import { parse } from '../protocol/schema.ts';
import type { CallName, CallResult } from './observer.ts';
import { RoomsUnreachable } from './rooms.ts';
import type { BroadcasterSocket } from './session.ts';

export type Reply<A> = (answer: A | Refusal) => void;
type Handler<T, A> = (request: T, reply: Reply<A>) => void | Promise<void>;

/** One event that a peer may emit: what its payload must be, and what is done with it. */
export type Call = (payload: unknown) => ((reply: Reply<object>) => void | Promise<void>) | Refusal;

export type Calls = Readonly<Record<keyof ClientEvents, Call>>;

export function call<S extends v.GenericSchema, A extends object>(
  schema: S,
  handle: Handler<v.InferOutput<S>, A>,
): Call {
  return (payload) => {
    const request = parse(schema, payload);
    return request === null
      ? refuse('invalid-message', 'The payload has not the shape that this event asks for.')
      : (reply) => handle(request, reply);
  };
}

export interface CallWatch {
  /** With each answer, and with each call that asked for none; `tookMs` since the call came. */
  answered(call: CallName, result: CallResult, tookMs: number): void;
  /** After each message that is not understood, once it is answered. */
  invalid(): void;
  /** After each error that a handler did not expect. */
  failed(error: unknown): void;
}

/**
 * Takes every event of a socket, known or not. Nothing that arrives can throw from here: no arguments, too many, an
 * acknowledgement that is none, an event called `error`. That is why it stands before Socket.IO's own dispatch and never
 * hands on: there, `error` without a listener would end the process.
 */
export function receiveCalls(socket: BroadcasterSocket, calls: Calls, watch: CallWatch): void {
  socket.use((packet: readonly unknown[]) => {
    if (socket.connected) void receiveCall(packet, calls, watch);
  });
  // What the parser could not read. The connection is closed by Socket.IO; the event must have a listener.
  socket.on('error', () => watch.invalid());
}

/** One call, wherever it came from; `packet` ends with its acknowledgement. */
export async function receiveCall(
  packet: readonly unknown[],
  calls: Calls,
  watch: CallWatch,
): Promise<void> {
  const begunMs = performance.now();
  const [event, ...args] = packet;
  const acknowledge = args.at(-1);
  let answered = false;
  const reply: Reply<object> = (answer) => {
    if (answered) return;
    answered = true;
    if (typeof acknowledge === 'function') (acknowledge as (answer: object) => void)(answer);
    watch.answered(nameOf(calls, event), resultOf(answer), performance.now() - begunMs);
  };
  try {
    const begun = begin(calls, event, args);
    if (typeof begun !== 'function') {
      reply(begun);
      watch.invalid();
      return;
    }
    await begun(reply);
    if (!answered) throw new Error('a call was left without an answer');
  } catch (error) {
    if (error instanceof RoomsUnreachable) {
      reply(refuse('server-error', 'The rooms cannot be reached just now.', error.retryAfterMs));
      return;
    }
    watch.failed(error);
    reply(refuse('server-error', 'Something failed here.'));
  }
}

/** What is to be done, or what is wrong with the call. Exactly one payload and an acknowledgement are asked for. */
function begin(calls: Calls, event: unknown, args: readonly unknown[]): ReturnType<Call> {
  const name = nameOf(calls, event);
  if (name === 'unknown') return refuse('invalid-message', 'There is no such event.');
  if (args.length !== 2 || typeof args[1] !== 'function') {
    return refuse('invalid-message', 'An event carries exactly one object and an acknowledgement.');
  }
  return calls[name](args[0]);
}

function nameOf(calls: Calls, event: unknown): CallName {
  return typeof event === 'string' && Object.hasOwn(calls, event)
    ? (event as keyof ClientEvents)
    : 'unknown';
}

function resultOf(answer: object): CallResult {
  return 'error' in answer ? (answer as Refusal).error.code : 'ok';
}
