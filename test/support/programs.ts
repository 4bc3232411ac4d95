import { accessSync, constants } from 'node:fs';
import { delimiter, join } from 'node:path';

/** Servers of others that tests start, and the Debian package that each is in. */
export const programs = { turnserver: 'coturn', 'redis-server': 'redis-server' } as const;
export type ProgramName = keyof typeof programs;

/** Where the program is, or undefined. */
export function findProgram(name: ProgramName): string | undefined {
  // Debian keeps some programs where not every user's PATH leads.
  const directories = [...(process.env['PATH'] ?? '').split(delimiter), '/usr/sbin', '/sbin'];
  return directories.map((directory) => join(directory, name)).find(isExecutable);
}

/** Why tests that need the program cannot run here, in one sentence; null where they can. */
export function whyWithout(name: ProgramName): string | null {
  if (findProgram(name) !== undefined) return null;
  return `There is no ${name} here; it comes with the package ${programs[name]}.`;
}

export function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    // Not there, or not for us: the next place is tried.
    return false;
  }
}
