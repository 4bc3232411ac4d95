import { openDB, type DBSchema, type IDBPDatabase } from 'idb';

import type { RoomName } from '../protocol/ids.ts';
import type { History } from './chat-room.ts';
import type { StoredBatch, StoredMark, StoredReceipts } from './store.ts';

/** A key and a log that one tab at a time may lease: what a Room is continued from. */
export interface Seat {
  readonly id: string;
  readonly broadcaster: string;
  readonly room: RoomName;
  readonly kind: Exclude<History, 'none'>;
  readonly keys: CryptoKeyPair;
  /** Milliseconds since 1970. */
  readonly createdAt: number;
  readonly usedAt: number;
}

interface Schema extends DBSchema {
  seats: {
    key: string;
    value: Seat;
    indexes: {
      place: [broadcaster: string, room: string, kind: string, createdAt: number];
      used: [kind: string, usedAt: number];
    };
  };
  batches: {
    key: [seat: string, author: string, first: number];
    value: StoredBatch & { readonly seat: string };
    indexes: {
      place: [seat: string, sortAt: [ms: number, n: number], author: string, first: number];
    };
  };
  marks: {
    key: [seat: string, author: string];
    value: StoredMark & { readonly seat: string; readonly savedAt: number };
  };
  receipts: { key: string; value: StoredReceipts & { readonly seat: string } };
}

/** The one database of a page origin. */
export type Database = IDBPDatabase<Schema>;

export const DATABASE_NAME = 'rtc-chat';
const VERSION = 2;
/** Browsers have been seen that never answer; a conversation in memory is better than none. */
const OPEN_TIMEOUT_MS = 5_000;

/**
 * Opens the database. `lost` is called when it has been closed by somebody else: another tab wants a newer version or
 * removes it, or the browser takes it away. Rejects when it is blocked by an older version that does not close.
 */
export function openDatabase(lost: () => void, name = DATABASE_NAME): Promise<Database> {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => {
      reject(new Error('the database does not open'));
    }, OPEN_TIMEOUT_MS);
    const opening = openDB<Schema>(name, VERSION, {
      upgrade(database, from, _to, transaction) {
        if (from < 1) create(database);
        // In the order of the conversation, so that its newest page can be read by itself.
        const batches = transaction.objectStore('batches');
        batches.createIndex('place', ['seat', 'sortAt', 'author', 'first']);
      },
      blocked() {
        reject(new Error('another tab holds an older database'));
      },
      blocking(_current, _blocked, event) {
        (event.target as IDBDatabase).close();
        lost();
      },
      terminated: lost,
    });
    opening
      .then((database) => {
        resolve(database);
        return database;
      })
      .catch(reject)
      .finally(() => {
        clearTimeout(timer);
      });
  });
}

/** The stores as they were in version 1. */
function create(database: Database): void {
  const seats = database.createObjectStore('seats', { keyPath: 'id' });
  seats.createIndex('place', ['broadcaster', 'room', 'kind', 'createdAt']);
  seats.createIndex('used', ['kind', 'usedAt']);
  database.createObjectStore('batches', { keyPath: ['seat', 'author', 'first'] });
  database.createObjectStore('marks', { keyPath: ['seat', 'author'] });
  database.createObjectStore('receipts', { keyPath: 'seat' });
}

/** All keys that begin with this seat: arrays sort after texts and numbers. */
export function ofSeat(seat: string): IDBKeyRange {
  return IDBKeyRange.bound([seat], [seat, []]);
}

/** The seat, its log and its receipts. */
export async function deleteSeat(database: Database, seat: string): Promise<void> {
  const transaction = database.transaction(['seats', 'batches', 'marks', 'receipts'], 'readwrite');
  await Promise.all([
    transaction.objectStore('seats').delete(seat),
    transaction.objectStore('batches').delete(ofSeat(seat)),
    transaction.objectStore('marks').delete(ofSeat(seat)),
    transaction.objectStore('receipts').delete(seat),
    transaction.done,
  ]);
}
