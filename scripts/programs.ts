import { findProgram, type ProgramName, programs, whyWithout } from '../test/support/programs.ts';
import { canInstall, install, installCommand } from './apt.ts';

const names = Object.keys(programs) as readonly ProgramName[];

/**
 * Installs the servers of others that tests start, where that needs no question; elsewhere says what is missing, and
 * their tests skip. Returns what went wrong in installing, or undefined.
 */
export async function ensurePrograms(): Promise<string | undefined> {
  const missing = () => names.filter((name) => findProgram(name) === undefined);
  const wanted = missing().map((name) => programs[name]);
  if (wanted.length === 0) return undefined;
  if (!(await canInstall())) {
    for (const name of missing()) console.log(`${whyWithout(name)} Its tests are skipped.`);
    return undefined;
  }
  const output = await install(wanted);
  if (missing().length === 0) return undefined;
  return `"${installCommand(wanted)}" did not bring ${missing().join(' and ')}:\n${output}`;
}
