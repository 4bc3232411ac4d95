/** A listener that throws is reported like any other, and stops nothing here. */
export function guarded(call: () => void): void {
  try {
    call();
  } catch (error) {
    reportError(error);
  }
}
