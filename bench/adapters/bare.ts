import type { Adapter, Place, Received, Visit } from './adapter.ts';
import { closeCamera, openCamera } from './camera.ts';
import { channelTalk, opened } from './channel.ts';
import { connectRelay } from './relay.ts';
import { deferred } from '../deferred.ts';

/** What two bare ends say to each other over the relay. */
interface Signal {
  readonly description?: RTCSessionDescriptionInit;
  readonly candidate?: RTCIceCandidateInit;
}

/** A connection and its channels, agreed upon in advance. */
export interface BareConnection {
  readonly pc: RTCPeerConnection;
  readonly chat: RTCDataChannel;
  readonly bulk: RTCDataChannel;
}

export function makeConnection(configuration: RTCConfiguration = {}): BareConnection {
  const pc = new RTCPeerConnection(configuration);
  return {
    pc,
    chat: pc.createDataChannel('chat', { negotiated: true, id: 0 }),
    bulk: pc.createDataChannel('bulk', { negotiated: true, id: 1 }),
  };
}

/**
 * Joins with this connection. The second person's offer follows its subscription at once, without asking who is there:
 * nothing can know the other person sooner. No error is handled: a limit, not a product.
 */
export function joinBare(
  { servers, room, seat }: Place,
  received: Received,
  make: () => BareConnection,
): Visit {
  const relay = connectRelay(servers.relay);
  let connection: BareConnection | null = null;
  let early: RTCIceCandidateInit[] = [];
  let camera: MediaStream | null = null;
  const met = deferred<BareConnection>();
  const tell = (signal: Signal): void => relay.publish(room, signal);
  const open = (): BareConnection => {
    if (connection) return connection;
    const made = make();
    made.pc.onicecandidate = ({ candidate }) => {
      if (candidate?.candidate) tell({ candidate: candidate.toJSON() });
    };
    made.pc.ontrack = ({ track, streams: [stream] }) => {
      if (track.kind === 'video' && stream) received.media(stream);
    };
    connection = made;
    met.resolve(made);
    return made;
  };
  const take = async ({ description, candidate }: Signal): Promise<void> => {
    if (candidate) {
      if (connection?.pc.remoteDescription) await connection.pc.addIceCandidate(candidate);
      else early.push(candidate);
    }
    if (!description) return;
    const { pc } = open();
    await pc.setRemoteDescription(description);
    for (const waiting of early) await pc.addIceCandidate(waiting);
    early = [];
    if (description.type !== 'offer') return;
    const lines = pc.getTransceivers();
    for (const line of lines) line.direction = 'sendrecv';
    const own = new MediaStream();
    for (const { sender } of lines) sender.setStreams(own);
    await say(pc);
    // Answered at once: what we show ourselves follows.
    if (lines.length > 0) await send(lines);
  };
  const send = async (lines: readonly RTCRtpTransceiver[]): Promise<void> => {
    camera = await openCamera();
    for (const track of camera.getTracks())
      await lines
        .find(({ receiver }) => receiver.track.kind === track.kind)
        ?.sender.replaceTrack(track);
  };
  const call = async ({ pc }: BareConnection): Promise<void> => {
    camera = await openCamera();
    for (const track of camera.getTracks()) pc.addTrack(track, camera);
    await say(pc);
  };
  const say = async (pc: RTCPeerConnection): Promise<void> => {
    await pc.setLocalDescription();
    const { localDescription } = pc;
    if (localDescription) tell({ description: localDescription.toJSON() });
  };
  // One signal after the other, as they come.
  let taken = Promise.resolve();
  const waiting = relay.subscribe(room, (signal) => {
    taken = taken.then(() => take(signal as Signal));
  });
  if (seat === 'second') {
    const { pc } = open();
    // A prepared one has its offer, with its candidates.
    if (pc.localDescription) tell({ description: pc.localDescription.toJSON() });
    else void say(pc);
  }
  return {
    waiting,
    usable: met.promise.then(async (made) => {
      const { chat, bulk } = made;
      await opened(chat, bulk);
      return { ...channelTalk(chat, bulk, received), call: () => call(made) };
    }),
    leave: async () => {
      closeCamera(camera);
      connection?.pc.close();
      relay.close();
    },
  };
}

export const adapter: Adapter = {
  join: (place, received) => joinBare(place, received, () => makeConnection()),
};
