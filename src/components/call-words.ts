import type { RtcChatErrorCode } from '../protocol/errors.ts';
import type { englishAsides } from './aside-words.ts';
import type { Language, Values } from './language.ts';
import type { Phrase } from './words.ts';

/** Every word of calls that people read. */
const english = {
  call: 'Call',
  callName: 'Call {name}',
  isCalling: '{name} is calling',
  callVideo: 'Video call',
  callVoice: 'Voice call',
  privateVideo: 'Private video call',
  privateVoice: 'Private voice call',
  accept: 'Accept',
  acceptWithout: 'Accept without camera',
  decline: 'Decline',
  ringSound: 'Ringing sound',
  calling: 'Calling {name}',
  'tile-ringing': 'Ringing…',
  cancel: 'Cancel call',
  join: 'Join call',
  inProgress: 'Call in progress',
  inProgressWith: { one: '{names} is in it.', other: '{names} are in it.' },
  hangUp: 'Hang up',
  'path-weak': 'Weak connection',
  'path-lost': 'No connection',

  you: 'You',
  muted: 'Muted',
  'tile-away': 'Reconnecting…',
  pictureHeld: 'Sound only for now',
  screenOf: '{name}’s screen',
  youShare: 'You’re sharing your screen',
  moveSelf: 'Your picture: to another corner',
  'tile-declined': 'Declined',
  'tile-busy': 'In another call',
  'tile-timeout': 'No answer',
  'tile-unsupported': 'Can’t take calls',
  'tile-call-full': 'The call is full',

  mute: 'Mute microphone',
  unmute: 'Unmute microphone',
  cameraOff: 'Turn camera off',
  cameraOn: 'Turn camera on',
  share: 'Share screen',
  stopSharing: 'Stop sharing',
  devices: 'Devices',
  layout: 'Layout',
  more: 'More',
  showChat: 'Show chat',
  hideChat: 'Hide chat',
  unread: { one: '{n} new message', other: '{n} new messages' },
  large: 'One large',
  even: 'All the same size',
  full: 'Full screen',
  notFull: 'Leave full screen',
  apart: 'Picture in picture',
  notApart: 'Picture back in the page',

  newsCame: '{name} is in the call.',
  newsLeft: '{name} left the call.',
  newsMuted: '{name} is muted.',
  newsUnmuted: '{name} is no longer muted.',
  newsShares: '{name} shares a screen.',
  newsStopped: '{name} no longer shares a screen.',

  startedVideo: 'Video call started {time}',
  startedVoice: 'Voice call started {time}',
  endedVideo: 'Video call ended {time}',
  endedVoice: 'Voice call ended {time}',
  missedVideo: 'Missed video call {time}.',
  missedVoice: 'Missed voice call {time}.',
  missedVideoFrom: 'Missed video call from {name} {time}.',
  missedVoiceFrom: 'Missed voice call from {name} {time}.',
  callBack: 'Call back',
  'said-declined': '{name} declined',
  'said-busy': '{name} is in another call',
  'said-timeout': 'No answer from {name}',
  'said-left': '{name} left the room',
  'said-unsupported': '{name} can’t take calls',
  'said-call-full': 'The call is full',

  'failed-busy': 'There is a call already, here or in another tab. End it first.',
  'failed-peer-unavailable': 'Nobody is here now who could be called.',
  'failed-unsupported': 'The others can’t take calls.',
  'failed-load-failed': 'Calls could not be loaded. Check that you’re online, then try again.',
  failed: 'That didn’t work. Try again.',
  turnOnSound: 'Turn on sound',
} satisfies Record<string, Phrase>;

/** Those of what is opened beside a call come with it. */
export type CallWordKey = keyof typeof english | keyof typeof englishAsides;
/** A failure without words of its own is told by those of `failed`. */
type FailureKey = `failed-${RtcChatErrorCode}`;
export type CallTable = Readonly<Record<CallWordKey, Phrase>>;

/** By primary language subtag: those that have been fetched. */
const tables = new Map<string, Partial<CallTable>>([['en', english]]);

/** Another language is there from now on, or more of one. */
export function addCallWords(tag: string, table: Partial<CallTable>): void {
  tables.set(tag, { ...tables.get(tag), ...table });
}

/** The words of calls in the language of what stands around them; English while that is on its way, or where it has none. */
export class CallWords {
  readonly #language: Language;

  constructor(language: Language) {
    this.#language = language;
  }

  #phrase(key: CallWordKey | FailureKey): Phrase {
    const own = tables.get(this.#language.primary);
    return (
      own?.[key as CallWordKey] ?? tables.get('en')![key as CallWordKey] ?? this.#phrase('failed')
    );
  }

  /** Plain text, for attributes and names. */
  say(key: CallWordKey | FailureKey, values?: Values): string {
    return this.#language.parts(this.#phrase(key), values).join('');
  }

  /** For templates: what is put in stands in `<bdi>`. */
  show(key: CallWordKey, values?: Values): unknown[] {
    return this.#language.isolated(this.#phrase(key), values);
  }
}

export const callWords = (language: Language): CallWords => new CallWords(language);
