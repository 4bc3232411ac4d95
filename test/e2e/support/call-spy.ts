/// What a page is given before its own scripts run, so that a test knows what is seen, heard and held in a call.
import type { RtcChatCallEvent } from '../../../src/components/element-events.ts';
import type { CallState, Participant } from '../../../src/rtc/call.ts';
import type { Line } from '../../../src/rtc/lines.ts';

/** As statistics have it; not all of it is in the DOM's types. */
export interface Sound {
  /** The track it comes by. */
  readonly id: string;
  /** Whether an element of the page plays it aloud. */
  readonly aloud: boolean;
  readonly packets: number;
  readonly energy: number;
}

/** What `spyOnCalls` has in the page. */
export interface CallSpy {
  /** Every RTCPeerConnection made so far, the oldest first. */
  readonly connections: RTCPeerConnection[];
  /** Negotiations that have come to an end, on all connections. */
  negotiations: number;
  /** Every track that a device or a screen has given. */
  readonly taken: MediaStreamTrack[];
  /** Errors by which a device answers from now on: one that another program has cannot be made here. */
  readonly refusals: Partial<Record<'audio' | 'video', string>>;
  /** AudioContexts that are not closed. */
  readonly openContexts: () => number;
  /** What comes on this line, of every connection that is up. */
  readonly incoming: (line: Line) => MediaStreamTrack[];
  /** The elements that show this track, large enough to be seen. */
  readonly screensOf: (track: MediaStreamTrack) => HTMLVideoElement[];
  /** Frames of this track that have been shown since it was first asked for. */
  readonly framesOf: (track: MediaStreamTrack) => number;
  readonly soundsOf: (line: Line) => Promise<Sound[]>;
  /** Whether the last `packets` packets of every other had less energy than `most`. */
  readonly silent: (line: Line, packets: number, most: number) => Promise<boolean>;
  /** Pulls the cable of whatever camera or microphone is in use. */
  readonly pullOut: (kind: 'audio' | 'video') => void;
  /** The next answer that leaves is lost, on all its paths. */
  readonly dropAnswer: () => void;
  /** Answers that were lost. */
  dropped: number;
  /** What the element has told last. */
  call: RtcChatCallEvent['call'] | null;
  /** Every state that the element has told of, in order, each once in a row. */
  readonly states: CallState[];
  readonly callId: () => string | null;
  /** What those who are in our call say they send. */
  readonly others: () => Participant['media'][];
  /** The connection that is up; of several the newest. */
  readonly current: () => RTCPeerConnection;
}

declare global {
  var callSpy: CallSpy;
}

/** To be run by `evaluateOnNewDocument`: must not refer to anything outside itself. */
export function spyOnCalls(): void {
  const order: readonly Line[] = ['microphone', 'camera', 'screen', 'screenSound'];
  const contexts: AudioContext[] = [];
  const counts = new WeakMap<MediaStreamTrack, number>();
  const followed = new WeakSet<HTMLVideoElement>();
  const quiet = new Map<string, Sound>();
  let losing = false;
  let lost = '';

  const isUp = ({ connectionState }: RTCPeerConnection): boolean => connectionState === 'connected';
  const lineOf = (pc: RTCPeerConnection, line: Line) => pc.getTransceivers()[order.indexOf(line)];
  const elements = (root: ParentNode): HTMLMediaElement[] =>
    Array.from(root.querySelectorAll('*')).flatMap((element) => [
      ...(element instanceof HTMLMediaElement ? [element] : []),
      ...(element.shadowRoot ? elements(element.shadowRoot) : []),
    ]);
  const playing = (track: MediaStreamTrack): HTMLMediaElement[] =>
    elements(document).filter(
      ({ srcObject, paused }) =>
        !paused && srcObject instanceof MediaStream && srcObject.getTracks().includes(track),
    );
  /** Counts frames for as long as the element is in the page. */
  const follow = (video: HTMLVideoElement): void => {
    if (followed.has(video)) return;
    followed.add(video);
    const count = (): void => {
      if (!video.isConnected) return void followed.delete(video);
      const [track] =
        video.srcObject instanceof MediaStream ? video.srcObject.getVideoTracks() : [];
      if (track) counts.set(track, (counts.get(track) ?? 0) + 1);
      video.requestVideoFrameCallback(count);
    };
    video.requestVideoFrameCallback(count);
  };

  /** An answer stands in a signed text, that in a frame: its quotation marks are written thrice over. */
  const isLost = (frame: string): boolean => {
    if (!/\\"type\\+":\\+"answer/.test(frame)) return false;
    const [signature = ''] = /sig\\+":\\+"[\w-]+/.exec(frame) ?? [];
    if (losing) {
      losing = false;
      lost = signature;
      spy.dropped++;
      // Who repeats it later is heard.
      setTimeout(() => (lost = ''), 1_000);
    }
    return signature === lost;
  };

  const spy: CallSpy = {
    connections: [],
    negotiations: 0,
    taken: [],
    refusals: {},
    openContexts: () => contexts.filter(({ state }) => state !== 'closed').length,
    incoming: (line) =>
      spy.connections.filter(isUp).flatMap((pc) => lineOf(pc, line)?.receiver.track ?? []),
    screensOf: (track) =>
      playing(track).filter((element): element is HTMLVideoElement => {
        if (!(element instanceof HTMLVideoElement)) return false;
        const { width, height } = element.getBoundingClientRect();
        const seen = element.checkVisibility({ opacityProperty: true, visibilityProperty: true });
        return seen && width > 8 && height > 8 && element.videoWidth > 8;
      }),
    framesOf: (track) => {
      for (const video of spy.screensOf(track)) follow(video);
      return counts.get(track) ?? 0;
    },
    soundsOf: async (line) => {
      const sounds = spy.connections.filter(isUp).map(async (pc): Promise<Sound[]> => {
        const receiver = lineOf(pc, line)?.receiver;
        if (!receiver) return [];
        const stats = [...(await receiver.getStats()).values()] as Record<string, unknown>[];
        const inbound = stats.find(({ type }) => type === 'inbound-rtp');
        const aloud = playing(receiver.track).some(({ muted, volume }) => !muted && volume > 0);
        const energy = Number(inbound?.['totalAudioEnergy'] ?? 0);
        return [
          {
            id: receiver.track.id,
            aloud,
            packets: Number(inbound?.['packetsReceived'] ?? 0),
            energy,
          },
        ];
      });
      return (await Promise.all(sounds)).flat();
    },
    silent: async (line, packets, most) => {
      const now = await spy.soundsOf(line);
      const still = now.map((sound) => {
        const since = quiet.get(sound.id);
        if (since && sound.energy - since.energy < most)
          return sound.packets - since.packets >= packets;
        quiet.set(sound.id, sound);
        return false;
      });
      return still.every(Boolean);
    },
    pullOut: (kind) => {
      const track = spy.taken.findLast((each) => each.kind === kind && each.readyState === 'live');
      if (!track) throw new Error(`No ${kind} device is in use.`);
      // A device that is pulled out ends its track and says so; `stop()` alone says nothing.
      track.stop();
      track.dispatchEvent(new Event('ended'));
    },
    dropAnswer: () => {
      losing = true;
    },
    dropped: 0,
    call: null,
    states: [],
    callId: () => (spy.call && 'id' in spy.call ? spy.call.id : null),
    others: () => {
      const people = spy.call && 'participants' in spy.call ? spy.call.participants : [];
      return people.filter(({ answer }) => answer === 'in').map(({ media }) => media);
    },
    current: () => {
      const pc = spy.connections.findLast(isUp);
      if (!pc) throw new Error('No connection is up.');
      return pc;
    },
  };
  globalThis.callSpy = spy;

  const NativeConnection = RTCPeerConnection;
  globalThis.RTCPeerConnection = class extends NativeConnection {
    constructor(configuration?: RTCConfiguration) {
      super(configuration);
      spy.connections.push(this);
      this.addEventListener('signalingstatechange', () => {
        if (this.signalingState === 'stable') spy.negotiations++;
      });
    }
  };
  const NativeContext = AudioContext;
  globalThis.AudioContext = class extends NativeContext {
    constructor(options?: AudioContextOptions) {
      super(options);
      contexts.push(this);
    }
  };

  const { mediaDevices } = navigator;
  const openDevice = mediaDevices.getUserMedia.bind(mediaDevices);
  mediaDevices.getUserMedia = async (constraints) => {
    for (const kind of ['audio', 'video'] as const) {
      const name = constraints?.[kind] ? spy.refusals[kind] : undefined;
      if (name !== undefined) throw new DOMException('As the test wants it.', name);
    }
    const stream = await openDevice(constraints);
    spy.taken.push(...stream.getTracks());
    return stream;
  };
  const openScreen = mediaDevices.getDisplayMedia.bind(mediaDevices);
  mediaDevices.getDisplayMedia = async (options) => {
    const stream = await openScreen(options);
    spy.taken.push(...stream.getTracks());
    return stream;
  };

  addEventListener('rtc-chat-call', (event) => {
    const { call } = event as RtcChatCallEvent;
    spy.call = call;
    if (spy.states.at(-1) !== call.state) spy.states.push(call.state);
  });
  for (const { prototype } of [WebSocket, RTCDataChannel]) {
    const send = prototype.send as (data: unknown) => void;
    prototype.send = function (this: WebSocket & RTCDataChannel, data: unknown): void {
      if (typeof data === 'string' && isLost(data)) return;
      send.call(this, data);
    };
  }
}

/**
 * A screen for a browser that has none when it runs without a window (Firefox): a picture that moves, and the tone of a fake
 * microphone, since an AudioContext stands still on a machine without a sound device. To be run by `evaluateOnNewDocument`,
 * before `spyOnCalls`.
 */
export function standInForScreen(): void {
  if (!navigator.userAgent.includes('Firefox')) return;
  const { mediaDevices } = navigator;
  const openDevice = mediaDevices.getUserMedia.bind(mediaDevices);
  mediaDevices.getDisplayMedia = async () => {
    const canvas = document.createElement('canvas');
    [canvas.width, canvas.height] = [800, 600];
    const context = canvas.getContext('2d');
    const stream = canvas.captureStream(15);
    const [picture] = stream.getTracks();
    const draw = (): void => {
      if (!context || picture?.readyState !== 'live') return;
      context.fillStyle = `hsl(${performance.now() / 10}deg 80% 50%)`;
      context.fillRect(0, 0, canvas.width, canvas.height);
      setTimeout(draw, 60);
    };
    draw();
    const sound = await openDevice({ audio: true });
    for (const track of sound.getTracks()) stream.addTrack(track);
    return stream;
  };
}
