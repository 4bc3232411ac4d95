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
  connectionTo: 'Connection to {name}',
  pathGood: 'Good connection',
  pathWeak: 'Weak connection',
  pathLost: 'No connection',
  pathHeld: 'Too weak for a picture: it comes back by itself.',
  pathWay: 'Way',
  pathDirect: 'Straight between you',
  pathRelayed: 'Through a relay',
  pathRoundTrip: 'There and back',
  pathLoss: 'Lost on the way',
  pathReceived: 'Receiving',
  pathSent: 'Sending',
  pathPicture: 'Picture',
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
  connectionTo: '与 {name} 的连接',
  pathGood: '连接良好',
  pathWeak: '连接较弱',
  pathLost: '没有连接',
  pathHeld: '连接太弱，画面会自动恢复。',
  pathWay: '线路',
  pathDirect: '双方直连',
  pathRelayed: '经由中继',
  pathRoundTrip: '往返',
  pathLoss: '丢失',
  pathReceived: '接收',
  pathSent: '发送',
  pathPicture: '画面',
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
