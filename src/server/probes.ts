import type { IncomingMessage, RequestListener, ServerResponse } from 'node:http';

import type { Broadcaster } from './broadcaster.ts';
import type { BroadcasterMetrics } from './metrics.ts';
import { within } from './within.ts';

/** Answers what an operator's machines ask. False where the path is none of theirs. */
export type Probes = (path: string, request: IncomingMessage, response: ServerResponse) => boolean;

/** How long counting may take. */
const COUNT_TIMEOUT_MS = 1_000;

/**
 * `/healthz`: whether the process lives, whatever else is away, because it is restarted when it does not.
 * `/readyz`: whether joins are taken here. `/metrics`, where there are any: everything that is counted.
 */
export function createProbes(
  broadcaster: Pick<Broadcaster, 'count' | 'readiness'>,
  metrics: BroadcasterMetrics | null,
): Probes {
  async function health(): Promise<Answer> {
    const counts = await within(broadcaster.count(), COUNT_TIMEOUT_MS);
    return json(200, { ok: true, ...counts });
  }
  async function readiness(): Promise<Answer> {
    const readiness = await broadcaster.readiness();
    return json(readiness === 'ready' ? 200 : 503, { readiness });
  }
  const questions = new Map<string, () => Promise<Answer>>([
    ['/healthz', health],
    ['/readyz', readiness],
  ]);
  if (metrics) {
    const { contentType: type, text } = metrics;
    questions.set('/metrics', async () => ({ status: 200, type, body: await text() }));
  }

  return (path, request, response) => {
    const ask = questions.get(path);
    if (!ask) return false;
    ask().then(
      (answer) => send(request, response, answer),
      // Whoever asks learns that it is not well, and nothing of what stands in the error.
      () => send(request, response, json(503, { ok: false })),
    );
    return true;
  };
}

/** A server of their own for the probes: plain HTTP, and nothing else. */
export function probesListener(probes: Probes): RequestListener {
  return (request, response) => {
    const path = request.url?.split('?', 1)[0] ?? '/';
    if (request.method !== 'GET' && request.method !== 'HEAD') {
      response.setHeader('Allow', 'GET, HEAD');
      send(request, response, words(405, 'Only GET and HEAD are answered here.'));
    } else if (!probes(path, request, response)) {
      const sentence = 'There is nothing here but /healthz, /readyz and /metrics.';
      send(request, response, words(404, sentence));
    }
  };
}

interface Answer {
  readonly status: number;
  readonly type: string;
  readonly body: string;
}

function json(status: number, body: object): Answer {
  return { status, type: 'application/json; charset=utf-8', body: JSON.stringify(body) };
}

function words(status: number, sentence: string): Answer {
  return { status, type: 'text/plain; charset=utf-8', body: `${sentence}\n` };
}

function send(request: IncomingMessage, response: ServerResponse, answer: Answer): void {
  response.writeHead(answer.status, {
    'Content-Type': answer.type,
    'Cache-Control': 'no-store',
    'X-Content-Type-Options': 'nosniff',
  });
  response.end(request.method === 'HEAD' ? undefined : answer.body);
}
