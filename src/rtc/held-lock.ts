/** A Web Lock of ours; it ends with the page at the latest. */
export interface HeldLock {
  /** Fulfils when others can have it. May be called twice. */
  release(): Promise<void>;
}

/**
 * What this document holds or asks for. The browser does not tell who holds a lock; without this a second element would
 * wait for the first one's.
 */
const claimed = new Set<string>();

/** Whether this document holds that lock or is waiting for it. */
export function isClaimed(name: string): boolean {
  return claimed.has(name);
}

/**
 * The lock, or null where it is not free: at once, or within `waitMs`. Claimed synchronously, so that whoever asks first
 * in a document gets it. Rejects when the signal aborts, or where the browser refuses locks altogether.
 */
export function holdLock(
  name: string,
  { waitMs, signal }: { waitMs: number; signal: AbortSignal },
): Promise<HeldLock | null> {
  if (signal.aborted) return Promise.reject(signal.reason as Error);
  if (claimed.has(name)) return Promise.resolve(null);
  const timeout = waitMs > 0 ? AbortSignal.timeout(waitMs) : null;
  const options: LockOptions = timeout
    ? { signal: AbortSignal.any([signal, timeout]) }
    : { ifAvailable: true };
  return new Promise((resolve, reject) => {
    const request = navigator.locks.request(name, options, async (lock) => {
      if (!lock) {
        resolve(null);
        return;
      }
      await new Promise<void>((release) => {
        resolve({
          release: () => {
            release();
            return ended;
          },
        });
      });
    });
    claimed.add(name);
    const ended = request
      .then(() => undefined)
      .catch((error: unknown) => {
        if (timeout?.aborted && !signal.aborted) resolve(null);
        else reject(error);
      })
      .finally(() => claimed.delete(name));
  });
}
