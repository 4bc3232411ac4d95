import { expect } from 'chai';
import { importVerifier, peerIdOf } from '../../src/protocol/signing.ts';
import { createKeyPair, identityOf } from '../../src/rtc/identity.ts';

describe('Identity', () => {
  it('has the id that its key gives', async () => {
    const { id, key } = await identityOf(await createKeyPair());
    expect(id).to.match(/^[\w-]{22}$/);
    expect(await peerIdOf(key)).to.equal(id);
  });

  it('is the same each time it is made of the same keys, and another with others', async () => {
    const keys = await createKeyPair();
    const [a, b, other] = [keys, keys, await createKeyPair()].map(identityOf);
    expect((await a)?.key).to.equal((await b)?.key);
    expect((await a)?.key).not.to.equal((await other)?.key);
  });

  it('signs so that its key verifies it, and nothing else', async () => {
    const identity = await identityOf(await createKeyPair());
    const verifier = await importVerifier(identity.key);
    const signature = await identity.sign('text …');
    expect(await verifier?.verify('text …', signature)).to.equal(true);
    expect(await verifier?.verify('text ..', signature)).to.equal(false);
  });
});
