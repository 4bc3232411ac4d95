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

  you: 'You',
  muted: 'Muted',
  away: 'Reconnecting…',
  pictureHeld: 'Sound only for now',
  screenOf: '{name}’s screen',
  youShare: 'You’re sharing your screen',
  moveSelf: 'Your picture: to another corner',
  tileDeclined: 'Declined',
  tileBusy: 'In another call',
  tileTimeout: 'No answer',
  tileUnsupported: 'Can’t take calls',
  tileFull: 'The call is full',

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

  you: '你',
  muted: '已静音',
  away: '正在重新连接…',
  pictureHeld: '暂时只有声音',
  screenOf: '{name} 的屏幕',
  youShare: '你正在共享屏幕',
  moveSelf: '你的画面：移到另一个角落',
  tileDeclined: '已拒绝',
  tileBusy: '正在通话中',
  tileTimeout: '无人接听',
  tileUnsupported: '无法接听',
  tileFull: '通话人数已满',

  mute: '静音',
  unmute: '取消静音',
  cameraOff: '关闭摄像头',
  cameraOn: '打开摄像头',
  share: '共享屏幕',
  stopSharing: '停止共享',
  devices: '设备',
  layout: '布局',
  more: '更多',
  showChat: '显示聊天',
  hideChat: '隐藏聊天',
  unread: '{n} 条新消息',
  large: '突出一人',
  even: '大小相同',
  full: '全屏',
  notFull: '退出全屏',
  apart: '画中画',
  notApart: '画面移回页面',

  newsCame: '{name} 加入了通话。',
  newsLeft: '{name} 离开了通话。',
  newsMuted: '{name} 已静音。',
  newsUnmuted: '{name} 取消了静音。',
  newsShares: '{name} 正在共享屏幕。',
  newsStopped: '{name} 停止了共享屏幕。',
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
