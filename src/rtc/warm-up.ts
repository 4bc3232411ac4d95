import { foldPersonName } from '../protocol/names.ts';
import { closeConnection, createConnection } from './connection.ts';
import { createKeyPair, identityOf } from './identity.ts';
import { KnownKeys } from './known-keys.ts';
import { TabList } from './tab-list.ts';

let done = false;

/**
 * Does once, before somebody waits for it, what costs several milliseconds more the first time in a page: a connection with
 * its certificate and its description, a key, a signature and its check, a look at what the tab keeps. Nothing leaves the page: where only relays may
 * be used and there are none, no address is gathered.
 */
export function warmUp(): void {
  // Not before a join that follows at once.
  setTimeout(() => {
    // What a browser lacks is told to whoever joins.
    if (!done) rehearse().catch(() => undefined);
    done = true;
  });
}

/** Somebody joins: from now on it would only be in the way. */
export function stopWarmUp(): void {
  done = true;
}

async function rehearse(): Promise<void> {
  // The browser fetches what the tab keeps when it is asked first; so it does its tables of characters.
  foldPersonName(new TabList('rtc-chat').items.join());
  const connection = createConnection({ iceTransportPolicy: 'relay' });
  try {
    await connection.pc.setLocalDescription();
    const identity = await identityOf(await createKeyPair());
    const author = await new KnownKeys().authorOf(identity.key);
    await author?.verifier.verify('', await identity.sign(''));
  } finally {
    closeConnection(connection);
  }
}
