import { html, type LitElement, type TemplateResult } from 'lit';
import type { Call } from '../rtc/call.ts';
import type { CallActions } from './call-actions.ts';
import { iconButton } from './icon-button.ts';
import type { Scene } from './scene.ts';

/** Which microphone, camera and speaker a call uses. In the place of the panel of people. */
export class DevicesPanel {
  readonly #actions: CallActions;

  constructor(_host: LitElement, actions: CallActions) {
    this.#actions = actions;
  }

  render(_call: Call, { language }: Scene): TemplateResult {
    return html`<div class="scrim">
      <div class="sheet" part="devices" role="dialog" tabindex="-1">
        <div class="head">
          ${iconButton('x', language.say('close'), () => this.#actions.closeDevices())}
        </div>
      </div>
    </div>`;
  }
}
