const TICKS = 3;

/**
 * The machine's clock with fractions of a millisecond, the same in every browser process: `performance.now()` set by the
 * edges of `Date.now()`. `performance.timeOrigin` differs between processes by whatever was adjusted since they began.
 */
export function calibrate(): () => number {
  let offset = Infinity;
  for (let tick = 0; tick < TICKS; tick++) {
    const before = Date.now();
    let now = Date.now();
    while (now === before) now = Date.now();
    // We can see an edge late, never early.
    offset = Math.min(offset, now - performance.now());
  }
  return () => performance.now() + offset;
}
