import { loadEngine, Room, type RoomCallEvent, type RoomMessageEvent } from '../../src/rtc/room.ts';
import { calibrate } from './clock.ts';
import { PictureWatch } from './picture.ts';
import { textOf } from './text.ts';

/** What one person has heard and seen of the others for a while. */
export interface Heard {
  /** How many others were heard, and seen. */
  readonly voices: number;
  readonly pictures: number;
  /** Share of the sound that was made up because it had not come, of the worst of the others. */
  readonly concealed: number;
  /** How long sound waited before it was played, at the longest. */
  readonly bufferedMs: number;
  /** Frames a second of the slowest camera, and of the shared screen; null where there is none. */
  readonly cameraFrames: number | null;
  readonly screenFrames: number | null;
  readonly screenStallMs: number | null;
}

interface SoundStat {
  readonly type: string;
  readonly kind?: string;
  readonly totalSamplesReceived?: number;
  readonly concealedSamples?: number;
  readonly silentConcealedSamples?: number;
  readonly jitterBufferDelay?: number;
  readonly jitterBufferEmittedCount?: number;
}

/** As the element shows four people beside a screen, in pixels. */
const SCREEN_SIZE: [number, number] = [960, 540];
const CAMERA_SIZE: [number, number] = [240, 136];
const SCREEN_FRAMES = 15;
const BYTES = 100;

export type CompanyPage = ReturnType<typeof makeCompanyPage>;

/** One of several people who are in a call: a browser process for each of them. Of rtc-chat only. */
function makeCompanyPage() {
  void loadEngine();
  const now = calibrate();
  const connections = watchConnections();
  const watches = new Map<string, PictureWatch>();
  let room: Room | null = null;
  let take: (text: string) => void = () => undefined;

  const entered = (): Room => {
    if (!room) throw new Error('Nobody is in a room.');
    return room;
  };
  const until = async (holds: () => boolean): Promise<void> => {
    while (!holds()) await new Promise((resolve) => setTimeout(resolve, 20));
  };
  const look = ({ call }: Pick<RoomCallEvent, 'call'>): void => {
    for (const { id, streams, media } of call?.participants ?? []) {
      for (const kind of ['person', 'screen'] as const) {
        const key = `${kind} ${id}`;
        const stream = streams?.[kind];
        const shown = kind === 'person' ? media.video : media.screen;
        if (!stream || !shown || watches.has(key)) continue;
        const watch = new PictureWatch(now, Infinity);
        watches.set(key, watch);
        watch.show(stream, kind === 'screen' ? SCREEN_SIZE : CAMERA_SIZE);
      }
      entered().showing(id, { camera: CAMERA_SIZE, screen: SCREEN_SIZE });
    }
  };
  return {
    /** Fulfils when linked to so many others. */
    async enter(server: string, roomName: string, name: string, others: number): Promise<void> {
      const made = new Room({ server, room: roomName, name, history: 'session' });
      room = made;
      made.addEventListener('message', ({ message }: RoomMessageEvent) => {
        if (!message.own) take(message.text);
      });
      await made.join();
      await until(() => made.peers.filter(({ link }) => link === 'connected').length >= others);
      let answered = false;
      made.addEventListener('call', ({ call }: RoomCallEvent) => {
        if (call?.state === 'ringing' && !answered) {
          answered = true;
          void made.answer({ video: true });
        }
        look({ call });
      });
    },

    async call(): Promise<void> {
      await entered().call({ video: true });
    },

    /** Fulfils when so many others are in the call, and are seen. */
    async gathered(others: number): Promise<void> {
      await until(() => [...watches.values()].filter(({ seen }) => seen).length >= others);
    },

    /** Shares a screen with a page of text on it that scrolls: without a head, the browser has no screen of its own. */
    async share(): Promise<void> {
      navigator.mediaDevices.getDisplayMedia = () => Promise.resolve(textScreen());
      await entered().shareScreen();
    },

    /** Sends everything back that is not an answer itself. */
    echo(): void {
      take = (text) => {
        if (!text.startsWith('back ')) void entered().send(`back ${text}`);
      };
    },

    async roundTrips(count: number): Promise<number[]> {
      const samples: number[] = [];
      for (let number = 0; number < count; number++) {
        const text = textOf(number, BYTES);
        await new Promise<void>((resolve) => {
          const from = performance.now();
          take = (back) => {
            if (back !== `back ${text}`) return;
            samples.push(performance.now() - from);
            resolve();
          };
          void entered().send(text);
        });
        await new Promise((resolve) => setTimeout(resolve));
      }
      return samples;
    },

    /** Listens and looks for so long. */
    async listen(ms: number): Promise<Heard> {
      for (const watch of watches.values()) watch.restart();
      const before = await soundsOf(connections);
      await new Promise((resolve) => setTimeout(resolve, ms));
      const sounds = [...(await soundsOf(connections))].flatMap(([pc, after]) => {
        const former = before.get(pc);
        return former && after.samples > former.samples ? [{ former, after }] : [];
      });
      const framesOf = (kind: string): number[] =>
        [...watches].flatMap(([key, { seen }]) =>
          key.startsWith(kind) && seen ? [(seen.frames * 1_000) / ms] : [],
        );
      const cameras = framesOf('person');
      const screens = framesOf('screen');
      const [screen] = [...watches].flatMap(([key, { seen }]) =>
        key.startsWith('screen') && seen ? [seen] : [],
      );
      return {
        voices: sounds.length,
        pictures: cameras.length + screens.length,
        concealed: Math.max(
          0,
          ...sounds.map(
            ({ former, after }) =>
              (after.concealed - former.concealed) / (after.samples - former.samples),
          ),
        ),
        bufferedMs: Math.max(
          0,
          ...sounds.map(({ former, after }) =>
            after.played > former.played
              ? (1_000 * (after.delay - former.delay)) / (after.played - former.played)
              : 0,
          ),
        ),
        cameraFrames: cameras.length > 0 ? Math.min(...cameras) : null,
        screenFrames: screens.length > 0 ? Math.min(...screens) : null,
        screenStallMs: screen?.stallMs ?? null,
      };
    },

    async leave(): Promise<void> {
      await room?.leave();
      room = null;
    },
  };
}

/** Every connection that this page makes from now on. */
function watchConnections(): readonly RTCPeerConnection[] {
  const made: RTCPeerConnection[] = [];
  globalThis.RTCPeerConnection = class extends RTCPeerConnection {
    constructor(configuration?: RTCConfiguration) {
      super(configuration);
      made.push(this);
    }
  };
  return made;
}

interface Sound {
  readonly samples: number;
  readonly concealed: number;
  readonly delay: number;
  readonly played: number;
}

/** What has come of sound over each connection so far. */
async function soundsOf(
  connections: readonly RTCPeerConnection[],
): Promise<ReadonlyMap<RTCPeerConnection, Sound>> {
  const sounds = new Map<RTCPeerConnection, Sound>();
  for (const pc of connections) {
    if (pc.connectionState !== 'connected') continue;
    let [samples, concealed, delay, played] = [0, 0, 0, 0];
    (await pc.getStats()).forEach((stat: SoundStat) => {
      if (stat.type !== 'inbound-rtp' || stat.kind !== 'audio') return;
      samples += stat.totalSamplesReceived ?? 0;
      concealed += (stat.concealedSamples ?? 0) - (stat.silentConcealedSamples ?? 0);
      delay += stat.jitterBufferDelay ?? 0;
      played += stat.jitterBufferEmittedCount ?? 0;
    });
    sounds.set(pc, { samples, concealed, delay, played });
  }
  return sounds;
}

function textScreen(): MediaStream {
  const canvas = Object.assign(document.createElement('canvas'), { width: 1_920, height: 1_080 });
  const context = canvas.getContext('2d')!;
  let line = 0;
  const draw = (): void => {
    context.fillStyle = 'white';
    context.fillRect(0, 0, canvas.width, canvas.height);
    context.fillStyle = 'black';
    context.font = '24px monospace';
    for (let row = 0; row < 36; row++)
      context.fillText(
        `${line + row}: ${'a line of the page that is shared '.repeat(3)}`,
        40,
        40 + row * 29,
      );
    line++;
  };
  draw();
  setInterval(draw, 250);
  return canvas.captureStream(SCREEN_FRAMES);
}

Object.assign(globalThis, { bench: makeCompanyPage() });
