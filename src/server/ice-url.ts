import { isIP } from 'node:net';

import * as v from 'valibot';

import { iceAnswer } from '../protocol/broadcaster-messages.ts';
import type { IceServer } from '../protocol/broadcaster-messages.ts';

/** RFC 7064 and 7065: a scheme, a host, perhaps a port; of TURN perhaps the transport. */
const ICE_URL =
  /^(?<scheme>stuns?|turns?):(?<host>\[[0-9a-f:.]+\]|[^\s:/?#[\]@]+)(?::(?<port>\d{1,5}))?(?<query>\?transport=(?:udp|tcp))?$/i;

type IceScheme = 'stun' | 'turn';

/** What kind of server such a URL names; null where it is none. */
export function iceSchemeOf(url: string): IceScheme | null {
  const { scheme, host, port, query } = ICE_URL.exec(url)?.groups ?? {};
  if (!scheme || !host) return null;
  if (host.startsWith('[') && isIP(host.slice(1, -1)) !== 6) return null;
  if (port !== undefined && (Number(port) < 1 || Number(port) > 65_535)) return null;
  const kind = scheme.toLowerCase().startsWith('turn') ? 'turn' : 'stun';
  return kind === 'stun' && query ? null : kind;
}

/** `turn:` or `turns:`, as browsers take it. */
export const turnUrl = v.pipe(
  v.string(),
  v.maxLength(2_048),
  v.check(
    (url) => iceSchemeOf(url) === 'turn',
    'must be a TURN URL such as turn:turn.example:3478',
  ),
);

const urlsOf = ({ urls }: IceServer): readonly string[] =>
  typeof urls === 'string' ? [urls] : urls;

/** One wrong URL, or TURN without credentials, and no browser makes a connection at all: so they are asked about here. */
export const iceServerList = v.pipe(
  iceAnswer.entries.iceServers,
  v.everyItem(
    (server) => urlsOf(server).length > 0 && urlsOf(server).every((url) => iceSchemeOf(url)),
    'each must have URLs such as stun:stun.example or turn:turn.example:3478',
  ),
  v.everyItem(
    ({ username, credential, urls }) =>
      (username !== undefined && credential !== undefined) ||
      urlsOf({ urls }).every((url) => iceSchemeOf(url) === 'stun'),
    'TURN servers need a username and a credential',
  ),
);
