/** Where the browser does not tell when it is idle. */
const IDLE_AFTER_MS = 500;

/** Does it when the page has nothing better to do. */
export function whenIdle(act: () => void): void {
  // Safari has no idle callbacks.
  if (typeof requestIdleCallback === 'function') requestIdleCallback(act);
  else setTimeout(act, IDLE_AFTER_MS);
}
