import type { CSSResult, LitElement } from 'lit';
import { englishAsides } from './aside-words.ts';
import type { CallActions } from './call-actions.ts';
import { addCallWords } from './call-words.ts';
import { ConnectionDetails } from './connection-details.ts';
import { connectionStyles } from './connection-styles.ts';
import { DevicesPanel } from './devices-panel.ts';
import { devicesStyles } from './devices-styles.ts';

export const asideStyles: readonly CSSResult[] = [devicesStyles, connectionStyles];

/** What is opened beside a call, and is no part of it: devices, and how the connection to somebody is. */
export class CallAsides {
  readonly devices: DevicesPanel;
  readonly details: ConnectionDetails;

  constructor(host: LitElement, actions: CallActions) {
    addCallWords('en', englishAsides);
    this.devices = new DevicesPanel(host, actions);
    this.details = new ConnectionDetails(host);
  }
}
