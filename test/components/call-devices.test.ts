import { chaiA11yAxe } from 'chai-a11y-axe';
import { expect, use } from 'chai';
import { sendMouse } from '@web/test-runner-commands';
import { fetchCallWords } from '../../src/components/call-languages.ts';
import { languageOf } from '../../src/components/language.ts';
import type { InputState, OwnMedia } from '../../src/rtc/call.ts';
import type { Device, MediaFault, MediaFaultReason } from '../../src/rtc/media-fault.ts';
import { ownMedia } from '../support/scripted-media.ts';
import { fakePicture, fakeSound, type FakeTrack } from '../rtc/support/fake-media.ts';
import {
  camera,
  microphone,
  type ScriptedDevice,
  speaker,
} from '../rtc/support/scripted-devices.ts';
import type { DevicesHost } from '../support/devices-host.ts';
import '../support/devices-host.ts';
import {
  button,
  composer,
  field,
  has,
  part,
  press,
  shown,
  type StageOptions,
  textOf,
  until,
} from '../support/stage.ts';

use(chaiA11yAxe);

const off: InputState = { on: false, wanted: false, track: null, deviceId: null, fault: null };

const listed = (...devices: ScriptedDevice[]): MediaDeviceInfo[] =>
  devices.map((device) => ({ groupId: '', toJSON: () => device, ...device }));

const nothingOwn: OwnMedia = {
  ...ownMedia({ audio: false, video: false }),
  devices: listed(
    camera('Desk'),
    camera('Lap'),
    microphone('Arm'),
    microphone('Neck'),
    speaker('Box'),
  ),
};

const faultOf = (device: Device, reason: MediaFaultReason): MediaFault => ({
  device,
  reason,
  cause: null,
});

describe('the panel of devices', () => {
  const fakes: FakeTrack[] = [];
  const using = (fake: FakeTrack, deviceId: string, on = true): InputState => {
    fakes.push(fake);
    return { on, wanted: on, track: fake.track, deviceId, fault: null };
  };
  const all = (change: Partial<OwnMedia> = {}): OwnMedia => ({
    ...nothingOwn,
    camera: using(fakePicture('teal'), 'Lap'),
    microphone: using(fakeSound(), 'Neck'),
    ...change,
  });

  /** Firefox runs no AudioContext where the machine has no sound device. */
  let canHear = false;
  before(async () => {
    // What a person has touched may make a sound.
    await sendMouse({ type: 'click', position: [40, 40] });
    const context = new AudioContext();
    const late = new Promise<boolean>((resolve) => setTimeout(() => resolve(false), 1_000));
    canHear = await Promise.race([context.resume().then(() => true), late]);
    // Elsewhere it must be heard.
    expect(canHear || navigator.userAgent.includes('Firefox')).to.equal(true);
    void context.close();
  });
  afterEach(() => {
    document.querySelectorAll('devices-host').forEach((host) => host.remove());
    for (const fake of fakes.splice(0)) fake.stop();
  });

  /** Somebody in a call with Bo. */
  async function inCall(
    own: OwnMedia,
    { width = 480, height = 640, scheme = 'light' }: StageOptions = {},
  ): Promise<DevicesHost> {
    const host = document.createElement('devices-host') as DevicesHost;
    host.style.cssText = `inline-size: ${width}px; block-size: ${height}px; color-scheme: ${scheme}`;
    host.lang = 'en';
    host.own = own;
    document.body.append(host);
    await host.updateComplete;
    return host;
  }

  async function opened(own: OwnMedia, options: StageOptions = {}): Promise<DevicesHost> {
    const host = await inCall(own, options);
    host.open();
    await until(() => has(host, '.sheet.devices'));
    return host;
  }

  const select = (element: DevicesHost, label: string): HTMLSelectElement =>
    field(element, label) as unknown as HTMLSelectElement;

  it('names what is in use, and asks for what is chosen', async () => {
    const element = await opened(all());
    expect(select(element, 'Camera').value).to.equal('Lap');
    expect(select(element, 'Microphone').value).to.equal('Neck');
    expect([...select(element, 'Speaker').options].map(textOf)).to.deep.equal([
      'System default',
      'Speaker Box',
    ]);
    for (const [label, id] of [
      ['Camera', 'Desk'],
      ['Microphone', 'Arm'],
      ['Speaker', 'Box'],
    ] as const) {
      select(element, label).value = id;
      select(element, label).dispatchEvent(new Event('change'));
    }
    expect(element.room$.calls.slice(-3)).to.deep.equal([
      'choose camera Desk',
      'choose microphone Arm',
      'choose speaker Box',
    ]);
  });

  it('goes back to what is in use when another one could not be had, and says so', async () => {
    const own = all();
    const element = await opened(own);
    select(element, 'Camera').value = 'Desk';
    element.own = { ...own, camera: { ...own.camera, fault: faultOf('camera', 'in-use') } };
    await until(() => shown(element).includes('Your camera is in use elsewhere'));
    expect(select(element, 'Camera').value).to.equal('Lap');
    expect(has(element, '.preview video')).to.equal(true);
  });

  it('shows one’s own picture as in a mirror, and that of a camera that looks away as it is', async () => {
    const own = all({ facing: 'user', canFlip: true });
    const element = await opened(own, { height: 700 });
    const video = part(element, '.preview video') as HTMLVideoElement;
    await until(() => video.videoWidth > 0);
    expect(getComputedStyle(video).transform).to.equal('matrix(-1, 0, 0, 1, 0, 0)');
    button(element, 'Other camera').click();
    expect(element.room$.calls.at(-1)).to.equal('flipCamera');
    element.own = { ...own, facing: 'environment' };
    await until(() => getComputedStyle(video).transform === 'none');
    element.style.blockSize = '560px';
    await until(() => video.clientHeight === 0);
  });

  it('hears a microphone, also while it is muted, and leaves nothing running', async () => {
    const sound = fakeSound();
    const copies: MediaStreamTrack[] = [];
    const clone = sound.track.clone.bind(sound.track);
    sound.track.clone = () => {
      copies.push(clone());
      return copies.at(-1)!;
    };
    sound.track.enabled = false;
    const element = await opened(all({ microphone: using(sound, 'Neck', false) }));
    if (canHear) await until(() => shown(element).includes('We hear you.'));
    expect(shown(element)).to.include('You’re muted: the others don’t hear you.');
    const meter = part(element, '[role=meter]');
    if (canHear) await until(() => Number(meter.getAttribute('aria-valuenow')) > 30);
    button(element, 'Done').click();
    await until(() => !has(element, '.sheet'));
    expect(copies.map(({ readyState }) => readyState)).to.deep.equal(['ended']);
    expect(sound.track.readyState).to.equal('live');
  });

  it('says that it hears nothing', async () => {
    const context = new AudioContext();
    const [track] = context.createMediaStreamDestination().stream.getTracks();
    const silence = { track: track!, stop: () => void context.close() };
    const element = await opened(all({ microphone: using(silence, 'Neck') }));
    expect(shown(element)).to.include('Say something.');
    if (canHear)
      await until(() => shown(element).includes('We hear nothing: choose another microphone.'));
  });

  it('has the focus on a narrow component, and gives it back', async () => {
    const element = await inCall(all());
    composer(element).focus();
    element.open();
    await until(() => element.shadowRoot!.activeElement?.matches('.sheet[role=dialog]'));
    press(part(element, '.sheet'), 'Escape');
    await until(() => element.shadowRoot!.activeElement === composer(element));
    expect(has(element, '.sheet')).to.equal(false);
  });

  it('closes with the call', async () => {
    const element = await opened(all());
    element.own = null;
    await until(() => !has(element, '.sheet'));
    element.own = all();
    await element.updateComplete;
    expect(has(element, '.sheet')).to.equal(false);
  });

  it('does without a picture, names and speakers', async () => {
    const element = await opened({ ...nothingOwn, devices: [] });
    expect(textOf(part(element, '.preview'))).to.equal('Your camera is off.');
    expect(has(element, 'select')).to.equal(false);
    expect(has(element, '.meter')).to.equal(false);
  });

  describe('when a device does not work', () => {
    const reasons: readonly (readonly [MediaFaultReason, string, string])[] = [
      ['denied', 'Your camera is blocked', 'Select the camera sign in the address bar.'],
      ['system', 'Your camera is blocked', 'Open the privacy settings of this computer'],
      ['not-allowed-here', 'This page may not use your camera', 'Tell whoever runs this site.'],
      ['insecure', 'This page may not use your camera', 'begins with https://.'],
      ['unsupported', 'This browser can’t use your camera', 'Take another browser'],
      ['missing', 'There is no camera', 'Plug one in'],
      ['in-use', 'Your camera is in use elsewhere', 'Close other programs and tabs'],
      ['unsuitable', 'Your camera doesn’t work', 'choose another one under “Devices”'],
      ['failed', 'Your camera doesn’t work', 'Unplug it and plug it in again'],
    ];
    for (const [reason, title, help] of reasons)
      it(`says what to do: ${reason}`, async () => {
        const element = await inCall(all({ camera: { ...off, fault: faultOf('camera', reason) } }));
        await until(() => has(element, '.sheet'));
        const sheet = part(element, '.sheet');
        expect(sheet.getAttribute('aria-label')).to.equal(title);
        expect(textOf(sheet))
          .to.include(help)
          .and.to.include('You’re in the call without a picture. You and Bo hear each other.');
        const again = ['not-allowed-here', 'insecure', 'unsupported'].includes(reason) ? 0 : 1;
        expect(textOf(sheet).match(/Try again$/gu) ?? []).to.have.length(again);
        await Promise.all(
          part(element, '.sheet')
            .getAnimations()
            .map(({ finished }) => finished),
        );
        await expect(element).to.be.accessible();
      });

    it('tries again, or goes on without it, and does not come back by itself', async () => {
      const own = all({ camera: { ...off, fault: faultOf('camera', 'denied') } });
      const element = await inCall(own);
      await until(() => has(element, '.sheet'));
      button(element, 'Try again').click();
      expect(element.room$.calls.at(-1)).to.equal('turn camera on');
      await until(() => !has(element, '.sheet'));
      const again = { ...own, camera: { ...off, fault: faultOf('camera', 'denied') } };
      element.own = again;
      await until(() => has(element, '.sheet'));
      button(element, 'Go on without').click();
      expect(element.room$.calls.at(-1)).to.equal('turn camera off');
      await until(() => !has(element, '.sheet'));
      element.own = { ...again };
      await element.updateComplete;
      expect(has(element, '.sheet')).to.equal(false);
    });

    it('goes by itself when the device has come', async () => {
      const own = all({ camera: { ...off, fault: faultOf('camera', 'missing') } });
      const element = await inCall(own);
      await until(() => has(element, '.sheet'));
      element.own = { ...own, camera: using(fakePicture('red'), 'Desk') };
      await until(() => !has(element, '.sheet'));
    });

    it('says of both at once that they are blocked', async () => {
      const element = await inCall({
        ...nothingOwn,
        camera: { ...off, fault: faultOf('camera', 'denied') },
        microphone: { ...off, fault: faultOf('microphone', 'denied') },
      });
      await until(() => has(element, '.sheet'));
      expect(shown(element))
        .to.include('Your camera and microphone are blocked')
        .and.to.include('You’re in the call, but the others don’t hear you.')
        .and.to.not.include('hear each other');
    });

    it('says that a screen could not be shared', async () => {
      const element = await inCall(all({ screenFault: faultOf('screen', 'in-use') }));
      await until(() => has(element, '.sheet'));
      expect(shown(element)).to.include('Nobody sees your screen. The call goes on.');
      button(element, 'Try again').click();
      expect(element.room$.calls.at(-1)).to.equal('shareScreen');
    });

    it('says it in Chinese', async () => {
      const element = await inCall(all({ camera: { ...off, fault: faultOf('camera', 'denied') } }));
      element.lang = 'zh-CN';
      await fetchCallWords(languageOf(element));
      element.requestUpdate();
      await until(() => shown(element).includes('摄像头被阻止'));
      expect(shown(element)).to.include('你和 Bo 能听到彼此。');
    });

    it('takes no focus where it stands beside the conversation', async () => {
      const element = await inCall(all(), { width: 1_200 });
      composer(element).focus();
      element.own = all({ camera: { ...off, fault: faultOf('camera', 'denied') } });
      await until(() => has(element, '.sheet[role=complementary]'));
      expect(element.shadowRoot!.activeElement).to.equal(composer(element));
    });
  });
});
