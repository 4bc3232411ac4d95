import type { Broadcaster } from './broadcaster.ts';
import type { WebServer } from './web-server.ts';

/**
 * SIGTERM ends the command by plan, SIGINT likewise but without waiting for anybody; a second one of either at once, with
 * exit code 1. Until the end the servers answer, `/readyz` for one.
 */
export function stopOnSignals(
  servers: readonly WebServer[],
  broadcaster: Broadcaster,
  drainMs: number,
  fail: (error: unknown) => void,
): void {
  let stopping = false;
  async function stop(drainMs: number): Promise<void> {
    if (stopping) process.exit(1);
    stopping = true;
    await broadcaster.close({ drainMs });
    for (const server of servers) {
      server.close();
      server.closeAllConnections();
    }
    process.exit(0);
  }
  process.on('SIGTERM', () => void stop(drainMs).catch(fail));
  process.on('SIGINT', () => void stop(0).catch(fail));
}
