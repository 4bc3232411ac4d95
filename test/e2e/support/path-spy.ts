import type { Page } from 'puppeteer-core';

/** What `spyOnPaths` records in the page. */
export interface PathSpy {
  /** Every RTCPeerConnection made so far, the oldest first. */
  readonly connections: RTCPeerConnection[];
  /** Every text that left the page by a WebSocket or a data channel. */
  readonly told: string[];
  /** When a connection was given other servers to ask, by the page's clock, and which. */
  readonly given: { readonly atMs: number; readonly servers: readonly RTCIceServer[] }[];
}

declare global {
  var pathSpy: PathSpy;
}

/** To be run by `evaluateOnNewDocument`: must not refer to anything outside itself. */
export function spyOnPaths(): void {
  const connections: RTCPeerConnection[] = [];
  const told: string[] = [];
  const given: PathSpy['given'] = [];
  globalThis.pathSpy = { connections, told, given };
  const Native = RTCPeerConnection;
  globalThis.RTCPeerConnection = class extends Native {
    constructor(configuration?: RTCConfiguration) {
      super(configuration);
      connections.push(this);
    }

    override setConfiguration(configuration: RTCConfiguration): void {
      super.setConfiguration(configuration);
      given.push({ atMs: Date.now(), servers: configuration.iceServers ?? [] });
    }
  };
  for (const { prototype } of [WebSocket, RTCDataChannel]) {
    const send = prototype.send as (data: unknown) => void;
    prototype.send = function (this: WebSocket & RTCDataChannel, data: unknown): void {
      if (typeof data === 'string') told.push(data);
      send.call(this, data);
    };
  }
}

export interface CandidateFacts {
  readonly type: string;
  readonly address: string | null;
  readonly port: number;
}

/** What a connection is made of, as its page sees it. */
export interface PathFacts {
  readonly local: readonly CandidateFacts[];
  readonly remote: readonly CandidateFacts[];
  /** Of the pair in use. */
  readonly selected: readonly [local: CandidateFacts, remote: CandidateFacts] | null;
}

/** Of the connection that is up; of several the newest. */
export function pathOf(page: Page): Promise<PathFacts> {
  return page.evaluate(async () => {
    const pc = pathSpy.connections.findLast((each) => each.connectionState === 'connected');
    if (!pc) throw new Error('No connection is up.');
    // Of the statistics every engine has these fields; not all of them are in the DOM's types.
    type Entry = Record<string, unknown> & { readonly id: string; readonly type: string };
    const stats = [...((await pc.getStats()) as unknown as ReadonlyMap<string, Entry>).values()];
    const facts = (entry: Entry | undefined): CandidateFacts => ({
      type: String(entry?.['candidateType']),
      address: (entry?.['address'] as string | null | undefined) ?? null,
      port: Number(entry?.['port']),
    });
    const candidates = (type: string) => stats.filter((entry) => entry.type === type).map(facts);
    const transport = stats.find((entry) => entry.type === 'transport');
    const pair = stats.find(
      (entry) =>
        entry.type === 'candidate-pair' &&
        (entry.id === transport?.['selectedCandidatePairId'] || entry['selected'] === true),
    );
    const named = (key: string) => stats.find(({ id }) => id === pair?.[key]);
    return {
      local: candidates('local-candidate'),
      remote: candidates('remote-candidate'),
      selected: pair
        ? ([facts(named('localCandidateId')), facts(named('remoteCandidateId'))] as const)
        : null,
    };
  });
}

/** What the connection that is up asks relays with; of several the newest. */
export function serversOf(page: Page): Promise<RTCIceServer[]> {
  return page.evaluate(() => {
    const pc = pathSpy.connections.findLast((each) => each.connectionState === 'connected');
    return pc?.getConfiguration().iceServers ?? [];
  });
}
