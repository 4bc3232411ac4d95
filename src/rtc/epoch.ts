import type { FrameFault, Frame, FrameInput, FrameOf } from '../protocol/frames.ts';
import { ChatChannel } from './chat-channel.ts';
import type { Connection } from './connection.ts';
import { closeConnection } from './connection.ts';
import { Liveness } from './liveness.ts';
import type { NegotiationMessage } from './negotiation.ts';
import { Negotiation } from './negotiation.ts';
import { Timer } from './timer.ts';

/** A short break heals by itself; what lasts longer wants an ICE restart. */
const RESTART_AFTER_MS = 2_000;
/** A connection that has not opened by then is not going to: no path, no answer to ours, no `hello`. */
const OPEN_WITHIN_MS = 30_000;
/** How long a wanted close waits for `bye-ack`. */
const BYE_TIMEOUT_MS = 1_000;
/** How long leaving, and writing, wait for a `hello` that follows ours at once. */
const HELLO_TIMEOUT_MS = 1_000;

/** What ends a link by its own fault; PROTOCOL.md section 6. */
export type Violation =
  'invalid-frame' | 'unsupported-version' | 'invalid-hello' | 'invalid-batch' | 'flooded';

export interface EpochHandlers {
  send(message: NegotiationMessage, everyPath: boolean): void;
  hello(): FrameInput & { readonly type: 'hello' };
  /** Whether this `hello` is of the one whom the signals named. */
  accepts(hello: FrameOf<'hello'>): boolean;
  /** The chat channel is open, and with it proven who is there: the certificate is the one that was signed. */
  opened(): void;
  /** The other side has said what it speaks and what it holds. */
  greeted(hello: FrameOf<'hello'>): void;
  frame(frame: Frame): void | Promise<void>;
  drained(): void;
  /** ICE has lost the path (`false`), or has it again. */
  carried(carries: boolean): void;
  /** This connection is of no use any more. */
  failed(): void;
  violated(violation: Violation): void;
  /** The peer has taken its leave; everything before that has been processed. */
  bye(reason: string): void;
  interfered(): void;
}

/**
 * One RTCPeerConnection of a link and everything that lives and dies with it.
 * Invariant: after `close()` none of its handlers is called. Closed by its link.
 */
export class Epoch {
  readonly number: number;
  readonly negotiation: Negotiation;
  /** The peer's epoch that it is tied to; 0 until its first description has come. */
  remoteNumber = 0;
  readonly #connection: Connection;
  readonly #channel: ChatChannel;
  readonly #handlers: EpochHandlers;
  readonly #liveness: Liveness;
  readonly #opening = new Timer();
  readonly #restart = new Timer();
  readonly #linger = new Timer();
  #state: 'opening' | 'open' | 'greeted' | 'closed' = 'opening';
  #byeAnswered: (() => void) | null = null;
  /** Between our `hello` and theirs: fulfils when what waits for theirs has gone out, or after a second. */
  settled: Promise<void> | null = null;
  #settle: (() => void) | null = null;
  readonly #patience = new Timer();

  constructor(number: number, connection: Connection, polite: boolean, handlers: EpochHandlers) {
    this.number = number;
    this.#connection = connection;
    this.#handlers = handlers;
    this.#liveness = new Liveness(
      (id) => this.send({ type: 'ping', id }),
      () => handlers.failed(),
    );
    this.negotiation = new Negotiation(connection, polite, {
      send: (message, everyPath) => handlers.send(message, everyPath),
      stuck: () => handlers.failed(),
      interfered: () => handlers.interfered(),
    });
    this.#channel = new ChatChannel(connection.chat, {
      open: () => {
        this.#state = 'open';
        this.settled = new Promise((resolve) => (this.#settle = resolve));
        this.#patience.set(HELLO_TIMEOUT_MS, () => this.#settle?.());
        this.send(handlers.hello());
        handlers.opened();
      },
      frame: (frame) => this.#take(frame),
      fault: (fault) => handlers.violated(violationOf(fault)),
      drained: () => handlers.drained(),
      close: () => handlers.failed(),
    });
    connection.pc.oniceconnectionstatechange = () => this.#watchIce();
    connection.pc.onconnectionstatechange = () => {
      if (connection.pc.connectionState === 'failed') handlers.failed();
    };
    this.#opening.set(OPEN_WITHIN_MS, () => handlers.failed());
  }

  /** Our `hello` has gone out: whatever the other side needs no answer for may follow it. */
  get open(): boolean {
    return this.#state === 'open' || this.#state === 'greeted';
  }

  /** Whether a signal may take the channel: it carried something just now, and ICE has a path. */
  get live(): boolean {
    const ice = this.#connection.pc.iceConnectionState;
    return this.open && this.#liveness.live && (ice === 'connected' || ice === 'completed');
  }

  get pc(): RTCPeerConnection {
    return this.#connection.pc;
  }

  get writable(): boolean {
    return this.open && this.#channel.writable;
  }

  send(frame: FrameInput): boolean {
    return this.#channel.send(frame);
  }

  /** Ask whether the path still carries, without waiting for silence. */
  probe(): void {
    if (this.open) this.#liveness.probe();
  }

  /** For what is gathered from now on: credentials of relays expire, and an ICE restart needs fresh ones. */
  configure(configuration: RTCConfiguration): void {
    try {
      this.#connection.pc.setConfiguration(configuration);
    } catch {
      // Closed, or an engine that cannot: it goes on with what it has, and the next connection has the new ones.
    }
  }

  restartIce(): void {
    this.#restart.clear();
    this.negotiation.restartIce();
  }

  /** Says `bye` after everything that was handed over, and fulfils when it has been taken, or after a second. */
  async takeLeave(reason: string): Promise<void> {
    if (!this.open) return;
    const timer = new Timer();
    await new Promise<void>((resolve) => {
      this.#byeAnswered = resolve;
      timer.set(BYE_TIMEOUT_MS, resolve);
      if (!this.send({ type: 'bye', reason })) resolve();
    });
    timer.clear();
  }

  close(): void {
    this.#retire();
    this.#linger.clear();
    closeConnection(this.#connection);
  }

  /** Closes when the other side does, or after a second: what was just handed over would be lost otherwise. */
  closeSoon(): void {
    this.#retire();
    this.#connection.chat.onclose = () => this.close();
    this.#linger.set(BYE_TIMEOUT_MS, () => this.close());
  }

  #retire(): void {
    if (this.#state === 'closed') return;
    this.#state = 'closed';
    this.#byeAnswered?.();
    this.#stopWaiting();
    this.#opening.clear();
    this.#restart.clear();
    this.#liveness.close();
    this.negotiation.close();
    const { pc, chat } = this.#connection;
    chat.onopen = chat.onclose = chat.onmessage = chat.onbufferedamountlow = null;
    pc.oniceconnectionstatechange = pc.onconnectionstatechange = null;
  }

  #take(frame: Frame): void | Promise<void> {
    if (this.#state === 'closed') return;
    this.#liveness.heard();
    if ((frame.type === 'hello') === (this.#state === 'greeted'))
      return this.#handlers.violated('invalid-hello');
    switch (frame.type) {
      case 'hello':
        if (!this.#handlers.accepts(frame)) return this.#handlers.violated('invalid-hello');
        this.#state = 'greeted';
        this.#opening.clear();
        this.#handlers.greeted(frame);
        return this.#stopWaiting();
      case 'ping':
        // Where much is waiting to go out, that says enough; and who only asks and never reads cannot fill our memory.
        if (this.writable) this.send({ type: 'pong', id: frame.id });
        return;
      case 'pong':
        return;
      case 'bye':
        return this.#answerBye(frame.reason);
      case 'bye-ack':
        return this.#byeAnswered?.();
      default:
        return this.#handlers.frame(frame);
    }
  }

  #stopWaiting(): void {
    this.#patience.clear();
    this.#settle?.();
    this.settled = null;
  }

  #answerBye(reason: string): void {
    void this.#channel.processed.then(() => {
      if (this.#state === 'closed') return;
      this.send({ type: 'bye-ack' });
      this.#handlers.bye(reason);
    });
  }

  #watchIce(): void {
    const state = this.#connection.pc.iceConnectionState;
    if (state === 'disconnected') {
      this.#handlers.carried(false);
      this.#restart.set(RESTART_AFTER_MS, () => this.restartIce());
    } else if (state === 'connected' || state === 'completed') {
      this.#restart.clear();
      this.#handlers.carried(true);
    }
  }
}

function violationOf(fault: FrameFault | 'flooded'): Violation {
  switch (fault) {
    case 'flooded':
      return 'flooded';
    case 'wrong-version':
      return 'unsupported-version';
    case 'wrong-hello':
      return 'invalid-hello';
    case 'wrong-batch':
    case 'wrong-unsigned':
    case 'wrong-signature':
      return 'invalid-batch';
    default:
      return 'invalid-frame';
  }
}
