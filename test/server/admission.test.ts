import assert from 'node:assert/strict';
import { test } from 'node:test';

import { encodeBase64url } from '../../src/protocol/base64url.ts';
import { broadcasterFor } from './support/broadcaster.ts';
import { codeOf, createIdentity, peerFor } from './support/peer.ts';

test('a proof for another host, room, socket or key is refused', async (t) => {
  const { url } = await broadcasterFor(t);
  const ada = await peerFor(t, url);
  const other = await createIdentity();
  const good = await ada.joinRequest();
  for (const wrong of [
    await ada.joinRequest({ host: 'chat.example' }),
    await ada.joinRequest({ host: url }),
    await ada.joinRequest({ socketId: 'abcdefghijklmnopqrst' }),
    { ...(await ada.joinRequest({ room: 'another' })), room: 'lobby' },
    { ...good, key: other.key },
    { ...good, proof: encodeBase64url(new Uint8Array(64)) },
  ]) {
    assert.equal(codeOf(await ada.call('join', wrong)), 'bad-proof');
  }
  assert.equal(codeOf(await ada.call('join', good)), 'ok');
});

test('a proof that was overheard is worth nothing on another socket', async (t) => {
  const { url } = await broadcasterFor(t);
  const [ada, mallory] = await Promise.all([peerFor(t, url), peerFor(t, url)]);
  const request = await ada.joinRequest();
  await ada.call('join', request);
  assert.equal(codeOf(await mallory.call('join', request)), 'bad-proof');
});

test('the host is the one that was dialled, whatever its case, or a public one', async (t) => {
  const { url } = await broadcasterFor(t, { publicHosts: ['Chat.Example', 'chat.example:8443'] });
  for (const [host, code] of [
    ['chat.example', 'ok'],
    ['chat.example:8443', 'ok'],
    ['chat.example:9', 'bad-proof'],
    ['evil.example', 'bad-proof'],
  ] as const) {
    const peer = await peerFor(t, url);
    assert.equal(codeOf(await peer.tryJoin({ host, room: host })), code, host);
  }
  const dialled = await peerFor(t, url, {
    socket: { extraHeaders: { Host: 'Some.Proxy:81' } },
  });
  assert.equal(codeOf(await dialled.tryJoin({ host: 'some.proxy:81' })), 'ok');
});

/** Every point of small order in hex, RFC 8032 encodings and the ones above the modulus, without their sign bit. */
const SMALL_ORDER = [
  '0000000000000000000000000000000000000000000000000000000000000000',
  '0100000000000000000000000000000000000000000000000000000000000000',
  '26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc05',
  'c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac037a',
  'ecffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f',
  'edffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f',
  'eeffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f',
];

test('keys of small order, for which one proof could fit everything, are refused', async (t) => {
  const { url } = await broadcasterFor(t, { joinsPerSocket: { max: 100, perMs: 1_000 } });
  const ada = await peerFor(t, url);
  const good = await ada.joinRequest();
  for (const hex of SMALL_ORDER) {
    for (const sign of [0, 0x80]) {
      const key = Buffer.from(hex, 'hex');
      key[31]! |= sign;
      // R of small order and S = 0: what verifies under such a key in a lax implementation.
      for (const r of SMALL_ORDER) {
        const proof = encodeBase64url(Buffer.concat([Buffer.from(r, 'hex'), Buffer.alloc(32)]));
        const answer = await ada.call('join', { ...good, key: encodeBase64url(key), proof });
        assert.equal(codeOf(answer), 'bad-proof', hex);
      }
    }
  }
});

test('bytes that are no point of the curve are refused', async (t) => {
  const { url } = await broadcasterFor(t);
  const ada = await peerFor(t, url);
  const key = encodeBase64url(new Uint8Array(32).fill(2));
  assert.equal(codeOf(await ada.call('join', { ...(await ada.joinRequest()), key })), 'bad-proof');
});

test('another version is told apart from a wrong shape', async (t) => {
  const { url } = await broadcasterFor(t);
  const ada = await peerFor(t, url);
  for (const v of [0, 2, 1.5, 1e300]) {
    assert.equal(codeOf(await ada.call('join', { v })), 'unsupported-version');
  }
  for (const v of ['1', null, {}]) {
    assert.equal(codeOf(await ada.call('join', { v })), 'invalid-message');
  }
});

test('the hook says who may enter, before the proof is looked at', async (t) => {
  const asked: unknown[] = [];
  const { url } = await broadcasterFor(t, {
    authorize: ({ room, name, token, handshake }) => {
      asked.push([room, name, token, handshake.headers.host]);
      return token === 'open sesame';
    },
  });
  const ada = await peerFor(t, url);
  assert.equal(codeOf(await ada.tryJoin()), 'unauthorized');
  assert.equal(codeOf(await ada.tryJoin({ token: 'x', host: 'wrong.example' })), 'unauthorized');
  assert.equal(codeOf(await ada.tryJoin({ token: 'open sesame', host: 'x.example' })), 'bad-proof');
  assert.equal(codeOf(await ada.tryJoin({ token: 'open sesame' })), 'ok');
  const { host } = new URL(url);
  assert.deepEqual(asked, [
    ['lobby', 'Ada', undefined, host],
    ['lobby', 'Ada', 'x', host],
    ['lobby', 'Ada', 'open sesame', host],
    ['lobby', 'Ada', 'open sesame', host],
  ]);
});

for (const [how, authorize] of [
  [
    'throws',
    () => {
      throw new Error('the password of the database');
    },
  ],
  ['rejects', () => Promise.reject(new Error('the password of the database'))],
] as const) {
  test(`a hook that ${how} is a server error that tells nothing`, async (t) => {
    const { url } = await broadcasterFor(t, { authorize });
    const ada = await peerFor(t, url);
    const answer = await ada.tryJoin();
    assert.equal(codeOf(answer), 'server-error');
    assert.ok(!JSON.stringify(answer).includes('password'));
    assert.equal(codeOf(await ada.tryJoin()), 'server-error', 'the socket goes on');
  });
}

for (const transport of ['websocket', 'polling'] as const) {
  test(`origins that are not listed are refused by ${transport}`, async (t) => {
    const { url } = await broadcasterFor(t, { origins: ['https://Good.example'] });
    const connect = (origin: string | null) =>
      peerFor(t, url, {
        socket: {
          transports: [transport],
          extraHeaders: origin === null ? {} : { Origin: origin },
        },
      });
    await assert.rejects(connect('https://evil.example'));
    await assert.rejects(connect('https://good.example.evil.example'));
    await assert.rejects(connect('http://good.example'));
    await assert.rejects(connect('null'));
    const ada = await connect('https://good.example');
    assert.equal(codeOf(await ada.tryJoin()), 'ok');
    const program = await connect(null);
    assert.equal(codeOf(await program.tryJoin({ name: 'Ben' })), 'ok');
  });

  test(`any origin may come by ${transport} when none is listed`, async (t) => {
    const { url } = await broadcasterFor(t);
    const socket = { transports: [transport], extraHeaders: { Origin: 'https://any.example' } };
    const ada = await peerFor(t, url, { socket });
    assert.equal(codeOf(await ada.tryJoin()), 'ok');
  });
}

test('polling carries CORS headers for the listed origins only', async (t) => {
  const { url } = await broadcasterFor(t, { origins: ['https://good.example'] });
  const poll = (origin: string) =>
    fetch(`${url}/socket.io/?EIO=4&transport=polling`, { headers: { origin } });
  const good = await poll('https://good.example');
  assert.equal(good.headers.get('access-control-allow-origin'), 'https://good.example');
  await good.body?.cancel();
  const evil = await poll('https://evil.example');
  assert.deepEqual([evil.status, evil.headers.get('access-control-allow-origin')], [403, null]);
  await evil.body?.cancel();
});
