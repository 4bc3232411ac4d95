import { dirname, resolve } from 'node:path';

import { Complaint, quote, readNamedFile } from './complaint.ts';
import { SETTINGS, SETTING_NAMES } from './given.ts';
import type { Given, Layer } from './given.ts';
import { suggestion } from './nearest-name.ts';

/**
 * Reads the configuration file: one JSON object whose keys are the flags' names without their dashes.
 * @throws {Complaint} it cannot be read, is not JSON, or has a key that is no setting.
 */
export function readConfigFile(path: string): Layer {
  const layer = new Map<string, Given>();
  const folder = dirname(resolve(path));
  for (const [key, json] of Object.entries(parse(path))) {
    if (!SETTINGS.has(key)) {
      const near = suggestion(key, SETTING_NAMES);
      throw new Complaint(`Key ${quote(key)} in ${path} is no setting of rtc-chat.${near}`);
    }
    layer.set(key, { json, source: `Key "${key}" in ${path}`, folder });
  }
  return layer;
}

function parse(path: string): object {
  const text = readNamedFile(path, `The configuration file ${path}`);
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (error) {
    throw new Complaint(`${path} is not valid JSON: ${reason(error)}.`, { cause: error });
  }
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    throw new Complaint(`${path} must be one JSON object, such as {"port": 8080}.`);
  }
  return value;
}

/** Without the piece of the file that the engine quotes: it may hold a secret, and what we say is logged. */
function reason(error: unknown): string {
  const message = error instanceof Error ? error.message : String(error);
  return message.replace(/(?:, )?(?:\.\.\.)?".*"(?:\.\.\.)? is not valid JSON$/s, '');
}
