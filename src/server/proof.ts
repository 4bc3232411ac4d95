import type { JoinRequest } from '../protocol/broadcaster-messages.ts';
import type { PeerId } from '../protocol/ids.ts';
import { importVerifier, joinProofText, peerIdOf } from '../protocol/signing.ts';

/**
 * The id of the peer, when its proof holds for this connection, this room and one of the hosts; null when it does not, or
 * when the key is none.
 */
export async function provenId(
  request: JoinRequest,
  sessionId: string,
  hosts: readonly string[],
): Promise<PeerId | null> {
  const verifier = await importVerifier(request.key);
  if (!verifier) return null;
  for (const host of hosts) {
    const text = joinProofText(host, sessionId, request.room);
    if (await verifier.verify(text, request.proof)) return peerIdOf(request.key);
  }
  return null;
}
