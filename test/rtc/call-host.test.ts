import { expect } from 'chai';
import { parseFrame, type FrameInput, type FrameOf } from '../../src/protocol/frames.ts';
import type { PeerId } from '../../src/protocol/ids.ts';
import { CallHost } from '../../src/rtc/call-host.ts';
import type { EndedCall } from '../../src/rtc/call.ts';
import { Clock } from '../../src/rtc/clock.ts';
import type { Link } from '../../src/rtc/link.ts';
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
  let links: Link[];
  const greet = (instance: string): void =>
    host.greeted(ada, { features: ['call'], instance } as unknown as FrameOf<'hello'>);

  beforeEach(() => {
    liveTogether = liveApart();
    links = [];
    changed = [];
    ended = [];
    host = new CallHost(
      {
        kind: 'video',
        self: 'B'.repeat(22) as PeerId,
        place: 'here',
        clock: new Clock(),
        mesh: { links, linkTo: (id) => links.find((link) => link.id === id) },
        online: () => true,
      },
      {
        changed: () => changed.forEach((look) => look()),
        ended: (was) => ended.push(was),
        failed: () => undefined,
      },
    );
    greet('life');
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
    greet('life');
    host.take(ada, word('calling', 1));
    await rings();
  });

  describe('where somebody’s next life is connected before it has said who it is', () => {
    let said: string[];
    beforeEach(() => {
      said = [];
      const send = (frame: FrameInput): boolean => {
        if (frame.type === 'call') said.push(frame.phase);
        return true;
      };
      const link = { id: ada, state: 'connected', connection: null, settled: null, send };
      links.push(link as unknown as Link);
    });

    it('takes back what that was told of the call with the former one', async () => {
      const calls = await host.load();
      host.take(ada, word('calling', 1));
      await rings();
      await calls.answer({ audio: false });
      expect(said).to.deep.equal(['in']);
      greet('another');
      expect(said).to.deep.equal(['in', 'out']);
      expect(calls.current).to.equal(null);
    });

    it('goes on calling', async () => {
      const calls = await host.load();
      await calls.call(null, { audio: false });
      greet('another');
      expect(said).to.deep.equal(['calling', 'calling']);
      expect(calls.current?.state).to.equal('calling');
      host.take(ada, { ...word('in', 0), id: calls.current!.id });
      expect(calls.current?.state).to.equal('active');
    });
  });
});
