import assert from 'node:assert/strict';
import { IncomingMessage } from 'node:http';
import { Socket } from 'node:net';
import type { NetworkInterfaceInfo } from 'node:os';
import { test } from 'node:test';

import * as v from 'valibot';

import { addressKey } from '../../src/server/address.ts';
import { lanAddresses } from '../../src/server/lan-addresses.ts';
import { addressBehind, trustedProxy } from '../../src/server/trusted-proxies.ts';

for (const [address, key] of [
  ['192.0.2.7', '192.0.2.7'],
  ['::ffff:192.0.2.7', '192.0.2.7'],
  ['::FFFF:192.0.2.7', '192.0.2.7'],
  ['::ffff:c000:207', '192.0.2.7'],
  ['0:0:0:0:0:ffff:192.0.2.7', '192.0.2.7'],
  ['2001:db8:1:2:3:4:5:6', '2001:db8:1:2::/64'],
  ['2001:0DB8:0001:0002::1', '2001:db8:1:2::/64'],
  ['2001:db8::1', '2001:db8:0:0::/64'],
  ['2001:db8:1:2::', '2001:db8:1:2::/64'],
  ['1::3:4:5:6:192.0.2.7', '1:0:3:4::/64'],
  ['::1', '0:0:0:0::/64'],
  ['::', '0:0:0:0::/64'],
  ['fe80::1%eth0', 'fe80:0:0:0::/64'],
  ['64:ff9b::192.0.2.7', '64:ff9b:0:0::/64'],
  ['', ''],
  ['somebody', 'somebody'],
] as const) {
  test(`"${address}" counts as "${key}"`, () => assert.equal(addressKey(address), key));
}

/** A request that comes from `from`, with this header. */
function requestFrom(from: string, forwarded?: string): IncomingMessage {
  const socket = new Socket();
  Object.defineProperty(socket, 'remoteAddress', { value: from });
  const request = new IncomingMessage(socket);
  if (forwarded !== undefined) request.headers['x-forwarded-for'] = forwarded;
  return request;
}

for (const [what, trusted, from, forwarded, address] of [
  ['a client without a proxy', 'loopback', '203.0.113.5', undefined, '203.0.113.5'],
  ['a proxy that says nothing', 'loopback', '127.0.0.1', undefined, '127.0.0.1'],
  ['a client behind a proxy', 'loopback', '127.0.0.1', '203.0.113.5', '203.0.113.5'],
  ['a mapped proxy', 'loopback', '::ffff:127.0.0.1', '203.0.113.5', '203.0.113.5'],
  ['an IPv6 client', 'loopback', '::1', '2001:db8::5', '2001:db8::5'],
  ['a header from outside', 'loopback', '203.0.113.5', '198.51.100.1', '203.0.113.5'],
  ['a header forged before the proxy', 'loopback', '::1', '1.1.1.1, 203.0.113.5', '203.0.113.5'],
  ['an address of the proxy, forged', 'loopback', '::1', '127.0.0.1, 203.0.113.5', '203.0.113.5'],
  ['two proxies', '10.0.0.0/8', '10.0.0.1', '203.0.113.5, 10.9.9.9', '203.0.113.5'],
  ['one of two proxies', '10.0.0.1', '10.0.0.1', '203.0.113.5, 10.9.9.9', '10.9.9.9'],
  ['only proxies', '10.0.0.0/8', '10.0.0.1', '10.0.0.3', '10.0.0.3'],
  ['an address with its port', 'loopback', '::1', '203.0.113.5:4711', '203.0.113.5'],
  ['an IPv6 address with its port', 'loopback', '::1', '[2001:db8::5]:4711', '2001:db8::5'],
  ['a proxy with its port', '10.0.0.0/8', '10.0.0.1', '203.0.113.5, 10.0.0.2:99', '203.0.113.5'],
  ['a proxy that does not know', 'loopback', '127.0.0.1', 'unknown', '127.0.0.1'],
  ['nonsense', 'loopback', '127.0.0.1', 'x'.repeat(2_000), '127.0.0.1'],
  ['an empty header', 'loopback', '127.0.0.1', '', '127.0.0.1'],
] as const) {
  test(`behind trusted proxies, ${what} is counted by the right address`, () => {
    assert.equal(addressBehind([trusted])(requestFrom(from, forwarded)), address);
  });
}

test('what may be trusted is an address, a network or a word for one', () => {
  for (const good of ['loopback', 'uniquelocal', 'linklocal', '10.0.0.1', '10.0.0.0/8', 'fd00::/8'])
    assert.ok(v.is(trustedProxy, good), good);
  for (const bad of ['', 'all', 'true', '1', 'proxy.example', '10.0.0.0/33', '10.0.0'])
    assert.ok(!v.is(trustedProxy, bad), bad);
});

test('others in the network are told the addresses that they can dial, the likeliest first', () => {
  const at = (address: string, internal = false): NetworkInterfaceInfo => {
    const rest = { address, internal, netmask: '', mac: '', cidr: null };
    return address.includes(':')
      ? { ...rest, family: 'IPv6', scopeid: 0 }
      : { ...rest, family: 'IPv4' };
  };
  const interfaces = {
    lo: [at('127.0.0.1', true), at('::1', true)],
    docker0: [at('172.17.0.1')],
    eth0: [at('2001:db8::2'), at('192.168.1.5'), at('fe80::1'), at('169.254.3.4')],
    wlan0: [at('10.1.1.5')],
  };
  assert.deepEqual(lanAddresses(interfaces), [
    '192.168.1.5',
    '10.1.1.5',
    '2001:db8::2',
    '172.17.0.1',
  ]);
});
