import type { LitElement } from 'lit';

/** Draws the host, and gives the focus to what matches then. */
export async function focusDrawn(host: LitElement, selector: string): Promise<void> {
  host.requestUpdate();
  await host.updateComplete;
  host.renderRoot.querySelector<HTMLElement>(selector)?.focus();
}
