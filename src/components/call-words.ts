import type { Language, Values } from './language.ts';
import type { Phrase } from './words.ts';

/** Every word of calls that people read. */
const english = {
  call: 'Call',
  callName: 'Call {name}',
  isCalling: '{name} is calling',
  videoCall: 'Video call',
  voiceCall: 'Voice call',
  privateVideo: 'Video call, only for you',
  privateVoice: 'Voice call, only for you',
  accept: 'Accept',
  acceptWithout: 'Accept without camera',
  decline: 'Decline',
  ringSound: 'Ring aloud',
  calling: 'Calling {name}',
  ringing: 'Ringing…',
  cancel: 'Cancel call',
  join: 'Join call',
  inProgress: 'Call in progress',
  hangUp: 'Hang up',
} satisfies Record<string, Phrase>;

export type CallWordKey = keyof typeof english;
type Table = Readonly<Record<CallWordKey, Phrase>>;

const chinese: Table = {
  call: '通话',
  callName: '呼叫 {name}',
  isCalling: '{name} 来电',
  videoCall: '视频通话',
  voiceCall: '语音通话',
  privateVideo: '视频通话，只呼叫了你',
  privateVoice: '语音通话，只呼叫了你',
  accept: '接听',
  acceptWithout: '不开摄像头接听',
  decline: '拒绝',
  ringSound: '响铃',
  calling: '正在呼叫 {name}',
  ringing: '响铃中…',
  cancel: '取消呼叫',
  join: '加入通话',
  inProgress: '通话进行中',
  hangUp: '挂断',
};

/** By primary language subtag. */
const tables: Readonly<Record<string, Table>> = { en: english, zh: chinese };

/** The words of calls in the language of what stands around them. */
export class CallWords {
  readonly #language: Language;
  readonly #table: Table;

  constructor(language: Language) {
    this.#language = language;
    this.#table = tables[language.tag.split('-')[0]!.toLowerCase()] ?? english;
  }

  /** Plain text, for attributes and names. */
  say(key: CallWordKey, values?: Values): string {
    return this.#language.parts(this.#table[key], values).join('');
  }

  /** For templates: what is put in stands in `<bdi>`. */
  show(key: CallWordKey, values?: Values): unknown[] {
    return this.#language.isolated(this.#table[key], values);
  }
}

const made = new WeakMap<Language, CallWords>();

export function callWords(language: Language): CallWords {
  let words = made.get(language);
  if (!words) made.set(language, (words = new CallWords(language)));
  return words;
}
