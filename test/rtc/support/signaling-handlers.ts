import type { SignalingHandlers } from '../../../src/rtc/signaling.ts';

const ignore = (): void => undefined;

/** Whoever listens to these alone. */
export const listeningTo = (wanted: Partial<SignalingHandlers>): SignalingHandlers => ({
  connected: ignore,
  disconnected: ignore,
  peerJoined: ignore,
  peerLeft: ignore,
  signal: ignore,
  replaced: ignore,
  ...wanted,
});
