/** The four lines of media, in the order in which they stand in a description; PROTOCOL.md section 8. */
export const LINES = ['microphone', 'camera', 'screen', 'screenSound'] as const;
export type Line = (typeof LINES)[number];

export const LINE_KINDS = {
  microphone: 'audio',
  camera: 'video',
  screen: 'video',
  screenSound: 'audio',
} as const satisfies Record<Line, 'audio' | 'video'>;

/** What is heard and seen together is kept in step by the browser: a person, and a screen with its sound. */
export const LINE_GROUPS: readonly (readonly Line[])[] = [
  ['microphone', 'camera'],
  ['screen', 'screenSound'],
];

/** The four of them, or null while they are not all there. */
export function linesOf(pc: RTCPeerConnection): readonly RTCRtpTransceiver[] | null {
  const first = pc.getTransceivers().slice(0, LINES.length);
  const fit = LINES.every((line, at) => first[at]?.receiver.track.kind === LINE_KINDS[line]);
  return fit ? first : null;
}

/**
 * Between an offer and our answer: takes over, in both directions, the lines that the other side has added. What is no
 * line of ours is stopped: nobody honest adds it.
 */
export function adoptLines(pc: RTCPeerConnection): void {
  const lines = linesOf(pc) ?? [];
  for (const transceiver of pc.getTransceivers()) {
    if (!lines.includes(transceiver)) transceiver.stop();
    else transceiver.direction = 'sendrecv';
  }
  if (lines.length === 0) return;
  for (const group of LINE_GROUPS) {
    const stream = new MediaStream();
    for (const line of group) lines[LINES.indexOf(line)]?.sender.setStreams(stream);
  }
}
