import { chaiA11yAxe } from 'chai-a11y-axe';
import { expect, use } from 'chai';
import type { OwnMedia } from '../../src/rtc/call.ts';
import type { MediaFault } from '../../src/rtc/media-fault.ts';
import { sticksOut } from '../support/boxes.ts';
import { callOf } from '../support/scripted-call.ts';
import type { ScriptedElement } from '../support/scripted-element.ts';
import { ownMedia, seen } from '../support/scripted-media.ts';
import {
  button,
  clearStage,
  composer,
  drawn,
  has,
  part,
  press,
  stage,
  type StageOptions,
  textOf,
  until,
} from '../support/stage.ts';

use(chaiA11yAxe);

/** In a call with Bo, who is seen. */
async function inCall(own: OwnMedia, options: StageOptions): Promise<ScriptedElement> {
  const element = await stage({}, options);
  element.room$.admit('Ada', ['Bo']);
  element.room$.setCall(callOf('active', { own, participants: [seen('Bo')] }));
  await until(() => has(element, '.stage'));
  return element;
}

const still = (element: ScriptedElement): Promise<unknown> =>
  Promise.all(
    part(element, '.sheet')
      .getAnimations()
      .map(({ finished }) => finished),
  );

const seeable = (one: Element): boolean => one.checkVisibility({ visibilityProperty: true });

/** The buttons that there are twice are seen once: in the bar, or in the menu of a narrow one. */
const devicesButton = (element: ScriptedElement): HTMLElement | undefined =>
  [...element.renderRoot.querySelectorAll<HTMLElement>('.devices-button')].find(seeable);

const denied: MediaFault = { device: 'camera', reason: 'denied', cause: null };
const { camera } = ownMedia({ video: false });
const withFault: OwnMedia = { ...ownMedia(), camera: { ...camera, fault: denied } };

describe('devices in a call', () => {
  afterEach(clearStage);

  it('are a sheet over the stage, which gives the focus back to the button that opened it', async () => {
    const element = await inCall(ownMedia(), { width: 480 });
    button(element, 'Devices').focus();
    button(element, 'Devices').click();
    await until(() => element.shadowRoot!.activeElement?.matches('.sheet[role=dialog]'));
    expect(part(element, '.stage').inert && part(element, '.talk').inert).to.equal(true);
    press(part(element, '.sheet'), 'Escape');
    await until(() => element.shadowRoot!.activeElement === button(element, 'Devices'));
    expect(part(element, '.stage').inert).to.equal(false);
  });

  it('stand beside the stage where there is room, in the place of the chat', async () => {
    const element = await inCall(ownMedia(), { width: 1_200, height: 700 });
    expect(seeable(composer(element))).to.equal(true);
    button(element, 'Devices').click();
    await until(() => has(element, '.sheet[role=complementary]'));
    expect(seeable(composer(element))).to.equal(false);
    const [pictures, sheet] = ['.stage', '.sheet'].map((selector) =>
      part(element, selector).getBoundingClientRect(),
    );
    expect(sheet!.left).to.be.at.least(pictures!.right);
    button(element, 'Done').click();
    await until(() => seeable(composer(element)));
  });

  it('lets a fault be put away by the button that opens it', async () => {
    const element = await inCall(withFault, { width: 1_200 });
    await until(() => has(element, '.sheet'));
    button(element, 'Devices').click();
    await until(() => !has(element, '.sheet'));
    button(element, 'Devices').click();
    await until(() => has(element, '.sheet[aria-label="Devices"]'));
  });

  it('goes on without a camera that is blocked: the sheet closes, the stage stays', async () => {
    const element = await inCall(withFault, { width: 480 });
    await until(() => has(element, '.sheet'));
    expect(part(element, '.stage').inert).to.equal(true);
    button(element, 'Go on without').click();
    await until(() => !has(element, '.sheet'));
    expect(element.room$.calls.at(-1)).to.equal('turn camera off');
    expect(part(element, '.stage').inert).to.equal(false);
  });

  for (const [name, own] of [
    ['Devices', ownMedia()],
    ['Your camera is blocked', withFault],
  ] as const)
    for (const scheme of ['light', 'dark'] as const)
      for (const width of [320, 1_200])
        it(`${name}: accessible and whole, ${scheme}, ${width} px`, async () => {
          const element = await inCall(own, { width, height: 640, scheme });
          await drawn(element);
          if (own !== withFault) {
            if (width === 320) button(element, 'More').click();
            await until(() => devicesButton(element));
            devicesButton(element)!.click();
          }
          await until(() => has(element, '.sheet'));
          await still(element);
          expect(textOf(part(element, '.sheet h2'))).to.equal(name);
          expect(
            sticksOut(element, '.sheet *', part(element, '.frame').getBoundingClientRect()),
          ).to.deep.equal([]);
          await expect(element).to.be.accessible();
        });
});
