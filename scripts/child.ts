import { spawn } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';

export interface ChildOptions {
  readonly timeLimitMs: number;
  readonly cwd?: string;
  readonly env?: Readonly<Record<string, string>>;
  /** Passes the child's output on as it comes; else it is only kept. */
  readonly live?: boolean;
}

export interface ChildResult {
  /** Null when a signal ended it. */
  readonly code: number | null;
  readonly timedOut: boolean;
  readonly output: string;
}

/** A browser asked to stop needs a moment to delete its profile. */
const politeStopMs = 5_000;

/** Marks everything a run has started, whatever process group it went into. */
const mark = `RTC_CHAT_TEST_RUN=${randomUUID()}`;
const groups = new Set<number>();

/** Runs a command in its own process group, which is gone when the promise settles. */
export async function runChild(
  command: string,
  args: readonly string[],
  { timeLimitMs, cwd, env = {}, live = false }: ChildOptions,
): Promise<ChildResult> {
  const [markName = '', markValue = ''] = mark.split('=');
  const child = spawn(command, args, {
    cwd,
    detached: true,
    env: { ...process.env, ...env, [markName]: markValue },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const { pid } = child;
  if (pid !== undefined) groups.add(pid);
  let output = '';
  let timedOut = false;
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding('utf8').on('data', (text: string) => {
      output += text;
      if (live) process.stdout.write(text);
    });
  }
  const ended = new Promise<number | null>((resolve, reject) => {
    child.once('error', reject);
    // Not 'close': an orphan that holds the pipe would keep us waiting.
    child.once('exit', (code) => resolve(code));
  });
  let kill: NodeJS.Timeout | undefined;
  const stop = setTimeout(() => {
    timedOut = true;
    signalGroup(pid, 'SIGTERM');
    kill = setTimeout(() => signalGroup(pid, 'SIGKILL'), politeStopMs);
  }, timeLimitMs);
  try {
    const code = await ended;
    // What was written before the exit may still be on its way.
    await new Promise((resolve) => setImmediate(resolve));
    return { code, timedOut, output };
  } finally {
    clearTimeout(stop);
    clearTimeout(kill);
    signalGroup(pid, 'SIGKILL');
    if (pid !== undefined) groups.delete(pid);
    killMarked();
  }
}

/** Ends every process that this run has started and that is still there. */
export function killEverything(): void {
  for (const pid of groups) signalGroup(pid, 'SIGTERM');
  killMarked();
}

function signalGroup(pid: number | undefined, signal: NodeJS.Signals): void {
  if (pid === undefined) return;
  try {
    process.kill(-pid, signal);
  } catch {
    // The group is gone already: that is what was wanted.
  }
}

/** Browsers live in process groups of their own; on Linux the mark finds them. */
function killMarked(): void {
  if (process.platform !== 'linux') return;
  for (const entry of readdirSync('/proc')) {
    if (!/^\d+$/.test(entry) || Number(entry) === process.pid) continue;
    try {
      if (readFileSync(`/proc/${entry}/environ`, 'utf8').split('\0').includes(mark)) {
        process.kill(Number(entry), 'SIGKILL');
      }
    } catch {
      // It ended while we looked, or it is somebody else's.
    }
  }
}
