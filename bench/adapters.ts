/** Every adapter, in the order of the tables. Each is a file of `adapters/`. */
export const adapterNames = [
  'bare',
  'bare-prepared',
  'peerjs',
  'simple-peer',
  'thaunknown-simple-peer',
  'trystero',
  'rtc-chat-memory',
  'rtc-chat-room',
  'rtc-chat-element',
] as const;
export type AdapterName = (typeof adapterNames)[number];
/** What everything is compared with. */
export const BASE: AdapterName = 'bare';
