/** Plays one note, which fades away: so many hertz, so many seconds from now and so many long, so loud (0 to 1). */
export function playNote(
  target: AudioNode,
  hertz: number,
  afterS: number,
  lengthS: number,
  loudness: number,
): OscillatorNode {
  const { context } = target;
  const at = context.currentTime + 0.05 + afterS;
  const tone = new OscillatorNode(context, { frequency: hertz });
  const gain = new GainNode(context, { gain: 0 });
  gain.gain.setValueAtTime(loudness, at);
  gain.gain.exponentialRampToValueAtTime(0.0005, at + lengthS);
  tone.connect(gain).connect(target);
  tone.start(at);
  tone.stop(at + lengthS);
  return tone;
}
