/** The four lines of media, in the order in which they stand in a description; PROTOCOL.md section 11. */
export const LINES = ['microphone', 'camera', 'screen', 'screenSound'] as const;
export type Line = (typeof LINES)[number];

/** Of each line in turn. */
export const LINE_KINDS = ['audio', 'video', 'video', 'audio'] as const;

/** What is heard and seen together is kept in step by the browser: a person, and a screen with its sound. */
export function lineStreams(): readonly MediaStream[] {
  const [person, screen] = [new MediaStream(), new MediaStream()];
  return [person, person, screen, screen];
}

/** The four of them, or null while they are not all there. */
export function linesOf(pc: RTCPeerConnection): readonly RTCRtpTransceiver[] | null {
  const first = pc.getTransceivers().slice(0, LINE_KINDS.length);
  return LINE_KINDS.every((kind, at) => first[at]?.receiver.track.kind === kind) ? first : null;
}

/**
 * Between an offer and our answer: takes over, in both directions, the lines that the other side has added. What is no
 * line of ours is stopped: nobody honest adds it.
 */
export function adoptLines(pc: RTCPeerConnection): void {
  const lines = linesOf(pc) ?? [];
  const streams = lineStreams();
  pc.getTransceivers().forEach((transceiver, at) => {
    if (!lines[at]) return transceiver.stop();
    transceiver.direction = 'sendrecv';
    transceiver.sender.setStreams(streams[at]!);
  });
}
