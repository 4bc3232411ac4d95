export const adapterNames = [
  'ws',
  'peerjs',
  'y-webrtc',
  'socket.io',
  'socket.io-acked',
  'rtc-chat',
  'rtc-chat-redis',
] as const;
export type AdapterName = (typeof adapterNames)[number];

/** Processes of one server: those of `rtc-chat-redis` share their rooms through a Redis. */
export const processesOf = (adapter: AdapterName): number => (adapter === 'rtc-chat-redis' ? 3 : 1);

/** What all others are compared with: Socket.IO that relays, and does nothing else. */
export const BASE: AdapterName = 'socket.io';
