/** A sentence with `{names}` for what is put in, or its forms by `Intl.PluralRules` of `n`. */
export type Phrase =
  string | ({ readonly other: string } & Partial<Record<Intl.LDMLPluralRule, string>>);

/** Every word that people read. Another language is another table of this shape, named in `language.ts`. */
const english = {
  startTitle: 'Start a conversation',
  joinTitle: 'Join “{room}”',
  joinHint: 'Messages go straight between your browsers. No account.',
  yourName: 'Your name',
  room: 'Room',
  roomHint: 'Anyone who knows this word can come in.',
  join: 'Join',
  nameWrong: 'Write a name of 1 to {n} ordinary characters.',
  nameTaken: 'Someone here is already called {name}. Add a letter or choose another name.',
  roomWrong: 'Write a word of 1 to {n} ordinary characters.',

  nobodyYet: 'Nobody else is here yet',
  nobodyNow: 'Nobody else is here',
  connected: 'Connected',
  connecting: 'Connecting…',
  reconnecting: 'Reconnecting…',
  unreachable: 'Can’t connect',
  through: 'Through {name}, text only',
  peopleHere: { one: '{n} person here', other: '{n} people here' },

  firstTitle: 'You’re the first one here',
  firstHint: 'Send this link to the people you want to talk to, and keep this page open.',
  firstHintRoom:
    'Send this link and the word “{room}” to the people you want to talk to, and keep this page open.',
  writeAlready: 'You can write already: they get it when they join.',
  copyLink: 'Copy link',
  copied: 'Copied',
  copyByHand: 'The browser doesn’t let us copy. Select the link yourself.',
  connectingTitle: 'Connecting to {name}…',
  togetherTitle: 'You and {name} are connected',
  togetherAll: 'You are connected',

  messages: 'Messages',
  passedOn: '{name}, passed on by {by}',
  message: 'Message',
  send: 'Send',
  you: 'You',
  today: 'Today',
  yesterday: 'Yesterday',
  newLine: 'New messages',
  newMessages: { one: '{n} new message', other: '{n} new messages' },
  toNewest: 'To the newest',
  typing: { one: '{names} is typing', other: '{names} are typing' },
  trimmed: 'Older messages are no longer kept.',
  trimmedHint: 'This device keeps the last {n} of each room.',

  waitingFor: 'Waiting for {name}',
  waitingMany: 'Waiting for the others',
  sending: 'Sending',
  delivered: 'Delivered',
  deliveredTo: 'Delivered to {n}',
  deliveredPart: 'Delivered to {n} of {of}',
  seen: 'Seen',
  seenPart: 'Seen by {n} of {of}',
  failed: 'Not sent.',
  tryAgain: 'Try again',
  edit: 'Edit',
  notYet: 'Not yet',
  notSent: 'Not sent: {reason}',
  'message-too-long': 'Not sent: {n} characters are too many, {of} fit. Shorten it.',
  'store-full': 'Not sent: this device is out of space. Free some, then try again.',
  'not-joined': 'Not sent: you’re not in the room just now. It is kept here until you are.',

  peopleTitle: 'People, {n}',
  peopleOf: 'People, {n} of {of}',
  close: 'Close',
  invitation: 'Invitation to “{room}”',
  leaveRoom: 'Leave room',
  deleteHere: 'Delete messages here',
  clearWaiting: 'Not delivered yet, and never will be: {n}.',
  notDeleted: 'Not deleted.',
  delete: 'Delete',
  cancel: 'Cancel',

  startVoice: 'Start voice call',
  startVideo: 'Start video call',

  find: 'Find in conversation',
  findCount: '{n} of {of}',
  findNone: 'Nothing found',
  findOlder: 'Previous match',
  findNewer: 'Next match',

  dismiss: 'Dismiss',
  unreachableHelp:
    'What helps: turn off a VPN, change to another Wi‑Fi or to mobile data. If it happens often, tell whoever runs this site: a relay (TURN) would help.',
  whatHelps: 'What helps',

  anotherRoom: 'Choose another room',
  tryNow: 'Try again now',
  retryIn: 'We try again by ourselves in {n} s.',
  retrying: 'Trying again…',
  useHere: 'Use it here',
  joinAgain: 'Join again',

  noRoom: 'Join a room first: the element needs a room and a name.',
} satisfies Record<string, Phrase>;

/** What happens, and what it means or what to do: cards and notices. Those of errors have the error's code. */
const englishNews = {
  joining: ['Joining “{room}”…', 'Looking for the others.'],
  held: ['Coming back…', ''],
  left: ['You left “{room}”', ''],
  refused: ['We couldn’t join the room', '{reason}'],

  // Without `{n}` while the number is not known.
  'room-full': [
    'This room is full',
    'All {n} places in “{room}” are taken. Try again when someone has left.',
  ],
  'server-unreachable': [
    'We can’t reach the room',
    '{host} doesn’t answer. Check that you’re online.',
  ],
  'insecure-context': [
    'This page isn’t secure',
    'Private conversations need an address that begins with https://. Open this page there.',
  ],
  'webrtc-unavailable': [
    'This browser can’t connect you',
    'Direct connections (WebRTC) are missing or switched off. Allow them in its settings or extensions, or take another browser.',
  ],
  'crypto-unavailable': [
    'This browser can’t join',
    'It can’t sign messages (Ed25519). Update it, or take another browser.',
  ],
  'unsupported-version': [
    'This page is out of date',
    'Reload it. If that doesn’t help, tell whoever runs this site.',
  ],
  'load-failed': [
    'A part of the chat is missing',
    'It could not be loaded. Check that you’re online, and load this page again.',
  ],
  unauthorized: [
    'You can’t join this room',
    'Your access is missing or has run out. Sign in on this page again, or tell whoever runs this site.',
  ],
  'rate-limited': ['Too many attempts', 'Wait a minute, then try again.'],
  replaced: [
    'This conversation is open elsewhere',
    'It goes on in another tab or window of this browser.',
  ],

  unreachable: [
    'You and {name} can’t connect',
    '{name} is in the room, but your two browsers find no way to each other.',
  ],
  noWay: ['You and {name} can’t connect.', 'Your two browsers find no way to each other.'],
  down: ['We can’t reach {name} just now.', 'What you write is kept and sent later.'],
  downMany: ['We can’t reach the others just now.', 'What you write is kept and sent later.'],
  otherVersion: [
    '{name} uses another version of this chat.',
    'Load both pages again, then you can talk.',
  ],
  interfered: [
    'The connection to {name} was refused.',
    'What came was not in order. If it happens again, tell whoever runs this site.',
  ],
  displaced: ['The room didn’t let you back in.', 'Your conversation goes on as usual.'],
  offline: ['New people can’t join just now.', 'Your conversation goes on as usual.'],
  offlineAlone: ['New people can’t join just now.', 'We keep trying to reach the room.'],
  alone: ['', 'They get what you write when they join.'],
  'store-full': ['This device is out of space.', 'What comes now is gone when you close the page.'],
  clear: [
    'Delete all messages here?',
    'What this tab has of “{room}” goes from this device for good. The others, and other tabs, keep what they have.',
  ],
  memory: [
    'Nothing is kept here.',
    'This browser doesn’t let us keep messages: they are gone when you close the page.',
  ],
} satisfies Record<string, readonly [title: string, text: string]>;

export type WordKey = keyof typeof english;
export type NewsKey = keyof typeof englishNews;

export interface Words {
  readonly phrases: Readonly<Record<WordKey, Phrase>>;
  readonly news: Readonly<Record<NewsKey, readonly [title: string, text: string]>>;
}

export const englishWords: Words = { phrases: english, news: englishNews };
