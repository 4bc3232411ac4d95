import { isIPv4, isIPv6 } from 'node:net';

/**
 * What one client counts as for the limits: an IPv4 address, or the /64 of an IPv6 address, because a single customer
 * gets a whole /64 and can change within it at will (RFC 6177). What is neither counts as it is.
 */
export function addressKey(address: string): string {
  const groups = groupsOf(address);
  if (!groups) return address;
  // An IPv4 client of a socket that listens on both, RFC 4291 section 2.5.5.2.
  if (groups.slice(0, 5).every((group) => group === 0) && groups[5] === 0xffff) {
    const [high = 0, low = 0] = groups.slice(6);
    return [high >> 8, high & 255, low >> 8, low & 255].join('.');
  }
  const prefix = groups.slice(0, 4).map((group) => group.toString(16));
  return `${prefix.join(':')}::/64`;
}

/** The eight groups of an IPv6 address, its zone left out; null for anything else. */
function groupsOf(address: string): number[] | null {
  const [plain = ''] = address.split('%', 1);
  if (!isIPv6(plain)) return null;
  const [left = [], right] = plain.split('::').map(groupsIn);
  if (!right) return left;
  const zeros = Array.from({ length: 8 - left.length - right.length }, () => 0);
  return [...left, ...zeros, ...right];
}

function groupsIn(half: string): number[] {
  if (half === '') return [];
  return half.split(':').flatMap((group) => {
    if (!isIPv4(group)) return [Number.parseInt(group, 16)];
    const [a = 0, b = 0, c = 0, d = 0] = group.split('.').map(Number);
    return [(a << 8) | b, (c << 8) | d];
  });
}
