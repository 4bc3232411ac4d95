/** A sentence with `{names}` for what is put in, or its forms by `Intl.PluralRules` of `n`. */
export type Phrase =
  string | ({ readonly other: string } & Partial<Record<Intl.LDMLPluralRule, string>>);

/** Every word that people read. Another language is another table of this shape, added to `tables` below. */
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

  joining: 'Joining “{room}”…',
  looking: 'Looking for the others.',
  comingBack: 'Coming back…',

  nobodyYet: 'Nobody else is here yet',
  nobodyNow: 'Nobody else is here',
  connected: 'Connected',
  connecting: 'Connecting…',
  reconnecting: 'Reconnecting…',
  cannotConnect: 'Can’t connect',
  peopleHere: { one: '{n} person here', other: '{n} people here' },

  firstTitle: 'You’re the first one here',
  firstHint: 'Send this link to the people you want to talk to, and keep this page open.',
  firstHintRoom:
    'Send this link and the word “{room}” to the people you want to talk to, and keep this page open.',
  writeAlready: 'You can write already: they get it when they join.',
  aloneNotice: 'They get what you write when they join.',
  copyLink: 'Copy link',
  copied: 'Copied',
  copyByHand: 'The browser doesn’t let us copy. Select the link yourself.',
  connectingTitle: 'Connecting to {name}…',
  togetherTitle: 'You and {name} are connected',
  togetherAll: 'You are connected',

  messages: 'Messages',
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
  tooLong: 'Not sent: {n} characters are too many, {of} fit. Shorten it.',
  storeFull: 'Not sent: this device is out of space. Free some, then try again.',
  notJoined: 'Not sent: you’re not in the room just now. It is kept here until you are.',
  notSent: 'Not sent: {reason}',

  peopleTitle: 'People, {n}',
  peopleOf: 'People, {n} of {of}',
  close: 'Close',
  invitation: 'Invitation to “{room}”',
  leaveRoom: 'Leave room',

  find: 'Find in conversation',
  findCount: '{n} of {of}',
  findNone: 'Nothing found',
  findOlder: 'Previous match',
  findNewer: 'Next match',

  downTitle: 'We can’t reach {name} just now.',
  downMany: 'We can’t reach the others just now.',
  downHint: 'What you write is kept and sent later.',
  offlineTitle: 'New people can’t join just now.',
  offlineHint: 'Your conversation goes on as usual.',
  offlineAlone: 'We keep trying to reach the room.',
  displacedTitle: 'The room didn’t let you back in.',
  memoryTitle: 'Nothing is kept here.',
  memoryHint: 'This browser doesn’t let us keep messages: they are gone when you close the page.',
  dismiss: 'Dismiss',
  unreachableTitle: 'You and {name} can’t connect',
  unreachableText: '{name} is in the room, but your two browsers find no way to each other.',
  unreachableShort: 'Your two browsers find no way to each other.',
  unreachableHelp:
    'What helps: turn off a VPN, change to another Wi‑Fi or to mobile data. If it happens often, tell whoever runs this site: a relay (TURN) would help.',
  whatHelps: 'What helps',

  fullTitle: 'This room is full',
  fullText: 'All {n} places in “{room}” are taken. Try again when someone has left.',
  fullTextAny: 'All places in “{room}” are taken. Try again when someone has left.',
  anotherRoom: 'Choose another room',
  serverTitle: 'We can’t reach the room',
  serverText: '{host} doesn’t answer. Check that you’re online.',
  tryNow: 'Try again now',
  retryIn: 'We try again by ourselves in {n} s. What you wrote is kept on this page.',
  retrying: 'Trying again… What you wrote is kept on this page.',
  insecureTitle: 'This page isn’t secure',
  insecureText:
    'Private conversations need an address that begins with https://. Open this page there.',
  webrtcTitle: 'This browser can’t connect you',
  webrtcText:
    'Direct connections (WebRTC) are missing or switched off. Allow them in its settings or extensions, or take another browser.',
  versionTitle: 'This page is out of date',
  versionText: 'Reload it. If that doesn’t help, tell whoever runs this site.',
  replacedTitle: 'This conversation is open elsewhere',
  replacedText: 'It goes on in another tab or window of this browser.',
  useHere: 'Use it here',
  failedTitle: 'We couldn’t join the room',
  leftTitle: 'You left “{room}”',
  joinAgain: 'Join again',

  notYet: 'This version can’t do that yet.',
  noRoom: 'Join a room first: the element needs a room and a name.',
} satisfies Record<string, Phrase>;

export type WordKey = keyof typeof english;
export type Words = Readonly<Record<WordKey, Phrase>>;

/** By primary language subtag. */
export const tables: Readonly<Record<string, Words>> & { readonly en: Words } = { en: english };
