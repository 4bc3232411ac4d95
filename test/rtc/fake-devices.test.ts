import { expect } from 'chai';
import type { Line } from '../../src/rtc/lines.ts';
import { LocalMedia } from '../../src/rtc/local-media.ts';
import { framesOf } from './support/fake-media.ts';

describe('LocalMedia with the fake devices of a browser', () => {
  it('opens both, names them, changes them, and leaves nothing running', async () => {
    localStorage.removeItem('rtc-chat devices');
    const sent = new Map<Line, MediaStreamTrack | null>();
    const given: MediaStreamTrack[] = [];
    let listed = (): void => undefined;
    const named = new Promise<void>((resolve) => (listed = resolve));
    const media: LocalMedia = new LocalMedia({
      track: (line, track) => {
        sent.set(line, track);
        if (track) given.push(track);
      },
      changed: () => {
        if (media.own.devices.some(({ kind, label }) => kind === 'videoinput' && label)) listed();
      },
      failed: ({ cause }) => expect.fail(String(cause)),
    });
    await media.begin({ audio: true, video: true });
    expect(media.own.microphone.on && media.own.camera.on).to.equal(true);
    await framesOf(sent.get('camera')!, 3);
    await named;
    const cameras = media.own.devices.filter(({ kind }) => kind === 'videoinput');
    const last = cameras.at(-1)!.deviceId;
    await media.choose('camera', last);
    expect(media.own.camera.on).to.equal(true);
    await framesOf(sent.get('camera')!, 3);
    // The muted track goes on in silence; the camera is released.
    await media.set('microphone', false);
    await media.set('camera', false);
    expect(sent.get('microphone')).to.include({ enabled: false, readyState: 'live' });
    expect(sent.get('camera')).to.equal(null);
    media.close();
    expect(given.map(({ readyState }) => readyState)).to.deep.equal(given.map(() => 'ended'));
    expect(sent.get('microphone')).to.equal(null);
    localStorage.removeItem('rtc-chat devices');
  });
});
