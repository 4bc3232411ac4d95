import { expect } from 'chai';
import { CallLeg, type CallLegHandlers, type LinesNews } from '../../src/rtc/call-leg.ts';
import { ConnectionPair } from './support/connection-pair.ts';
import { fakePicture, fakeSound, framesOf } from './support/fake-media.ts';

const until = async (holds: () => boolean): Promise<void> => {
  while (!holds()) await new Promise(requestAnimationFrame);
};

describe('CallLeg, what is sent and how it arrives', () => {
  let pair: ConnectionPair;
  let [ours, theirs]: CallLeg[] = [];
  let said: LinesNews[];
  const picture = fakePicture('red', 640, 360);
  const sound = fakeSound();

  const leg = (other: () => CallLeg, media: CallLegMedia): CallLeg =>
    new CallLeg({
      ...media,
      say: (news) => {
        said.push(news);
        queueMicrotask(() => other().asked(news));
      },
      began: () => undefined,
      changed: () => undefined,
    });
  type CallLegMedia = Pick<CallLegHandlers, 'trackOn'>;

  beforeEach(async () => {
    pair = new ConnectionPair();
    await pair.open();
    said = [];
    ours = leg(() => theirs!, {
      trackOn: (line) =>
        line === 'camera' ? picture.track : line === 'microphone' ? sound.track : null,
    });
    theirs = leg(() => ours!, { trackOn: () => null });
    ours.talking = theirs.talking = true;
    theirs.attach({ pc: pair.impolite, polite: false });
    ours.attach({ pc: pair.polite, polite: true });
    await until(() => theirs!.streams.person.getVideoTracks().length === 1);
  });
  afterEach(async () => {
    await Promise.all([ours!.close(), theirs!.close()]);
    pair.close();
  });
  after(() => {
    picture.stop();
    sound.stop();
  });

  const camera = (): RTCRtpEncodingParameters =>
    ours!.sender('camera')!.getParameters().encodings[0]!;
  const seen = (): MediaStreamTrack => theirs!.streams.person.getVideoTracks()[0]!;

  it('sends what there was before the lines', async () => {
    await framesOf(seen(), 3);
  });

  it('begins small, and is whole once the path has been looked at', async () => {
    await until(() => camera().scaleResolutionDownBy === 2);
    await framesOf(seen(), 1);
    while (camera().scaleResolutionDownBy !== 1) await ours!.look();
    await framesOf(seen(), 3);
  });

  it('is no larger than it is shown, and nothing is sent of what is not shown', async () => {
    await framesOf(seen(), 1);
    while (camera().scaleResolutionDownBy !== 1) await ours!.look();
    theirs!.show({ camera: [160, 90] });
    await until(() => camera().scaleResolutionDownBy === 4);
    theirs!.show({ camera: [0, 0] });
    await until(() => camera().active === false);
    theirs!.show({ camera: [640, 360] });
    await until(() => camera().active === true && camera().scaleResolutionDownBy === 1);
    await framesOf(seen(), 3);
  });

  it('tells how it is, from what the browser says', async () => {
    await framesOf(seen(), 3);
    // Two reports of a moment in which something came, not too close to each other.
    while (!theirs!.quality?.picture) {
      await theirs!.look();
      await framesOf(seen(), 3);
    }
    const { level, relayed, receivedBps, roundTripMs, picture: here } = theirs!.quality;
    expect({ level, relayed }).to.deep.equal({ level: 'good', relayed: false });
    expect(receivedBps).to.be.greaterThan(1_000);
    expect(roundTripMs).to.be.within(0, 1_000);
    expect(here.width).to.be.within(160, 640);
    pair.polite.close();
    pair.impolite.close();
    expect(await theirs!.look()).to.equal(true);
    expect(theirs!.quality?.level).to.equal('lost');
  });

  it('says again on another connection how large it is shown', async () => {
    theirs!.show({ camera: [320, 180] });
    const next = new ConnectionPair();
    await next.open();
    const [before, former] = [said.length, seen()];
    theirs!.attach({ pc: next.impolite, polite: false });
    ours!.attach({ pc: next.polite, polite: true });
    expect(said.slice(before)).to.deep.include({ camera: [320, 180], held: undefined });
    await until(() => seen() !== undefined && seen() !== former);
    await framesOf(seen(), 1);
    next.close();
  });
});
