import type { IncomingMessage } from 'node:http';
import { isIP } from 'node:net';

import proxyAddr from 'proxy-addr';
import * as v from 'valibot';

const WORDS = ['loopback', 'linklocal', 'uniquelocal'];

/** An address, a network such as `10.0.0.0/8`, or `loopback`, `linklocal`, `uniquelocal`. */
export const trustedProxy = v.pipe(v.string(), v.check(isTrustable));

function isTrustable(input: string): boolean {
  if (WORDS.includes(input)) return true;
  // "1" would be an address to proxy-addr, and is a number of proxies to whoever writes it.
  if (isIP(input.split('/', 1)[0] ?? '') === 0) return false;
  try {
    proxyAddr.compile(input);
    return true;
  } catch {
    // It throws for a network that is none.
    return false;
  }
}

/**
 * The address of the client behind the proxies that are trusted: the last one in `X-Forwarded-For` that no trusted proxy
 * has. What stands before it, and the whole header where it comes from anybody else, was written by strangers.
 */
export function addressBehind(proxies: readonly string[]): (request: IncomingMessage) => string {
  const trusts = proxyAddr.compile([...proxies]);
  return (request) => {
    const client = proxyAddr(request, (address, hop) => trusts(withoutPort(address), hop));
    const address = withoutPort(client);
    // Some proxies write "unknown", RFC 7239 section 6.2.
    return isIP(address) === 0 ? (request.socket.remoteAddress ?? '') : address;
  };
}

/** Some proxies write `192.0.2.1:4711` and `[2001:db8::1]:4711`. */
function withoutPort(address: string): string {
  return (
    /^\[([^\]]+)\](?::\d+)?$/.exec(address)?.[1] ??
    /^(\d+\.\d+\.\d+\.\d+):\d+$/.exec(address)?.[1] ??
    address
  );
}
