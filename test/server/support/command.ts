import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import type { TestContext } from 'node:test';
import { fileURLToPath } from 'node:url';

const MAIN = fileURLToPath(new URL('../../../src/server/main.ts', import.meta.url));
/** How long the command may take for anything; only ever reached by a test that fails. */
const PATIENCE_MS = 20_000;

export interface RunningCommand {
  readonly child: ChildProcess;
  readonly output: () => string;
  readonly errors: () => string;
  /** Fulfils when this has been printed to either stream, with the match. */
  said(pattern: RegExp): Promise<RegExpExecArray>;
  /** Fulfils with the exit code, null where a signal ended it. */
  readonly exited: Promise<number | null>;
}

/** The real command as a process of its own, from its source. Ended with the test. */
export function runCommand(
  t: TestContext,
  args: readonly string[],
  environment: Readonly<Record<string, string>> = {},
): RunningCommand {
  return runNode(t, ['--import', 'tsx', MAIN, ...args], environment);
}

/** Node with these arguments. Ended with the test. */
export function runNode(
  t: TestContext,
  args: readonly string[],
  environment: Readonly<Record<string, string>> = {},
): RunningCommand {
  const child = spawn(process.execPath, args, {
    env: { ...process.env, ...environment },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let output = '';
  let errors = '';
  const listeners = new Set<() => void>();
  const tell = (): void => listeners.forEach((listener) => listener());
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    output += text;
    tell();
  });
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    errors += text;
    tell();
  });
  const exited = new Promise<number | null>((resolve) => child.once('close', resolve));
  t.after(async () => {
    if (child.exitCode === null) child.kill('SIGKILL');
    await exited;
  });
  return {
    child,
    output: () => output,
    errors: () => errors,
    exited,
    said: (pattern) =>
      new Promise((resolve, reject) => {
        const timer = setTimeout(
          () => reject(new Error(`${pattern} was not said:\n${output}${errors}`)),
          PATIENCE_MS,
        );
        const look = (): void => {
          const match = pattern.exec(output + errors);
          if (!match) return;
          clearTimeout(timer);
          listeners.delete(look);
          resolve(match);
        };
        listeners.add(look);
        look();
      }),
  };
}
