import { createTopicStrategy, type Room } from '@trystero-p2p/core';
import type { Adapter, Received, Talk } from './adapter.ts';
import { connectRelay, type Relay } from './relay.ts';
import { deferred } from '../deferred.ts';

let relay: Relay | null = null;

const joinRoom = createTopicStrategy<Relay>({
  init: ({ relayConfig }) => (relay ??= connectRelay(relayConfig?.urls?.[0] ?? '')),
  async subscribeTopic(client, topic, onMessage) {
    await client.subscribe(topic, (payload) => void onMessage(topic, payload as string));
    return () => client.unsubscribe(topic);
  },
  publishTopic: (client, topic, payload) => client.publish(topic, payload),
});

/** One after the other: its messages keep their order only for who awaits each `send`. */
const LANES = 1;

/**
 * Trystero over the Socket.IO relay by its own `createTopicStrategy`. It keeps one connection to its relay for the life of
 * the page, so only the first join dials. Messages and files are its actions.
 */
export const adapter: Adapter = {
  join({ servers, room }, received) {
    const joined = joinRoom(
      {
        appId: 'rtc-chat-bench',
        relayConfig: { urls: [servers.relay] },
        rtcConfig: { iceServers: [] },
      },
      room,
    );
    return {
      // It does not say when it is subscribed; the relay does, to whoever asks after it.
      waiting: settled(servers.relay),
      usable: new Promise((resolve) => {
        const found = talk(joined, received);
        joined.onPeerJoin = () => resolve(found);
      }),
      leave: () => joined.leave(),
    };
  },
};

/** One more round trip on the same connection comes after everything that was said before. */
async function settled(url: string): Promise<void> {
  // Its topics are hashes, which take their time.
  await new Promise((resolve) => setTimeout(resolve, 200));
  await (relay ??= connectRelay(url)).subscribe('settled', () => undefined);
}

function talk(room: Room, received: Received): Talk {
  const messages = room.makeAction<string>('text', { onMessage: (data) => received.text(data) });
  const files = room.makeAction<ArrayBuffer>('file', {
    onMessage: (data) => received.bytes(data.byteLength),
  });
  let [under, free] = [0, deferred()];
  const count = (): void => {
    if (under-- < LANES) return;
    free.resolve();
    free = deferred();
  };
  return {
    send(data) {
      under++;
      void messages.send(data).then(count);
    },
    ready: () => (under < LANES ? null : free.promise),
    sendFile: (data) => files.send(data.buffer),
  };
}
