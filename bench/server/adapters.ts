export const adapterNames = [
  'ws',
  'peerjs',
  'y-webrtc',
  'socket.io',
  'socket.io-acked',
  'rtc-chat',
] as const;
export type AdapterName = (typeof adapterNames)[number];

/** What all others are compared with: Socket.IO that relays, and does nothing else. */
export const BASE: AdapterName = 'socket.io';
