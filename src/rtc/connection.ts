import { RtcChatError } from '../protocol/errors.ts';
import type { CandidateInit, SignalDescription } from '../protocol/signal.ts';
import { Timer } from './timer.ts';

/** A machine's own addresses are known within this; what takes longer follows the offer. */
const GATHER_WITHIN_MS = 20;

/** A first offer that was set before anybody was there to get it. */
export interface OfferAhead {
  /** Fulfils when it is the local description. */
  readonly set: Promise<void>;
  /** What has been gathered for it so far. */
  readonly candidates: readonly CandidateInit[];
  /** Fulfils with the first of them, or soon. */
  readonly gathered: Promise<void>;
  /** As it was handed out, to whoever is there: then it is this offer, in every repetition. */
  shown: ShownOffer | null;
  /** Somebody has got it. */
  said: boolean;
}

export interface ShownOffer {
  readonly description: SignalDescription;
  readonly candidates: readonly CandidateInit[];
}

/** One RTCPeerConnection with its two channels, agreed upon in advance; PROTOCOL.md section 5.1. */
export interface Connection {
  readonly pc: RTCPeerConnection;
  readonly chat: RTCDataChannel;
  readonly bulk: RTCDataChannel;
  /** It can only offer: a first offer that is rolled back leaves Chromium's channels closed. */
  readonly ahead?: OfferAhead;
}

/** @throws RtcChatError `webrtc-unavailable` where the browser has no RTCPeerConnection or refuses to make one. */
export function createConnection(configuration: RTCConfiguration): Connection {
  if (typeof RTCPeerConnection === 'undefined') {
    throw new RtcChatError(
      'webrtc-unavailable',
      'This browser has no WebRTC, or has it switched off.',
    );
  }
  try {
    const pc = new RTCPeerConnection(configuration);
    const chat = pc.createDataChannel('chat', { negotiated: true, id: 0 });
    const bulk = pc.createDataChannel('bulk', { negotiated: true, id: 1 });
    bulk.binaryType = 'arraybuffer';
    return { pc, chat, bulk };
  } catch (cause) {
    throw new RtcChatError(
      'webrtc-unavailable',
      'This browser could not make a WebRTC connection.',
      { cause },
    );
  }
}

/** Handlers go first: a closed connection that still has some is not collected, and Chromium allows 500 in a page. */
export function closeConnection({ pc, chat, bulk }: Connection): void {
  for (const channel of [chat, bulk]) {
    channel.onopen =
      channel.onclose =
      channel.onerror =
      channel.onmessage =
      channel.onbufferedamountlow =
        null;
    channel.close();
  }
  pc.onicecandidate =
    pc.oniceconnectionstatechange =
    pc.onconnectionstatechange =
    pc.onnegotiationneeded =
      null;
  pc.close();
}

/** The connection, with an offer of its own. Whoever takes it takes `onicecandidate` over. */
export function offerAhead(connection: Connection): Connection {
  const { pc } = connection;
  const candidates: CandidateInit[] = [];
  const first = new Timer();
  const gathered = new Promise<void>((resolve) => {
    first.set(GATHER_WITHIN_MS, resolve);
    pc.onicecandidate = ({ candidate }) => {
      if (candidate?.candidate) candidates.push(candidate.toJSON() as CandidateInit);
      first.clear();
      resolve();
    };
  });
  const set = pc.setLocalDescription();
  // Handled where it is awaited, which may be after it has failed.
  set.catch(() => undefined);
  return { ...connection, ahead: { set, candidates, gathered, shown: null, said: false } };
}
