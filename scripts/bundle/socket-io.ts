import { dirname, join } from 'node:path';
import type { Plugin } from 'vite';

/**
 * Leaves out of Socket.IO's client what our protocol never uses: long polling, WebTransport, binary packets. They are
 * imported by the packages themselves, whatever the options say; each replacement does for text exactly what the
 * original does. 3 kB gzip. May go when the packages can be asked for less.
 */
export function slimSocketIo(): Plugin {
  return {
    name: 'rtc-chat-slim-socket-io',
    enforce: 'pre',
    resolveId: {
      filter: { id: /transports\/index\.js$/ },
      handler: (_id, importer) =>
        importer?.includes('engine.io-client')
          ? `${join(dirname(importer), 'transports/websocket.js')}?only`
          : null,
    },
    load: {
      filter: { id: /(?:websocket\.js\?only|socket\.io-parser|engine\.io-parser).*$/ },
      handler: (id) => {
        if (id.endsWith('?only')) {
          return `import { WS } from ${JSON.stringify(id.replace('?only', ''))};
export const transports = { websocket: WS };`;
        }
        const name = /(?:socket|engine)\.io-parser\/build\/esm\/([\w.-]+)\.js$/.exec(id)?.[1];
        return (name && textOnly[name]) ?? null;
      },
    },
  };
}

/** Modules of socket.io-parser 4.2 and engine.io-parser 5.2, by file name. What is binary ends as a parse error. */
const textOnly: Readonly<Record<string, string>> = {
  binary: `export const deconstructPacket = (packet) => ({ packet, buffers: [] });
export const reconstructPacket = (packet) => packet;`,
  'is-binary': `export const isBinary = () => false;
export const hasBinary = () => false;`,
  'encodePacket.browser': `import { PACKET_TYPES } from './commons.js';
export const encodePacket = ({ type, data }, _binary, callback) => callback(PACKET_TYPES[type] + (data || ''));
export const encodePacketToBinary = () => {};`,
  'decodePacket.browser': `import { ERROR_PACKET, PACKET_TYPES_REVERSE } from './commons.js';
export const decodePacket = (packet) => {
  const type = typeof packet === 'string' && PACKET_TYPES_REVERSE[packet[0]];
  return type ? (packet.length > 1 ? { type, data: packet.slice(1) } : { type }) : ERROR_PACKET;
};`,
};
