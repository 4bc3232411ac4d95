import type { Received, Talk } from './adapter.ts';

/** Fewest pauses without a long queue; measured to be as fast as any other pair of watermarks. */
const HIGH_WATER_BYTES = 1_048_576;
const LOW_WATER_BYTES = 262_144;
const FILE_HIGH_WATER_BYTES = 65_536;
const FILE_FRAME_BYTES = 16_384;

/** A talk over bare data channels: one for messages, one for files. Both are open. */
export function channelTalk(chat: RTCDataChannel, bulk: RTCDataChannel, received: Received): Talk {
  chat.bufferedAmountLowThreshold = LOW_WATER_BYTES;
  chat.onmessage = ({ data }: MessageEvent<string>) => received.text(data);
  bulk.binaryType = 'arraybuffer';
  bulk.bufferedAmountLowThreshold = FILE_HIGH_WATER_BYTES / 2;
  bulk.onmessage = ({ data }: MessageEvent<ArrayBuffer>) => received.bytes(data.byteLength);
  return {
    send: (text) => chat.send(text),
    ready: () => (chat.bufferedAmount < HIGH_WATER_BYTES ? null : drained(chat)),
    async sendFile(bytes) {
      for (let at = 0; at < bytes.length; at += FILE_FRAME_BYTES) {
        if (bulk.bufferedAmount >= FILE_HIGH_WATER_BYTES) await drained(bulk);
        bulk.send(bytes.subarray(at, at + FILE_FRAME_BYTES));
      }
    },
  };
}

function drained(channel: RTCDataChannel): Promise<void> {
  return new Promise((resolve) => {
    channel.onbufferedamountlow = () => resolve();
  });
}

/** Fulfils when both are open. */
export async function opened(...channels: readonly RTCDataChannel[]): Promise<void> {
  await Promise.all(
    channels.map(
      (channel) =>
        new Promise<unknown>((resolve) => {
          if (channel.readyState === 'open') resolve(null);
          else channel.addEventListener('open', resolve, { once: true });
        }),
    ),
  );
}
