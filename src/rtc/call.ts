import type { PeerId } from '../protocol/ids.ts';
import type { CallQuality } from './call-quality.ts';
import type { CallMedia } from './call-record.ts';
import type { Answer, CallEnding } from './call-standing.ts';
import type { Facing } from './input-opening.ts';
import type { MediaFault } from './media-fault.ts';

/**
 * `calling`: we ask others to come · `ringing`: somebody asks us · `active`: we are in it · `available`: one goes on
 * without us, and we may join.
 */
export type CallState = 'idle' | 'calling' | 'ringing' | 'active' | 'available';

/** What somebody wants to be heard and seen with. */
export interface CallWishes {
  /** Default true. */
  readonly audio?: boolean | undefined;
  /** Default false. */
  readonly video?: boolean | undefined;
}

/** A call as it is at one moment; another object after each change. */
export interface Call {
  readonly id: string;
  readonly state: Exclude<CallState, 'idle'>;
  /** Only for those who were named, not for the room. */
  readonly private: boolean;
  /** Who rings; null where nobody does. */
  readonly from: PeerId | null;
  /** What whoever rings would be seen and heard with. */
  readonly offers: CallMedia | null;
  /** Since when we are in it. */
  readonly since: Date | null;
  readonly participants: readonly Participant[];
  readonly own: OwnMedia | null;
}

/** Somebody else whom the call is for. */
export interface Participant {
  readonly id: PeerId;
  readonly answer: Answer;
  /** Their connection is down and being mended: nothing comes from them at the moment. */
  readonly lost: boolean;
  /** What they say they send; a track that is silent or black has a reason here. */
  readonly media: CallMedia;
  /** How loud they are just now, 0 to 1; asked, not told, since it never stands still. */
  readonly level: () => number;
  /**
   * Null until it is known, which takes a few seconds. `call` is fired when the level changes; the figures are newer each
   * time they are asked for.
   */
  readonly quality: CallQuality | null;
  /** Their camera is on, and the path to us too thin for a picture: it comes back by itself, and the sound goes on. */
  readonly held: boolean;
  /** For a media element's `srcObject`, the same through all of the call; null before anything can come. */
  readonly streams: { readonly person: MediaStream; readonly screen: MediaStream } | null;
}

export interface OwnMedia {
  readonly microphone: InputState;
  readonly camera: InputState;
  readonly screen: MediaStreamTrack | null;
  /** Why no screen could be shared when it was last asked for; null where it could. */
  readonly screenFault: MediaFault | null;
  /** Which way the camera looks, where it tells. One's own picture is mirrored unless it is `environment`. */
  readonly facing: Facing | null;
  /** There is a camera that looks the other way: `flipCamera()`. */
  readonly canFlip: boolean;
  /** What there is to choose from; without names until one of its kind may be used. */
  readonly devices: readonly MediaDeviceInfo[];
  /** Where the others are heard, for a media element's `setSinkId`; empty for the system's own choice. */
  readonly speaker: string;
}

export interface InputState {
  readonly on: boolean;
  /** The person wants it on; it is not yet while the browser asks, or the device wakes up. */
  readonly wanted: boolean;
  readonly track: MediaStreamTrack | null;
  /** The one in use, or the one that was chosen. */
  readonly deviceId: string | null;
  /** Why it does not work, or why another one could not be had; null while all is well, or it was not asked for. */
  readonly fault: MediaFault | null;
}

export interface EndedCall {
  readonly id: string;
  readonly private: boolean;
  readonly video: boolean;
  /** Who rang us; null for a call that we were in, or asked for. */
  readonly from: PeerId | null;
  /** Somebody rang us in vain: nobody has answered here, they gave up, or we were in another call. */
  readonly missed: boolean;
  /** Where several have refused, each in another way, it is `declined`. */
  readonly why: CallEnding;
  /** How far those were whom we called, when we gave up or nobody was left to come; else empty. */
  readonly answers: ReadonlyMap<PeerId, Answer>;
}
