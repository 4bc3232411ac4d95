import { isIPv4 } from 'node:net';
import { networkInterfaces } from 'node:os';
import type { NetworkInterfaceInfo } from 'node:os';

/** Of virtual machines, containers and tunnels: nobody beside this machine reaches it there. */
const VIRTUAL = /^(?:docker|br-|veth|virbr|vmnet|vboxnet|vethernet|cni|flannel|cali|tun|tap|utun)/i;

/**
 * The addresses under which others in the same network reach this machine, the likeliest first: IPv4 before IPv6, which
 * is harder to type, and real interfaces before virtual ones. None that holds on one link only: a browser cannot dial
 * `fe80::1%eth0`, and 169.254.0.0/16 means that there was no network.
 */
export function lanAddresses(
  interfaces: NodeJS.Dict<NetworkInterfaceInfo[]> = networkInterfaces(),
): string[] {
  const found = Object.entries(interfaces).flatMap(([name, infos = []]) =>
    infos
      .filter(({ address, internal }) => !internal && !/^(?:fe[89ab]|169\.254\.)/i.test(address))
      .map(({ address }) => ({
        address,
        rank: (VIRTUAL.test(name) ? 2 : 0) + (isIPv4(address) ? 0 : 1),
      })),
  );
  return found.toSorted((a, b) => a.rank - b.rank).map(({ address }) => address);
}
