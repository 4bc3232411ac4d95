import { isIPv6 } from 'node:net';

/**
 * What one client counts as for the limits: an IPv4 address, or the /64 of an IPv6 address, because a single customer
 * gets a whole /64 and can change within it at will (RFC 6177).
 */
export function addressKey(address: string): string {
  const plain = address.split('%', 1)[0] ?? '';
  if (!isIPv6(plain)) return plain;
  const mapped = /^::ffff:(\d+\.\d+\.\d+\.\d+)$/i.exec(plain);
  if (mapped?.[1]) return mapped[1];
  const [head = '', tail] = plain.split('::');
  const left = head === '' ? [] : head.split(':');
  // Only the first four of eight groups count, so that an IPv4 notation in the last two needs no care.
  const right = tail ? tail.split(':') : [];
  const width = 8 - (right.at(-1)?.includes('.') ? 1 : 0);
  const zeros = tail === undefined ? 0 : Math.max(0, width - left.length - right.length);
  const groups = [...left, ...Array<string>(zeros).fill('0'), ...right];
  return `${groups
    .slice(0, 4)
    .map((group) => (Number.parseInt(group, 16) || 0).toString(16))
    .join(':')}::/64`;
}
