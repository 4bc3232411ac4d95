/// Chromium throws away a database that it finds damaged, as it now and then is after a SIGKILL on a busy machine. It tells the page
/// in an event which no specification has.

declare global {
  /** Why the browser has given this page an empty database in the place of one that had something in it. */
  var dataLoss: string | undefined;
}

/** To be run by `evaluateOnNewDocument`: must not refer to anything outside itself. */
export function spyOnDataLoss(): void {
  const open = indexedDB.open.bind(indexedDB);
  indexedDB.open = (name, version) => {
    const request = open(name, version);
    request.addEventListener('upgradeneeded', (event) => {
      const { dataLoss, dataLossMessage } = event as unknown as Record<string, unknown>;
      if (dataLoss === 'total') globalThis.dataLoss = String(dataLossMessage);
    });
    return request;
  };
}
