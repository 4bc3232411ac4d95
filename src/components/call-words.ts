import { chineseDevices, englishDevices } from './device-words.ts';
import type { Language, Values } from './language.ts';
import type { Phrase } from './words.ts';

/** Every word of calls that people read. */
const english = {
  call: 'Call',
  callName: 'Call {name}',
  isCalling: '{name} is calling',
  videoCall: 'Video call',
  voiceCall: 'Voice call',
  privateVideo: 'Private video call',
  privateVoice: 'Private voice call',
  roomVideo: 'Video call with everyone here',
  roomVoice: 'Voice call with everyone here',
  accept: 'Accept',
  acceptWithout: 'Accept without camera',
  decline: 'Decline',
  ringSound: 'Ringing sound',
  calling: 'Calling {name}',
  ringing: 'Ringing…',
  cancel: 'Cancel call',
  join: 'Join call',
  inProgress: 'Call in progress',
  inProgressWith: { one: '{names} is in it.', other: '{names} are in it.' },
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

  startedVideo: 'Video call started {time}',
  startedVoice: 'Voice call started {time}',
  endedVideo: 'Video call ended {time}',
  endedVoice: 'Voice call ended {time}',
  missedVideo: 'Missed video call {time}.',
  missedVoice: 'Missed voice call {time}.',
  missedVideoFrom: 'Missed video call from {name} {time}.',
  missedVoiceFrom: 'Missed voice call from {name} {time}.',
  callBack: 'Call back',
  saidDeclined: '{name} declined',
  saidBusy: '{name} is in another call',
  saidTimeout: 'No answer',
  saidTimeoutName: 'No answer from {name}',
  saidLeft: '{name} left the room',
  saidUnsupported: '{name} can’t take calls',
  saidFull: 'The call is full: nobody else can join it now',

  failedBusy: 'There is a call already, here or in another tab or window. End it first.',
  failedNobody: 'Nobody is here now who could be called.',
  failedUnsupported: 'The chat on the other side can’t take calls.',
  failedGone: 'That call is over.',
  failedLoad: 'The part for calls could not be loaded. Check that you’re online, then try again.',
  failed: 'That didn’t work. Try again.',
  ...englishDevices,
} satisfies Record<string, Phrase>;

export type CallWordKey = keyof typeof english;
type Table = Readonly<Record<CallWordKey, Phrase>>;

const chinese: Table = {
  call: '通话',
  callName: '呼叫 {name}',
  isCalling: '{name} 来电',
  videoCall: '视频通话',
  voiceCall: '语音通话',
  privateVideo: '私人视频通话',
  privateVoice: '私人语音通话',
  roomVideo: '所有人的视频通话',
  roomVoice: '所有人的语音通话',
  accept: '接听',
  acceptWithout: '不开摄像头接听',
  decline: '拒绝',
  ringSound: '铃声',
  calling: '正在呼叫 {name}',
  ringing: '响铃中…',
  cancel: '取消呼叫',
  join: '加入通话',
  inProgress: '通话进行中',
  inProgressWith: '{names} 正在通话。',
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

  startedVideo: '视频通话开始于 {time}',
  startedVoice: '语音通话开始于 {time}',
  endedVideo: '视频通话结束于 {time}',
  endedVoice: '语音通话结束于 {time}',
  missedVideo: '未接视频通话 {time}。',
  missedVoice: '未接语音通话 {time}。',
  missedVideoFrom: '{name} 的未接视频通话 {time}。',
  missedVoiceFrom: '{name} 的未接语音通话 {time}。',
  callBack: '回拨',
  saidDeclined: '{name} 已拒绝',
  saidBusy: '{name} 正在通话中',
  saidTimeout: '无人接听',
  saidTimeoutName: '{name} 未接听',
  saidLeft: '{name} 已离开房间',
  saidUnsupported: '{name} 无法接听通话',
  saidFull: '通话人数已满，现在无法加入',

  failedBusy: '此处或其他标签页、窗口中已有通话，请先结束它。',
  failedNobody: '现在没有可以呼叫的人。',
  failedUnsupported: '对方的聊天无法接听通话。',
  failedGone: '该通话已结束。',
  failedLoad: '通话部分无法加载。请检查网络后重试。',
  failed: '操作未成功，请重试。',
  ...chineseDevices,
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
