import { expect } from 'chai';
import { LINES } from '../../src/rtc/lines.ts';
import { MediaLines } from '../../src/rtc/media-lines.ts';
import { ConnectionPair } from './support/connection-pair.ts';
import { fakePicture, fakeSound, framesOf } from './support/fake-media.ts';

describe('MediaLines', () => {
  let pair: ConnectionPair;
  beforeEach(async () => {
    pair = new ConnectionPair();
    await pair.open();
  });
  afterEach(() => pair.close());

  /** The lines of both sides, opened by one of them. */
  const lines = async (
    opener: 'impolite' | 'polite',
  ): Promise<{ impolite: MediaLines; polite: MediaLines; asked: number }> => {
    let asked = 0;
    const result = await new Promise<{ impolite: MediaLines; polite: MediaLines }>((resolve) => {
      let ready = 0;
      const count = (): void => {
        if (++ready === 2) resolve({ impolite, polite });
      };
      const impolite = new MediaLines(pair.impolite, false, {
        ask: () => expect.fail('only the polite side asks'),
        ready: count,
      });
      const polite = new MediaLines(pair.polite, true, {
        ask: () => {
          asked++;
          impolite.open();
        },
        ready: count,
      });
      if (impolite.ready && polite.ready) resolve({ impolite, polite });
      (opener === 'impolite' ? impolite : polite).open();
    });
    return { ...result, asked };
  };

  for (const opener of ['impolite', 'polite'] as const) {
    it(`takes one negotiation and four lines when the ${opener} side opens them`, async () => {
      const before = pair.negotiations;
      const { impolite, polite, asked } = await lines(opener);
      expect(pair.negotiations - before).to.equal(1);
      expect(asked).to.equal(opener === 'polite' ? 1 : 0);
      for (const pc of [pair.impolite, pair.polite])
        expect(pc.getTransceivers().map(({ currentDirection }) => currentDirection)).to.deep.equal(
          Array.from({ length: 4 }, () => 'sendrecv'),
        );
      for (const line of LINES)
        expect(impolite.received(line)?.kind).to.equal(polite.received(line)?.kind);
    });
  }

  it('brings pictures and sound both ways, and changes them without negotiating', async () => {
    const { impolite, polite } = await lines('polite');
    const negotiations = pair.negotiations;
    const [red, blue] = [fakePicture('red'), fakePicture('blue')];
    const sound = fakeSound();
    await Promise.all([
      impolite.send('camera', red.track),
      polite.send('camera', blue.track),
      polite.send('microphone', sound.track),
    ]);
    await Promise.all([
      framesOf(polite.received('camera')!, 3),
      framesOf(impolite.received('camera')!, 3),
    ]);
    // Off, a screen, and the camera again.
    await impolite.send('camera', null);
    const screen = fakePicture('green');
    await impolite.send('screen', screen.track);
    await framesOf(polite.received('screen')!, 3);
    await impolite.send('camera', red.track);
    await framesOf(polite.received('camera')!, 3);
    expect(pair.negotiations).to.equal(negotiations);
    for (const source of [red, blue, screen, sound]) source.stop();
  });

  it('hears how loud the other side is', async () => {
    const { impolite, polite } = await lines('impolite');
    expect(impolite.level).to.equal(0);
    // What a page makes by itself is silent until somebody has touched it; the fake microphone beeps.
    const stream = await navigator.mediaDevices.getUserMedia({ audio: true });
    const [microphone] = stream.getAudioTracks();
    await polite.send('microphone', microphone!);
    // Chromium measures what is played, and lets a page play that uses a microphone.
    const audio = new Audio();
    audio.srcObject = new MediaStream([impolite.received('microphone')!]);
    audio.play().catch(() => undefined);
    while (!(impolite.level > 0.01)) await new Promise(requestAnimationFrame);
    expect(impolite.level).to.be.at.most(1);
    expect(polite.level).to.equal(0);
    audio.srcObject = null;
    microphone!.stop();
  });

  it('leaves the lines to the next call, which then negotiates nothing', async () => {
    const first = await lines('polite');
    const red = fakePicture('red');
    await first.impolite.send('camera', red.track);
    await Promise.all([first.impolite.close(), first.polite.close()]);
    expect(pair.impolite.getSenders().every(({ track }) => track === null)).to.equal(true);
    const negotiations = pair.negotiations;
    const next = await lines('polite');
    expect(next.asked).to.equal(0);
    await next.impolite.send('camera', red.track);
    await framesOf(next.polite.received('camera')!, 3);
    expect(pair.negotiations).to.equal(negotiations);
    red.stop();
  });

  it('stops lines that are none of ours', async () => {
    const negotiated = new Promise((resolve) => {
      pair.impolite.addEventListener('signalingstatechange', () => {
        if (pair.impolite.signalingState === 'stable') resolve(null);
      });
    });
    for (const kind of ['video', 'audio', 'audio'] as const) pair.impolite.addTransceiver(kind);
    await negotiated;
    for (const transceiver of pair.polite.getTransceivers())
      expect(transceiver.currentDirection).to.be.oneOf(['stopped', 'inactive', null]);
  });
});
