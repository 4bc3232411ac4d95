import { Writable } from 'node:stream';

import { pino } from 'pino';
import type { Logger } from 'pino';

/** A log that is kept, at every level. */
export class Lines {
  readonly logger: Logger;
  readonly #lines: string[] = [];

  constructor() {
    const stream = new Writable({
      write: (chunk: Buffer, _encoding, done) => {
        this.#lines.push(chunk.toString());
        done();
      },
    });
    this.logger = pino({ level: 'trace', base: null }, stream);
  }

  get text(): string {
    return this.#lines.join('');
  }

  get objects(): readonly Readonly<Record<string, unknown>>[] {
    return this.#lines.map((line) => JSON.parse(line) as Record<string, unknown>);
  }

  get events(): readonly unknown[] {
    return this.objects.map(({ event }) => event);
  }
}
