import { expect } from 'chai';
import { camera, microphone, speaker } from './support/scripted-devices.ts';
import { mediaStand, override, refusal } from './support/media-stand.ts';

describe('LocalMedia', () => {
  const stand = mediaStand();

  describe('choosing', () => {
    it('remembers the choice, by name where the browser gives other ids', async () => {
      await stand.begin().begin({ audio: true, video: true });
      await stand.told.media.choose('microphone', 'mic-2');
      await stand.told.media.choose('camera', 'cam-2');
      stand.told.media.close();
      stand.devices.asked.length = 0;
      await stand.begin().begin({ audio: true, video: true });
      expect(stand.devices.asked).to.have.members(['microphone=mic-2', 'camera=cam-2']);
      stand.told.media.close();
      stand.devices.devices = [
        camera('cam-1'),
        camera('new', { label: 'Camera cam-2' }),
        microphone('mic-1'),
      ];
      await stand.begin().set('camera', true);
      await stand.told.until(() => stand.told.device('camera') === 'new');
    });

    it('does without a memory that the browser refuses or that holds something else', async () => {
      localStorage.setItem('rtc-chat devices', '[1, "no"');
      await stand.begin().begin({ audio: true, video: true });
      stand.told.media.close();
      localStorage.setItem('rtc-chat devices', '{"camera": 7, "microphone": {"id": 1}}');
      await stand.begin().begin({ audio: true, video: true });
      const restore = override('localStorage', {
        get: () => {
          throw refusal('SecurityError');
        },
      });
      await stand.told.media.choose('camera', 'cam-2');
      stand.told.media.close();
      await stand.begin().set('camera', true);
      restore();
      expect(stand.told.device('camera')).to.equal('cam-1');
    });

    it('chooses while it is off, without turning it on', async () => {
      const media = stand.begin();
      await media.set('microphone', true);
      await media.choose('camera', 'cam-2');
      expect(stand.told.sent.has('camera')).to.equal(false);
      await media.set('camera', true);
      expect(stand.told.device('camera')).to.equal('cam-2');
    });

    it('goes on with the former one where another one cannot be had', async () => {
      await stand.begin().set('camera', true);
      stand.devices.answer = (_, id) => {
        if (id === 'cam-2') throw refusal('NotReadableError');
      };
      await stand.told.media.choose('camera', 'cam-2');
      expect(stand.told.device('camera')).to.equal('cam-1');
      expect(stand.told.media.own.camera.on).to.equal(true);
      expect(stand.told.media.own.camera.fault).to.include({ reason: 'in-use' });
      stand.devices.plug(microphone('mic-3'));
      await stand.told.until(() => stand.told.media.own.devices.length === 5);
      expect(stand.devices.asked.filter((asked) => asked === 'camera=cam-2')).to.have.length(2);
    });

    it('flips from the front to the back on a phone, which opens one camera at a time', async () => {
      stand.devices.devices = [
        camera('front', { facingMode: 'user' }),
        camera('wide', { facingMode: 'environment' }),
        camera('far', { facingMode: 'environment' }),
      ];
      stand.devices.oneCamera = true;
      await stand.begin().set('camera', true);
      await stand.told.until(() => stand.told.media.own.canFlip);
      expect(stand.told.media.own.facing).to.equal('user');
      await stand.told.media.flip();
      expect([stand.told.device('camera'), stand.told.media.own.facing]).to.deep.equal([
        'wide',
        'environment',
      ]);
      await stand.told.media.flip();
      expect(stand.told.media.own.facing).to.equal('user');
      expect(stand.told.faults).to.deep.equal([]);
    });

    describe('on a phone', () => {
      /** How many cameras were open when another one was asked for. */
      let open: number[];
      beforeEach(() => {
        open = [];
        stand.devices.devices = [
          camera('front', { facingMode: 'user' }),
          camera('back', { facingMode: 'environment' }),
        ];
        stand.devices.answer = () => void open.push(stand.devices.live.length);
      });

      it('stops the one camera before it opens the other', async () => {
        await stand.begin().set('camera', true);
        await stand.told.media.flip();
        await stand.told.media.choose('camera', 'front');
        expect(stand.devices.asked).to.deep.equal(['camera', 'camera=environment', 'camera=front']);
        expect(open).to.deep.equal([0, 0, 0]);
        expect(stand.told.media.own.facing).to.equal('user');
      });

      it('has the former back where the other one is refused', async () => {
        await stand.begin().set('camera', true);
        stand.devices.answer = (_, wanted) => {
          if (wanted === 'environment') throw refusal('NotAllowedError');
        };
        await stand.told.media.flip();
        expect(stand.told.device('camera')).to.equal('front');
        expect(stand.told.sent.get('camera')?.readyState).to.equal('live');
        expect(stand.told.media.own.camera.on).to.equal(true);
        expect(stand.told.faults).to.deep.equal(['camera denied']);
      });
    });

    it('offers no flip where cameras do not tell which way they look', async () => {
      await stand.begin().set('camera', true);
      await stand.told.until(() => stand.told.media.own.devices.length === 4);
      expect(stand.told.media.own.canFlip).to.equal(false);
    });

    it('has the chosen speaker while it is there, and the system’s own while it is not', async () => {
      stand.devices.devices = [...stand.devices.devices, speaker('box')];
      await stand.begin().set('microphone', true);
      await stand.told.until(() => stand.told.media.own.devices.length === 5);
      expect(stand.told.media.own.speaker).to.equal('');
      await stand.told.media.choose('speaker', 'box');
      expect(stand.told.media.own.speaker).to.equal('box');
      stand.devices.unplug('box');
      await stand.told.until(() => stand.told.media.own.devices.length === 4);
      expect(stand.told.media.own.speaker).to.equal('');
      stand.devices.plug(speaker('box'));
      await stand.told.until(() => stand.told.media.own.speaker === 'box');
    });
  });

  describe('a screen', () => {
    it('is shared with its sound, and ended by the browser’s own bar', async () => {
      expect(await stand.begin().shareScreen()).to.equal(true);
      expect(stand.told.media.own.screen).to.equal(stand.told.sent.get('screen'));
      expect(stand.told.sent.get('screenSound')).to.have.property('kind', 'audio');
      stand.devices.end(stand.told.sent.get('screen')!);
      expect([stand.told.sent.get('screen'), stand.told.sent.get('screenSound')]).to.deep.equal([
        null,
        null,
      ]);
      expect(stand.devices.live).to.deep.equal([]);
    });

    it('gives way to another one without a gap', async () => {
      await stand.begin().shareScreen();
      const first = stand.told.sent.get('screen');
      await stand.told.media.shareScreen();
      expect(stand.told.sent.get('screen')).to.not.equal(first);
      expect(stand.devices.live).to.have.length(2);
      stand.told.media.stopSharing();
    });

    it('is no fault when the person thinks better of it', async () => {
      stand.devices.answerScreen = () => {
        throw refusal('NotAllowedError');
      };
      expect(await stand.begin().shareScreen()).to.equal(false);
      expect(stand.told.faults).to.deep.equal([]);
    });

    it('is said not to work where it does not, until it is tried again', async () => {
      stand.devices.answerScreen = () => {
        throw refusal('NotReadableError');
      };
      await stand.begin().shareScreen();
      expect(stand.told.faults).to.deep.equal(['screen in-use']);
      expect(stand.told.media.own.screenFault).to.include({ reason: 'in-use' });
      stand.devices.answerScreen = () => undefined;
      await stand.told.media.shareScreen();
      expect(stand.told.media.own.screenFault).to.equal(null);
    });

    it('is said not to be had where the browser cannot share one', async () => {
      Object.defineProperty(stand.devices, 'getDisplayMedia', { value: undefined });
      expect(await stand.begin().shareScreen()).to.equal(false);
      expect(stand.told.faults).to.deep.equal(['screen unsupported']);
    });

    it('is stopped when it is given after the call is over', async () => {
      let allow = (): void => undefined;
      stand.devices.answerScreen = () => new Promise<void>((resolve) => (allow = resolve));
      const shared = stand.begin().shareScreen();
      stand.told.media.close();
      allow();
      expect(await shared).to.equal(false);
      expect(stand.devices.tracks).to.have.length(2);
      // The next call may share one on the same lines.
      expect(stand.told.sent.has('screen')).to.equal(false);
    });

    it('is no fault when it fails after the call is over', async () => {
      let refuse = (): void => undefined;
      stand.devices.answerScreen = () =>
        new Promise((_, reject) => (refuse = () => reject(refusal('NotReadableError'))));
      const shared = stand.begin().shareScreen();
      stand.told.media.close();
      refuse();
      expect(await shared).to.equal(false);
      expect(stand.told.faults).to.deep.equal([]);
    });
  });
});
