import Peer from '@thaunknown/simple-peer/lite.js';
import { streamAdapter } from './peer-stream.ts';

/** `lite` is its build without media. */
export const adapter = streamAdapter(
  (initiator) => new Peer({ initiator, objectMode: true, config: { iceServers: [] } }),
);
