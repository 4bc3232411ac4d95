import type { Adapter } from './adapter.ts';
import { type BareConnection, joinBare, makeConnection } from './bare.ts';

/** What browsers take by themselves. */
const P256 = { name: 'ECDSA', namedCurve: 'P-256' };

let prepared: BareConnection | null = null;

/**
 * As `bare`, with everything done in advance that needs nobody else: certificate, connection, candidates, negotiated
 * channels, and the offer itself. The relay is dialled by the join, as by everyone.
 */
export const adapter: Adapter = {
  async prepare({ seat }) {
    const certificate = await RTCPeerConnection.generateCertificate(P256);
    prepared = makeConnection({ certificates: [certificate], iceCandidatePoolSize: 1 });
    if (seat === 'first') return;
    const { pc } = prepared;
    const gathered = new Promise<void>((resolve) => {
      pc.onicegatheringstatechange = () => pc.iceGatheringState === 'complete' && resolve();
    });
    await pc.setLocalDescription();
    await gathered;
  },
  join(place, received) {
    return joinBare(place, received, () => {
      const connection = prepared ?? makeConnection();
      prepared = null;
      return connection;
    });
  },
};
