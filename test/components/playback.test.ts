import { expect } from 'chai';
import { html } from 'lit';
import type { OwnMedia } from '../../src/rtc/call.ts';
import { fakeSound, type FakeTrack } from '../rtc/support/fake-media.ts';
import type { DevicesHost } from '../support/devices-host.ts';
import '../support/devices-host.ts';
import { ownMedia } from '../support/scripted-media.ts';
import { button, has, part, press, until } from '../support/stage.ts';

const own: OwnMedia = ownMedia({ audio: false, video: false });

describe('what is heard in a call', () => {
  const { prototype } = HTMLMediaElement;
  const play = Object.getOwnPropertyDescriptor(prototype, 'play')!;
  const sinks = Object.getOwnPropertyDescriptor(prototype, 'setSinkId');
  let sound: FakeTrack;
  /** As the browser does before anybody has touched the page. */
  let refuse = false;
  let plays = 0;

  beforeEach(() => {
    refuse = false;
    plays = 0;
    sound = fakeSound();
    prototype.play = function (this: HTMLMediaElement) {
      if (!refuse && this.classList.contains('call-media')) plays++;
      return refuse
        ? Promise.reject(new DOMException('no gesture', 'NotAllowedError'))
        : Promise.resolve();
    };
  });
  afterEach(() => {
    document.querySelectorAll('devices-host').forEach((host) => host.remove());
    Object.defineProperty(prototype, 'play', play);
    if (sinks) Object.defineProperty(prototype, 'setSinkId', sinks);
    else Reflect.deleteProperty(prototype, 'setSinkId');
    sound.stop();
  });

  async function hearing(): Promise<DevicesHost> {
    const host = document.createElement('devices-host') as DevicesHost;
    host.lang = 'en';
    host.own = own;
    const stream = new MediaStream([sound.track]);
    host.voices = html`<audio class="call-media" .srcObject=${stream}></audio>`;
    document.body.append(host);
    await host.updateComplete;
    return host;
  }

  it('plays', async () => {
    const host = await hearing();
    expect(plays).to.equal(1);
    host.own = { ...own };
    await host.updateComplete;
    expect(plays, 'once').to.equal(1);
    expect(has(host, '.no-sound')).to.equal(false);
  });

  it('is a button where the browser plays nothing without a gesture', async () => {
    refuse = true;
    const host = await hearing();
    await until(() => has(host, '.no-sound'));
    refuse = false;
    button(host, 'Turn on sound').click();
    await until(() => !has(host, '.no-sound'));
    expect(plays).to.equal(1);
  });

  it('keeps the button while the browser goes on refusing', async () => {
    refuse = true;
    const host = await hearing();
    await until(() => has(host, '.no-sound'));
    button(host, 'Turn on sound').click();
    await host.updateComplete;
    await until(() => has(host, '.no-sound'));
  });

  it('needs no button once anything in the page is touched', async () => {
    refuse = true;
    const host = await hearing();
    await until(() => has(host, '.no-sound'));
    refuse = false;
    press(document.body, 'a');
    await until(() => !has(host, '.no-sound'));
    expect(plays).to.equal(1);
  });

  it('goes on when the browser has paused it', async () => {
    const host = await hearing();
    part(host, 'audio').dispatchEvent(new Event('pause'));
    expect(plays).to.equal(2);
    const audio = part(host, 'audio') as HTMLAudioElement;
    audio.srcObject = null;
    audio.dispatchEvent(new Event('pause'));
    expect(plays).to.equal(2);
  });

  it('goes on when one comes back to the page, and not where the call is gone', async () => {
    const host = await hearing();
    // It does not play in truth here: it is paused all the time.
    document.dispatchEvent(new Event('visibilitychange'));
    expect(plays).to.equal(2);
    host.remove();
    document.dispatchEvent(new Event('visibilitychange'));
    expect(plays).to.equal(2);
  });

  it('comes from the chosen speaker, also of who joins later', async () => {
    const used: string[] = [];
    Object.defineProperty(prototype, 'setSinkId', {
      value: (id: string) => Promise.resolve(void used.push(id)),
      configurable: true,
      writable: true,
    });
    const host = await hearing();
    host.own = { ...own, speaker: 'box' };
    await host.updateComplete;
    expect(used).to.deep.equal(['box']);
    host.voices = html`<b></b><audio class="call-media" .srcObject=${new MediaStream()}></audio>`;
    host.requestUpdate();
    await host.updateComplete;
    expect(used).to.deep.equal(['box', 'box']);
    // Pulled out: the system's own.
    host.own = own;
    await host.updateComplete;
    expect(used.at(-1)).to.equal('');
  });
});
