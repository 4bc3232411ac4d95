import { expect } from 'chai';
import type { MediaFaultReason } from '../../src/rtc/media-fault.ts';
import { camera, microphone } from './support/scripted-devices.ts';
import { mediaStand, override, refusal } from './support/media-stand.ts';

describe('LocalMedia', () => {
  const stand = mediaStand();

  describe('asking', () => {
    it('asks once for both where the browser would ask twice', async () => {
      stand.devices.permissions = { microphone: 'prompt', camera: 'prompt' };
      await stand.begin().begin({ audio: true, video: true });
      expect(stand.devices.asked).to.deep.equal(['microphone camera']);
      expect(stand.told.media.own.microphone.on && stand.told.media.own.camera.on).to.equal(true);
    });

    it('does not let sound wait for a camera that is still being asked for', async () => {
      stand.devices.permissions = { microphone: 'granted', camera: 'prompt' };
      let allow = (): void => undefined;
      stand.devices.answer = ([input]) =>
        input === 'camera' && new Promise<void>((resolve) => (allow = resolve));
      const both = stand.begin().begin({ audio: true, video: true });
      await stand.told.until(() => stand.told.media.own.microphone.on);
      const { camera } = stand.told.media.own;
      expect([camera.on, camera.wanted, camera.fault]).to.deep.equal([false, true, null]);
      allow();
      await both;
      expect(stand.told.media.own.camera.on).to.equal(true);
    });

    it('does not open a camera that was turned off while it was looked up what may be used', async () => {
      stand.devices.permissions = { microphone: 'prompt', camera: 'prompt' };
      const both = stand.begin().begin({ audio: true, video: true });
      await stand.told.media.set('camera', false);
      await both;
      expect(stand.told.media.own.camera).to.include({ on: false, wanted: false, track: null });
      expect(stand.told.media.own.microphone.on).to.equal(true);
      expect(stand.devices.asked).to.deep.equal(['microphone']);
    });

    it('has sound when the camera is refused', async () => {
      stand.devices.permissions = { microphone: 'prompt', camera: 'prompt' };
      stand.devices.answer = (inputs) => {
        if (!inputs.includes('camera')) return;
        stand.devices.permissions.camera = 'denied';
        throw refusal('NotAllowedError');
      };
      await stand.begin().begin({ audio: true, video: true });
      expect(stand.told.media.own.microphone.on).to.equal(true);
      expect(stand.told.faults).to.deep.equal(['camera denied']);
    });

    it('asks twice at the most when the question is closed without an answer', async () => {
      stand.devices.permissions = { microphone: 'prompt', camera: 'prompt' };
      stand.devices.answer = () => {
        throw refusal('NotAllowedError', 'Permission dismissed');
      };
      await stand.begin().begin({ audio: true, video: true });
      expect(stand.devices.asked).to.deep.equal(['microphone camera', 'microphone']);
      expect(stand.told.faults).to.have.members(['camera denied', 'microphone denied']);
    });

    it('has a picture where there is no microphone', async () => {
      stand.devices.permissions = { microphone: null, camera: null };
      stand.devices.devices = [camera('cam-1')];
      await stand.begin().begin({ audio: true, video: true });
      expect(stand.told.faults).to.deep.equal(['microphone missing']);
      expect(stand.told.device('camera')).to.equal('cam-1');
    });

    it('puts one question while the first is open, whatever is pressed meanwhile', async () => {
      let allow = (): void => undefined;
      stand.devices.answer = () => new Promise<void>((resolve) => (allow = resolve));
      const media = stand.begin();
      const first = media.set('camera', true);
      await media.set('camera', false);
      const second = media.set('camera', true);
      allow();
      await Promise.all([first, second]);
      expect(stand.devices.asked).to.deep.equal(['camera']);
      expect(media.own.camera.on).to.equal(true);
    });

    it('releases a camera that is allowed after it was turned off', async () => {
      let allow = (): void => undefined;
      stand.devices.answer = () => new Promise<void>((resolve) => (allow = resolve));
      const on = stand.begin().set('camera', true);
      await stand.told.media.set('camera', false);
      allow();
      await on;
      expect(stand.devices.live).to.deep.equal([]);
      expect(stand.told.media.own.camera.wanted).to.equal(false);
    });

    it('stops what is allowed after the call is over', async () => {
      let allow = (): void => undefined;
      stand.devices.permissions = { microphone: 'prompt', camera: 'prompt' };
      let asked = (): void => undefined;
      const question = new Promise<void>((resolve) => (asked = resolve));
      stand.devices.answer = () => {
        asked();
        return new Promise<void>((resolve) => (allow = resolve));
      };
      const both = stand.begin().begin({ audio: true, video: true });
      await question;
      stand.told.media.close();
      allow();
      await both;
      expect(stand.devices.tracks).to.have.length(2);
      expect(stand.devices.live).to.deep.equal([]);
    });
  });

  describe('faults', () => {
    const faults: readonly (readonly [DOMException | TypeError, MediaFaultReason])[] = [
      [refusal('NotAllowedError', 'Permission denied'), 'denied'],
      [refusal('NotAllowedError', 'Permission denied by system'), 'system'],
      [refusal('SecurityError'), 'denied'],
      [refusal('NotFoundError'), 'missing'],
      [refusal('NotReadableError'), 'in-use'],
      [refusal('AbortError'), 'in-use'],
      [refusal('OverconstrainedError'), 'unsuitable'],
      [new TypeError('not a function'), 'unsupported'],
      [refusal('InvalidStateError'), 'failed'],
    ];
    for (const [error, reason] of faults)
      it(`goes on with sound when the camera ends in ${error.name} “${error.message}”: ${reason}`, async () => {
        stand.devices.answer = ([input]) => {
          if (input === 'camera') throw error;
        };
        await stand.begin().begin({ audio: true, video: true });
        const { camera, microphone } = stand.told.media.own;
        expect(camera.fault).to.include({ device: 'camera', reason, cause: error });
        expect([camera.on, microphone.on]).to.deep.equal([false, true]);
        // Once it works, nothing is left of it.
        stand.devices.answer = () => undefined;
        await stand.told.media.set('camera', true);
        expect(stand.told.media.own.camera.fault).to.equal(null);
        expect(stand.told.media.own.camera.on).to.equal(true);
      });

    it('knows a frame that must not have the camera, where the browser tells', async () => {
      Object.defineProperty(document, 'featurePolicy', {
        value: { allowsFeature: (feature: string) => feature !== 'camera' },
        configurable: true,
      });
      stand.devices.answer = () => {
        throw refusal('NotAllowedError');
      };
      await stand.begin().begin({ audio: true, video: true });
      Reflect.deleteProperty(document, 'featurePolicy');
      expect(stand.told.faults).to.have.members(['camera not-allowed-here', 'microphone denied']);
    });

    it('says that a page is not secure', async () => {
      Object.defineProperty(navigator, 'mediaDevices', { value: undefined, configurable: true });
      const restore = override('isSecureContext', { value: false });
      await stand.begin().begin({ audio: true, video: true });
      expect(await stand.told.media.shareScreen()).to.equal(false);
      restore();
      expect(stand.told.faults).to.have.members([
        'camera insecure',
        'microphone insecure',
        'screen insecure',
      ]);
    });
  });

  describe('plugging', () => {
    it('goes on with another one when one is pulled out, and back to the chosen one', async () => {
      await stand.begin().set('microphone', true);
      await stand.told.media.choose('microphone', 'mic-2');
      expect(stand.told.device('microphone')).to.equal('mic-2');
      stand.devices.unplug('mic-2');
      await stand.told.until(() => stand.told.device('microphone') === 'mic-1');
      expect(stand.told.media.own.microphone.on).to.equal(true);
      stand.devices.plug(microphone('mic-2'));
      await stand.told.until(() => stand.told.device('microphone') === 'mic-2');
      expect(stand.told.faults).to.deep.equal([]);
    });

    it('stays muted through all of that', async () => {
      await stand.begin().set('microphone', true);
      await stand.told.media.choose('microphone', 'mic-2');
      await stand.told.media.set('microphone', false);
      stand.devices.unplug('mic-2');
      await stand.told.until(() => stand.told.device('microphone') === 'mic-1');
      stand.devices.plug(microphone('mic-2'));
      await stand.told.until(() => stand.told.device('microphone') === 'mic-2');
      await stand.told.media.choose('microphone', 'mic-1');
      expect(stand.told.sent.get('microphone')!.enabled).to.equal(false);
      expect(stand.told.media.own.microphone.on).to.equal(false);
      await stand.told.media.set('microphone', true);
      expect(stand.told.sent.get('microphone')!.enabled).to.equal(true);
    });

    it('is without a camera while there is none, and has it when one is plugged in', async () => {
      stand.devices.devices = [microphone('mic-1'), camera('cam-1')];
      await stand.begin().begin({ audio: true, video: true });
      stand.devices.unplug('cam-1');
      await stand.told.until(() => stand.told.media.own.camera.fault !== null);
      expect(stand.told.sent.get('camera')).to.equal(null);
      expect(stand.told.faults).to.deep.equal(['camera missing']);
      stand.devices.plug(camera('cam-3'));
      await stand.told.until(() => stand.told.media.own.camera.on);
      expect(stand.told.device('camera')).to.equal('cam-3');
      expect(stand.told.media.own.camera.fault).to.equal(null);
    });

    it('does not turn on a camera that nobody wants when one is plugged in', async () => {
      stand.devices.devices = [microphone('mic-1')];
      await stand.begin().begin({ audio: true, video: true });
      await stand.told.media.set('camera', false);
      stand.devices.plug(camera('cam-1'));
      await stand.told.until(() => stand.told.media.own.devices.length === 2);
      expect(stand.told.media.own.camera.wanted).to.equal(false);
      expect(stand.devices.asked.filter((asked) => asked.startsWith('camera'))).to.have.length(1);
    });

    it('gives up on a device that is lost as soon as it is opened', async () => {
      await stand.begin().set('camera', true);
      for (let lost = 0; stand.told.media.own.camera.fault === null; lost++) {
        expect(lost, 'losses').to.be.at.most(4);
        stand.devices.end(stand.devices.live[0]!);
        await stand.told.until(
          () => stand.told.media.own.camera.on || stand.told.media.own.camera.fault !== null,
        );
      }
      expect(stand.told.faults).to.deep.equal(['camera failed']);
    });

    it('follows the system to another default', async () => {
      const standard = (groupId: string) => microphone('default', { groupId });
      stand.devices.devices = [standard('built in'), microphone('mic-1', { groupId: 'built in' })];
      await stand.begin().set('microphone', true);
      stand.devices.devices = [standard('headset'), microphone('mic-1', { groupId: 'built in' })];
      stand.devices.plug(microphone('mic-2', { groupId: 'headset' }));
      await stand.told.until(
        () => stand.told.sent.get('microphone')!.getSettings().groupId === 'headset',
      );
      expect(stand.devices.live).to.have.length(1);
    });
  });
});
