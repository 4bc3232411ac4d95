import { expect } from 'chai';
import { parseFrame, type FrameOf } from '../../src/protocol/frames.ts';
import type { PeerId } from '../../src/protocol/ids.ts';
import { CallHost } from '../../src/rtc/call-host.ts';
import type { EndedCall } from '../../src/rtc/call.ts';
import { Clock } from '../../src/rtc/clock.ts';
import { liveApart } from './support/callers.ts';
import { codeOf } from './support/errors.ts';

const ada = 'A'.repeat(22) as PeerId;
const call = 'C'.repeat(16);

/** What Ada says of her call, the `rev`-th time. */
function word(phase: string, rev: number, id = call): FrameOf<'call'> {
  const media = { audio: true, video: false };
  const said = { type: 'call', id, scope: 'room', phase, media, since: Date.now(), rev };
  return parseFrame(JSON.stringify(said)) as FrameOf<'call'>;
}

describe('CallHost', () => {
  let host: CallHost;
  let changed: (() => void)[];
  let ended: EndedCall[];
  let liveTogether: () => void;

  beforeEach(() => {
    liveTogether = liveApart();
    changed = [];
    ended = [];
    host = new CallHost(
      {
        kind: 'video',
        self: 'B'.repeat(22) as PeerId,
        place: 'here',
        clock: new Clock(),
        mesh: { links: [], linkTo: () => undefined },
        online: () => true,
      },
      {
        changed: () => changed.forEach((look) => look()),
        ended: (was) => ended.push(was),
        failed: () => undefined,
      },
    );
    host.greeted(ada, { features: ['call'], instance: 'life' } as unknown as FrameOf<'hello'>);
  });
  afterEach(() => {
    host.close();
    liveTogether();
  });

  const rings = (): Promise<void> =>
    new Promise((resolve) => {
      const look = (): void => {
        if (host.calls?.current?.state === 'ringing') resolve();
      };
      changed.push(look);
      look();
    });

  it('rings for who called while the part for calls was on its way, also when somebody else has answered by then', async () => {
    host.take(ada, word('calling', 1));
    host.take(ada, word('in', 2));
    expect(host.calls).to.equal(null);
    await host.load();
    await rings();
    expect(host.calls?.current).to.include({ id: call, from: ada });
  });

  it('tells of a call that was taken back meanwhile', async () => {
    host.take(ada, word('calling', 1));
    host.take(ada, word('out', 2));
    await host.load();
    expect(host.calls?.current).to.equal(null);
    expect(ended).to.have.length(1);
    expect(ended[0]).to.include({ id: call, why: 'ended', missed: true });
  });

  it('rings for the newest of several calls', async () => {
    host.take(ada, word('calling', 1, 'D'.repeat(16)));
    host.take(ada, word('calling', 2));
    host.take(ada, word('in', 3));
    await host.load();
    await rings();
    expect(host.calls?.current?.id).to.equal(call);
    expect(ended).to.deep.equal([]);
  });

  it('does not ring at somebody who was lost before the part for calls was there, and does when they are back', async () => {
    host.lost(ada);
    const calls = await host.load();
    expect(await codeOf(calls.call(null, {}))).to.equal('peer-unavailable');
    host.greeted(ada, { features: ['call'], instance: 'life' } as unknown as FrameOf<'hello'>);
    host.take(ada, word('calling', 1));
    await rings();
  });
});
