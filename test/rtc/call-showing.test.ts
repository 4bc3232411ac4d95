import { expect } from 'chai';
import type { Room } from '../../src/rtc/room.ts';
import { callers, idOf, inCall, liveApart } from './support/callers.ts';
import { Devices } from './support/devices.ts';
import { until } from './support/rooms.ts';

/** Fulfils when a frame has come that is so wide. */
async function width(stream: MediaStream, isWanted: (width: number) => boolean): Promise<void> {
  const video = document.createElement('video');
  video.muted = true;
  video.srcObject = stream;
  document.body.append(video);
  void video.play().catch(() => undefined);
  await new Promise<void>((resolve) => {
    const next = (): void => {
      video.requestVideoFrameCallback((_now, frame) =>
        isWanted(frame.width) ? resolve() : next(),
      );
    };
    next();
  });
  video.srcObject = null;
  video.remove();
}

describe('Room, showing somebody', () => {
  let devices: Devices;
  let undo: () => void;
  beforeEach(() => {
    devices = new Devices();
    undo = liveApart();
  });
  afterEach(() => {
    undo();
    devices.restore();
  });

  it('is sent a picture no larger than it is shown, and knows how good the connection is', async () => {
    const [ada, bo] = (await callers(['Ada', 'Bo'])) as [Room, Room];
    await inCall([ada, bo], { audio: false, video: true });
    const seen = () => bo.currentCall!.participants[0]!;
    await until(bo, () => seen().media.video && seen().streams !== null);
    const { person } = seen().streams!;
    await width(person, (pixels) => pixels === 160);
    bo.showing(idOf(ada), { camera: [80, 60] });
    await width(person, (pixels) => pixels <= 80);
    bo.showing(idOf(ada), { camera: [320, 240] });
    await width(person, (pixels) => pixels === 160);
    await until(bo, () => seen().quality !== null);
    expect(seen().quality).to.include({ level: 'good', relayed: false });
    expect(seen().held).to.equal(false);
    await Promise.all([ada.leave(), bo.leave()]);
  });
});
