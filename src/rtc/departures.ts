/**
 * Rooms of this page that are being left: a Room for the same place waits until the other's key and seat are free, so
 * that a framework that mounts twice does not meet itself. The one module state of the engine, because it is what two
 * Room objects of one page share.
 */
const departures = new Map<string, Promise<void>>();

/** Note that `place` is being left; forgotten when that is done. */
export function depart(place: string, departure: Promise<void>): void {
  const all = Promise.all([departures.get(place), departure]).then(
    () => undefined,
    // However a departure ends, it has ended.
    () => undefined,
  );
  departures.set(place, all);
  void all.then(() => {
    if (departures.get(place) === all) departures.delete(place);
  });
}

/** Fulfils when nobody of this page is leaving `place`. */
export async function departed(place: string): Promise<void> {
  await departures.get(place);
}
