import { readFileSync } from 'node:fs';

/** The command was asked wrongly. The message is a sentence for whoever asked; the command ends with exit code 2. */
export class Complaint extends Error {
  override readonly name = 'Complaint';
}

/** A value as a sentence repeats it. */
export function quote(value: unknown): string {
  const text = typeof value === 'string' ? value : (JSON.stringify(value) ?? 'undefined');
  const short = text.length > 80 ? `${text.slice(0, 80)}…` : text;
  return typeof value === 'string' ? `"${short}"` : short;
}

const REASONS: Readonly<Record<string, string>> = {
  EACCES: 'this user may not read it',
  EISDIR: 'it is a folder',
  ENOENT: 'there is none',
  ENOTDIR: 'there is none',
};

/**
 * The text of a file that a setting names.
 * @throws {Complaint} `what` could not be read, and why.
 */
export function readNamedFile(path: string, what: string): string {
  try {
    return readFileSync(path, 'utf8').replace(/^\uFEFF/, '');
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? String(error.code) : '';
    throw new Complaint(`${what} could not be read: ${REASONS[code] ?? code}.`, { cause: error });
  }
}
