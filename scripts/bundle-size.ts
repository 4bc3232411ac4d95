import { readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { gzipSync } from 'node:zlib';

export interface BundleSize {
  readonly bytes: number;
  /** The script and, recursively, what it imports statically: what a page must fetch to start. */
  readonly files: readonly string[];
}

const staticImport = /\b(?:import|export)\b[^'"`();]*?(?:\bfrom\s*)?["'`]([^"'`]+)["'`]/g;

/** Sums the gzipped sizes (level 9) of a built script and of its static imports. */
export function bundleSize(entry: string): BundleSize {
  const files = new Set<string>();
  const waiting = [entry];
  let bytes = 0;
  for (let file = waiting.pop(); file !== undefined; file = waiting.pop()) {
    if (files.has(file)) continue;
    files.add(file);
    const source = readFileSync(file);
    bytes += gzipSync(source, { level: 9 }).byteLength;
    waiting.push(...staticImports(source.toString()).map((path) => join(dirname(file), path)));
  }
  return { bytes, files: [...files] };
}

/** `import(…)` is not among them: its parenthesis comes before the name. */
export const staticImports = (source: string): string[] =>
  [...source.matchAll(staticImport)].flatMap(([, path]) => path ?? []);
