import { englishConnection } from './connection-words.ts';
import { englishDevices } from './device-words.ts';

/** Words of what is opened beside a call. */
export const englishAsides = { ...englishConnection, ...englishDevices };
