/** A Web Lock of ours; it ends with the page at the latest. */
export interface HeldLock {
  /** Fulfils when others can have it. May be called twice. */
  release(): Promise<void>;
}

/**
 * What this document holds or asks for, each with the claim that counts. The browser does not tell who holds a lock;
 * without this a second element would wait for the first one's.
 */
const claims = new Map<string, object>();

/** Whether this document holds that lock or is waiting for it. */
export function isClaimed(name: string): boolean {
  return claims.has(name);
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
  if (claims.has(name)) return Promise.resolve(null);
  const claim = {};
  const unclaim = (): void => {
    if (claims.get(name) === claim) claims.delete(name);
  };
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
      await new Promise<void>((end) => {
        const release = (): Promise<void> => {
          // At once, so that whoever asks from here on waits for the lock instead of passing it by.
          unclaim();
          end();
          return ended;
        };
        resolve({ release });
      });
    });
    claims.set(name, claim);
    const ended = request
      .then(() => undefined)
      .catch((error: unknown) => {
        if (timeout?.aborted && !signal.aborted) resolve(null);
        else reject(error);
      })
      .finally(unclaim);
  });
}
