import { randomBytes } from 'node:crypto';

import { renderUnicodeCompact } from 'uqr';

/** Letters and digits that are not taken for one another; 32 of them, so that each byte chooses evenly. */
const LETTERS = 'abcdefghijkmnpqrstuvwxyz23456789';
/** White on black whatever the terminal's colours are: not every phone reads a code with its colours turned. */
const ON_BLACK = '\u001b[38;5;231;48;5;16m';
const PLAIN = '\u001b[0m';

/** The name of a room that nobody else has. */
export function freshRoom(): string {
  return Array.from(randomBytes(8), (byte) => LETTERS[byte % LETTERS.length]).join('');
}

export interface Welcome {
  /** Of the pages that others in the network can open, the likeliest first. */
  readonly urls: readonly string[];
  readonly room: string;
  /** Whether the terminal can be told colours. */
  readonly colours: boolean;
  /** The SHA-256 fingerprint of a certificate that browsers do not know; null where they do. */
  readonly fingerprint: string | null;
}

/** What somebody needs who wants others beside them in the same room: each URL, a code for a phone, what browsers ask. */
export function lanWelcome({ urls, room, colours, fingerprint }: Welcome): string {
  const links = urls.map((url) => `${url}/#${room}`);
  const [first] = links;
  if (first === undefined) {
    return 'This machine is in no network at the moment: nobody beside it can reach it.\n';
  }
  const parts = [
    'Whoever opens one of these is in the same room:',
    links.map((link) => `  ${link}`).join('\n'),
    indent(code(first, colours)),
  ];
  if (fingerprint !== null) {
    parts.push(
      `The certificate is of our own making, so a browser warns once. Choose "Advanced" there, then
to go on. Whoever wants to be sure compares its SHA-256 fingerprint:
  ${fingerprint}`,
    );
  }
  return `\n${parts.join('\n\n')}\n`;
}

function code(link: string, colours: boolean): string {
  const lines = renderUnicodeCompact(link, { border: 2 }).split('\n');
  return lines.map((line) => (colours ? `${ON_BLACK}${line}${PLAIN}` : line)).join('\n');
}

function indent(text: string): string {
  return text.replaceAll(/^/gm, '  ');
}
