import { expect } from 'chai';
import { SocketIoSignaling } from '../../src/rtc/signaling.ts';
import { FakeTime } from './support/fake-time.ts';
import { listeningTo } from './support/signaling-handlers.ts';

/** What the browser tells a page that it puts away whole, or lets go, or shows again. */
function tell(type: 'pagehide' | 'pageshow', persisted: boolean): void {
  dispatchEvent(new PageTransitionEvent(type, { persisted }));
}

describe('SocketIoSignaling of a page that is left', () => {
  let signaling: SocketIoSignaling;
  let time: FakeTime | undefined;
  let downs: number;
  let sessions: (string | null)[];
  let next: () => Promise<void>;

  beforeEach(async () => {
    signaling = new SocketIoSignaling(new URL(location.origin));
    [downs, sessions] = [0, []];
    let told: () => void = () => undefined;
    next = () => new Promise((resolve) => (told = resolve));
    const first = next();
    signaling.open(
      listeningTo({
        connected: () => {
          sessions.push(signaling.sessionId);
          told();
        },
        disconnected: () => downs++,
      }),
    );
    await first;
    // Pauses never end on a clock that stands still.
    time = new FakeTime();
  });
  afterEach(() => {
    signaling.close();
    time?.restore();
  });

  it('ends the session when the page is put away, and begins another one at once when it is shown again', async () => {
    tell('pagehide', true);
    expect([downs, signaling.sessionId]).to.deep.equal([1, null]);
    const again = next();
    tell('pageshow', true);
    await again;
    expect(new Set(sessions)).to.have.lengthOf(2);
  });

  it('leaves the session to the browser when the page goes for good', () => {
    tell('pagehide', false);
    expect([downs, signaling.sessionId]).to.deep.equal([0, sessions[0]]);
  });
});
