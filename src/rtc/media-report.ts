/** What one connection has carried of sound and pictures since it began; counts only grow. */
export interface MediaReport {
  readonly atMs: number;
  readonly received: Carried;
  readonly sent: Carried;
  /** Samples of sound that were played, and those of them that were made up (W3C webrtc-stats, `concealedSamples`). */
  readonly samples: number;
  readonly concealed: number;
  /** How long pictures have stood still. */
  readonly frozenMs: number;
  readonly picture: ReceivedPicture | null;
  /** Of our own pictures. */
  readonly framesSent: number;
  readonly roundTripMs: number | null;
  readonly relayed: boolean | null;
  /** What the sender's estimate says the path can take; null where the browser does not say. */
  readonly availableBps: number | null;
}

export interface Carried {
  readonly packets: number;
  readonly lost: number;
  readonly bytes: number;
}

export interface ReceivedPicture {
  readonly width: number;
  readonly height: number;
  readonly framesPerSecond: number;
}

/** What happened between two reports; shares are 0 to 1. */
export interface MediaSample {
  /** Nothing has come for a while, of those who say that they send. */
  readonly lost: boolean;
  /** Of the worse direction. */
  readonly loss: number;
  /** Of what we have sent. */
  readonly sentLoss: number;
  readonly concealed: number;
  readonly frozen: number;
  readonly receivedBps: number;
  readonly sentBps: number;
  readonly roundTripMs: number | null;
  readonly relayed: boolean | null;
  readonly picture: ReceivedPicture | null;
}

/** Fields of the W3C's webrtc-stats that are read here; which of them there are differs between browsers. */
interface Stat {
  readonly id: string;
  readonly type: string;
  readonly timestamp: number;
  readonly kind?: string;
  readonly packetsReceived?: number;
  readonly packetsLost?: number;
  readonly packetsSent?: number;
  readonly bytesReceived?: number;
  readonly bytesSent?: number;
  readonly totalSamplesReceived?: number;
  readonly concealedSamples?: number;
  readonly silentConcealedSamples?: number;
  readonly totalFreezesDuration?: number;
  readonly frameWidth?: number;
  readonly frameHeight?: number;
  readonly framesPerSecond?: number;
  readonly framesSent?: number;
  readonly roundTripTime?: number;
  readonly currentRoundTripTime?: number;
  readonly availableOutgoingBitrate?: number;
  readonly selectedCandidatePairId?: string;
  readonly selected?: boolean;
  readonly nominated?: boolean;
  readonly state?: string;
  readonly localCandidateId?: string;
  readonly remoteCandidateId?: string;
  readonly candidateType?: string;
}

/** What is added up over all lines. */
type Count =
  | `${'packets' | 'bytes'}${'Received' | 'Sent'}`
  | 'packetsLost'
  | 'totalSamplesReceived'
  | 'concealedSamples'
  | 'silentConcealedSamples'
  | 'totalFreezesDuration'
  | 'framesSent';

export function readReport(stats: Pick<RTCStatsReport, 'forEach'>): MediaReport {
  const all: Stat[] = [];
  stats.forEach((stat: Stat) => all.push(stat));
  const of = (type: string): readonly Stat[] => all.filter((stat) => stat.type === type);
  const inbound = of('inbound-rtp');
  const outbound = of('outbound-rtp');
  const heard = of('remote-inbound-rtp');
  const sum = (from: readonly Stat[], count: Count): number =>
    from.reduce((total, stat) => total + (stat[count] ?? 0), 0);
  const pair = pairOf(all);
  const ends = [pair?.localCandidateId, pair?.remoteCandidateId].map(
    (end) => all.find(({ id }) => id === end)?.candidateType,
  );
  // As the other side has it: it says so each second, the path is asked every few.
  const roundTrip =
    heard.find(({ roundTripTime }) => roundTripTime !== undefined)?.roundTripTime ??
    pair?.currentRoundTripTime;
  const pictures = inbound
    .filter(({ framesPerSecond, frameWidth }) => framesPerSecond && frameWidth)
    .map(({ frameWidth: width = 0, frameHeight: height = 0, framesPerSecond = 0 }) => ({
      width,
      height,
      framesPerSecond,
    }));
  return {
    atMs: Math.max(0, ...all.map(({ timestamp }) => timestamp)),
    received: {
      packets: sum(inbound, 'packetsReceived'),
      lost: sum(inbound, 'packetsLost'),
      bytes: sum(inbound, 'bytesReceived'),
    },
    sent: {
      packets: sum(outbound, 'packetsSent'),
      lost: sum(heard, 'packetsLost'),
      bytes: sum(outbound, 'bytesSent'),
    },
    samples: sum(inbound, 'totalSamplesReceived'),
    // Silence that was made up because nobody sends is no gap.
    concealed: sum(inbound, 'concealedSamples') - sum(inbound, 'silentConcealedSamples'),
    frozenMs: sum(inbound, 'totalFreezesDuration') * 1_000,
    picture: pictures.toSorted((a, b) => b.width * b.height - a.width * a.height)[0] ?? null,
    framesSent: sum(outbound, 'framesSent'),
    roundTripMs: roundTrip === undefined ? null : Math.round(roundTrip * 1_000),
    relayed: ends.every((type) => type === undefined) ? null : ends.includes('relay'),
    availableBps: pair?.availableOutgoingBitrate ?? null,
  };
}

/** The path in use: Chromium's transport names it, Firefox marks it. */
function pairOf(all: readonly Stat[]): Stat | undefined {
  const chosen = all.find(
    ({ selectedCandidatePairId }) => selectedCandidatePairId,
  )?.selectedCandidatePairId;
  const pairs = all.filter(({ type }) => type === 'candidate-pair');
  return (
    pairs.find(({ id, selected }) => selected || id === chosen) ??
    pairs.find(({ nominated, state }) => nominated && state === 'succeeded')
  );
}

/** What happened from one report to the next. */
export function sampleOf(before: MediaReport, after: MediaReport): Omit<MediaSample, 'lost'> {
  const ms = Math.max(1, after.atMs - before.atMs);
  const { roundTripMs, relayed, picture } = after;
  const bps = (from: Carried, to: Carried): number =>
    Math.round((Math.max(0, to.bytes - from.bytes) * 8_000) / ms);
  const missing = after.received.lost - before.received.lost;
  const receivedLoss = share(missing, after.received.packets - before.received.packets + missing);
  const sentLoss = share(
    after.sent.lost - before.sent.lost,
    after.sent.packets - before.sent.packets,
  );
  return {
    loss: Math.max(receivedLoss, sentLoss),
    sentLoss,
    concealed: share(after.concealed - before.concealed, after.samples - before.samples),
    frozen: share(after.frozenMs - before.frozenMs, ms),
    receivedBps: bps(before.received, after.received),
    sentBps: bps(before.sent, after.sent),
    roundTripMs,
    relayed,
    picture,
  };
}

/** Counts may go back: what was late counts as lost until it comes, and a stream may have gone. */
const share = (part: number, whole: number): number =>
  part <= 0 || whole <= 0 ? 0 : Math.min(1, part / whole);
