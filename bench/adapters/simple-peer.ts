// Its package is written for bundlers that bring Node's modules; this is the build it has for all others.
import SimplePeer from 'simple-peer/simplepeer.min.js';
import { streamAdapter } from './peer-stream.ts';

export const adapter = streamAdapter(
  (initiator) => new SimplePeer({ initiator, objectMode: true, config: { iceServers: [] } }),
);
