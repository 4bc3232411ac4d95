import type { Phrase } from './words.ts';

/** Words of how the connection to somebody is. */
export const englishConnection = {
  connectionTo: 'Connection to {name}',
  'path-good': 'Good connection',
  pathHeld: 'Too weak for a picture: it comes back by itself.',
  pathWay: 'Way',
  pathDirect: 'Straight between you',
  pathRelayed: 'Through a relay',
  pathRoundTrip: 'There and back',
  pathLoss: 'Lost on the way',
  pathReceived: 'Receiving',
  pathSent: 'Sending',
  pathPicture: 'Picture',
} satisfies Record<string, Phrase>;
