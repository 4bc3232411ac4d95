/**
 * Called when a page comes back or a network has changed: what would be asked later is asked at once. Not everywhere is a
 * window that tells.
 */
export function onWake(wake: () => void, signal: AbortSignal): void {
  // Captured: what tells the document that it goes on does not rise to the window.
  for (const type of ['online', 'pageshow', 'resume', 'visibilitychange'])
    globalThis.addEventListener?.(type, wake, { signal, capture: true });
}
