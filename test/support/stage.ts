import './scripted-element.ts';
import type { ScriptedElement } from './scripted-element.ts';

export interface StageOptions {
  readonly width?: number;
  readonly height?: number;
  readonly scheme?: 'light' | 'dark';
}

/** The element, or a part of it in a host of its own. */
type Drawn = Pick<ScriptedElement, 'renderRoot'>;

const attributes = { server: 'https://chat.example', room: 'lobby', name: 'Ada' };

/** Puts an element with a scripted room on the page. */
export async function stage(
  changes: Record<string, string | null> = {},
  { width = 480, height = 640, scheme = 'light' }: StageOptions = {},
): Promise<ScriptedElement> {
  const element = document.createElement('scripted-chat') as ScriptedElement;
  for (const [name, value] of Object.entries({ ...attributes, ...changes })) {
    if (value !== null) element.setAttribute(name, value);
  }
  element.style.cssText = `inline-size: ${width}px; block-size: ${height}px; color-scheme: ${scheme}`;
  document.body.append(element);
  await drawn(element);
  return element;
}

/** Takes every element off the page. */
export function clearStage(): void {
  document.body.querySelectorAll('scripted-chat').forEach((element) => element.remove());
}

/** Fulfils when everything that has happened so far is on the screen, and what follows from that as well. */
export async function drawn(element: ScriptedElement): Promise<void> {
  while (!(await element.updateComplete));
}

/** Fulfils when the page has been laid out and painted: observers and scroll events have come. */
export function painted(): Promise<void> {
  return new Promise((resolve) => {
    requestAnimationFrame(() => requestAnimationFrame(() => setTimeout(resolve)));
  });
}

/** Fulfils as soon as `condition` holds, looked at once a frame. */
export async function until(condition: () => unknown): Promise<void> {
  while (!condition()) await painted();
}

/** Fulfils when everything that moves once has arrived. */
export async function stilled(element: ScriptedElement): Promise<void> {
  const animations = [...element.renderRoot.querySelectorAll('*')].flatMap((node) =>
    node.getAnimations(),
  );
  const once = animations.filter(({ effect }) => effect?.getTiming().iterations === 1);
  await Promise.all(once.map(({ finished }) => finished));
}

/** The one element inside `element` that matches. */
export function part(element: Drawn, selector: string): HTMLElement {
  const found = element.renderRoot.querySelectorAll<HTMLElement>(selector);
  if (found.length !== 1) throw new Error(`${found.length} elements match ${selector}`);
  return found[0]!;
}

/** The field to write messages in. */
export function composer(element: Drawn): HTMLTextAreaElement {
  return part(element, 'textarea[aria-label="Message"]') as HTMLTextAreaElement;
}

/** The field of a form with this label. */
export function field(element: Drawn, label: string): HTMLInputElement {
  const found = [...element.renderRoot.querySelectorAll('label')].find(
    ({ textContent }) => textContent === label,
  );
  return part(element, `#${found?.htmlFor}`) as HTMLInputElement;
}

export function has(element: Drawn, selector: string): boolean {
  return element.renderRoot.querySelector(selector) !== null;
}

/** The button with this name. */
export function button(element: Drawn, name: string): HTMLButtonElement {
  const found = [...element.renderRoot.querySelectorAll('button')].filter(
    (candidate) =>
      // A closed menu is not there.
      !candidate.closest('[popover]:not(:popover-open)') &&
      (candidate.getAttribute('aria-label') ?? candidate.textContent.trim()) === name,
  );
  if (found.length !== 1) throw new Error(`${found.length} buttons are called ${name}`);
  return found[0]!;
}

/** All that can be read, in one line. */
export function textOf(node: Node): string {
  return node.textContent?.replace(/\s+/gu, ' ').trim() ?? '';
}

export function shown(element: Drawn): string {
  return textOf(part(element, '.frame'));
}

/** Types `text` as a person would: into the field, with its event. */
export function type(field: HTMLInputElement | HTMLTextAreaElement, text: string): void {
  field.value = text;
  field.dispatchEvent(new Event('input', { bubbles: true }));
}

export function press(
  target: EventTarget,
  key: string,
  init: KeyboardEventInit = {},
): KeyboardEvent {
  const event = new KeyboardEvent('keydown', {
    key,
    bubbles: true,
    cancelable: true,
    composed: true,
    ...init,
  });
  target.dispatchEvent(event);
  return event;
}
