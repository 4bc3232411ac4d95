import { expect } from 'chai';
import { LINES, type Line } from '../../src/rtc/lines.ts';
import { Sending } from '../../src/rtc/sending.ts';

/** A sender that notes what it is told, and refuses a second change while one is under way, as browsers do. */
class ScriptedSender {
  encoding: Partial<RTCRtpEncodingParameters> = {};
  readonly told: Partial<RTCRtpEncodingParameters>[] = [];
  underway = 0;
  fails = false;

  getParameters(): Partial<RTCRtpSendParameters> {
    return { encodings: [{ ...this.encoding }] };
  }

  async setParameters({ encodings }: RTCRtpSendParameters): Promise<void> {
    expect(++this.underway, 'changes at a time').to.equal(1);
    await new Promise((resolve) => setTimeout(resolve));
    this.underway--;
    if (this.fails) throw new DOMException('No.', 'InvalidModificationError');
    this.told.push((this.encoding = encodings[0]!));
  }
}

const track = { getSettings: () => ({ width: 1_280, height: 720 }) } as MediaStreamTrack;
const NEAR = { roundTripMs: 1 };
/** A sample of two seconds, in which little was sent and nothing was lost. */
const CALM = { ...NEAR, bps: 20_000, loss: 0 };

describe('Sending', () => {
  let senders: Map<Line, ScriptedSender>;
  let sending: Sending;
  let held: boolean[];
  beforeEach(() => {
    senders = new Map(LINES.map((line) => [line, new ScriptedSender()]));
    held = [];
    sending = new Sending({
      sender: (line) => senders.get(line) as unknown as RTCRtpSender,
      held: () => held.push(sending.held),
    });
    sending.begin('camera', track);
    sending.opened();
  });

  const settled = async (): Promise<void> => {
    for (let turn = 0; turn < 5; turn++) await new Promise((resolve) => setTimeout(resolve));
  };
  const camera = async (): Promise<Partial<RTCRtpEncodingParameters>> => {
    await settled();
    return senders.get('camera')!.encoding;
  };

  it('changes one thing at a time, and ends with the newest', async () => {
    for (const others of [2, 3, 4, 5]) sending.others = others;
    sending.estimated({ ...NEAR, availableBps: null });
    expect(await camera()).to.deep.include({ scaleResolutionDownBy: 3, maxFramerate: 20 });
    expect(senders.get('camera')!.told.length).to.be.lessThan(4);
  });

  it('says the same thing once', async () => {
    await camera();
    const { told } = senders.get('camera')!;
    const before = told.length;
    for (let again = 0; again < 3; again++) {
      sending.estimated({ ...NEAR, availableBps: null });
      await settled();
    }
    expect(told.length).to.equal(before + 1);
  });

  it('goes on where a browser refuses', async () => {
    const sender = senders.get('camera')!;
    await camera();
    sender.fails = true;
    sending.estimated({ ...NEAR, availableBps: null });
    await settled();
    sender.fails = false;
    sending.shown = { camera: [320, 180] };
    expect(await camera()).to.deep.include({ scaleResolutionDownBy: 4 });
  });

  it('puts sound before screens, and screens before cameras', async () => {
    sending.begin('screen', track);
    await settled();
    const priorities = LINES.map((line) => senders.get(line)!.encoding.priority);
    expect(priorities).to.deep.equal(['high', 'low', 'medium', 'high']);
  });

  it('begins small and is whole after the first look at the path', async () => {
    expect(await camera()).to.deep.include({ scaleResolutionDownBy: 4, active: true });
    sending.estimated({ ...NEAR, availableBps: 1_800_000 });
    expect(await camera()).to.deep.include({ scaleResolutionDownBy: 1 });
  });

  it('grows gently: until the next look, what is larger has only a part of the path', async () => {
    await camera();
    sending.estimated({ ...NEAR, availableBps: 560_000 });
    expect(await camera()).to.deep.include({ scaleResolutionDownBy: 2, maxBitrate: 200_000 });
    sending.estimated({ ...NEAR, availableBps: 560_000 });
    expect(await camera()).to.deep.include({ scaleResolutionDownBy: 2, maxBitrate: 2_000_000 });
  });

  it('begins small again on another connection', async () => {
    sending.estimated({ ...NEAR, availableBps: null });
    await settled();
    sending.opened();
    expect(await camera()).to.deep.include({ scaleResolutionDownBy: 4 });
  });

  it('holds the camera back on a path that carries only sound, says so, and tries again', async () => {
    let nowMs = 0;
    const pass = (samples: number, availableBps: number, sample = CALM): void => {
      for (let count = 0; count < samples; count++) {
        sending.estimated({ ...NEAR, availableBps });
        sending.sent(sample, (nowMs += 2_000));
      }
    };
    // In use, so that nothing speaks for trying more.
    const full = { ...NEAR, bps: 80_000, loss: 0.05 };
    pass(1, 90_000, full);
    expect(sending.held).to.equal(false);
    pass(1, 90_000, full);
    expect(held).to.deep.equal([true]);
    expect(await camera()).to.deep.include({ active: false });
    // The estimate says nothing while nothing is sent.
    pass(4, 90_000, full);
    expect(held).to.deep.equal([true]);
    pass(1, 90_000, full);
    expect(held).to.deep.equal([true, false]);
    expect(await camera()).to.deep.include({ active: true });
    // Still too thin: it is held back again, and for longer.
    pass(2, 90_000, full);
    expect(held).to.deep.equal([true, false, true]);
    pass(9, 90_000, full);
    expect(held.length).to.equal(3);
    pass(1, 2_000_000);
    expect(held).to.deep.equal([true, false, true, false]);
    pass(5, 2_000_000);
    expect(sending.held).to.equal(false);
  });

  it('has nothing to hold back without a camera', () => {
    sending.begin('camera', null);
    for (let sample = 0; sample < 5; sample++) {
      sending.estimated({ ...NEAR, availableBps: 30_000 });
      sending.sent({ ...NEAR, bps: 30_000, loss: 0.3 }, sample * 2_000);
    }
    expect(held).to.deep.equal([]);
  });

  it('holds the camera of a screen back, not the screen', async () => {
    sending.begin('screen', track);
    for (let sample = 0; sample < 3; sample++) {
      sending.estimated({ ...NEAR, availableBps: 130_000 });
      sending.sent({ ...NEAR, bps: 120_000, loss: 0.05 }, sample * 2_000);
    }
    expect(sending.held).to.equal(true);
    expect(await camera()).to.deep.include({ active: false });
    expect(senders.get('screen')!.encoding.active).to.equal(true);
  });
});
