const STORE = 'records';

const opened = (name: string): Promise<IDBDatabase> =>
  new Promise((resolve, reject) => {
    const request = indexedDB.open(name, 1);
    request.onupgradeneeded = () => request.result.createObjectStore(STORE);
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(new Error('No database.', { cause: request.error }));
  });

/** Milliseconds of `count` strict transactions, one after the other, each of which puts one small record. */
export async function commitTimes(count: number): Promise<number[]> {
  const name = `commits-${crypto.randomUUID()}`;
  const database = await opened(name);
  const samples: number[] = [];
  for (let number = 0; number < count; number++) {
    const from = performance.now();
    await new Promise<void>((resolve, reject) => {
      const transaction = database.transaction(STORE, 'readwrite', { durability: 'strict' });
      transaction.objectStore(STORE).put({ number, text: 'x'.repeat(100) }, number);
      transaction.oncomplete = () => resolve();
      transaction.onabort = () => reject(new Error('No commit.', { cause: transaction.error }));
    });
    samples.push(performance.now() - from);
  }
  database.close();
  indexedDB.deleteDatabase(name);
  return samples;
}
