import { readFileSync, writeFileSync } from 'node:fs';
import { pathToFileURL } from 'node:url';
import { format, resolveConfig } from 'prettier';
import { GROUPS } from '../src/server/flag.ts';
import { FLAG_NAMES, type FlagName, flagOf } from '../src/server/flags.ts';
import { fileNameOf, variableOf } from '../src/server/given.ts';
import { standardText } from '../src/server/help.ts';

const document = 'docs/configuration.md';
/** What stands between the two is made here. */
const [begin, end] = ['<!-- settings: npm run docs -->', '<!-- end of settings -->'];

/** The document with the settings as the command's own table has them now. */
export async function configurationDocument(): Promise<string> {
  const text = readFileSync(document, 'utf8');
  const [before, after] = [text.indexOf(begin), text.indexOf(end)];
  if (before < 0 || after < before) throw new Error(`${document} has lost its marks.`);
  const parts = [text.slice(0, before), begin, '\n\n', settings(), '\n\n', text.slice(after)];
  return format(parts.join(''), { ...(await resolveConfig(document)), parser: 'markdown' });
}

function settings(): string {
  const groups = Object.entries(GROUPS).flatMap(([group, title]) => {
    const names = FLAG_NAMES.filter((name) => flagOf(name).group === group);
    return names.length === 0 ? [] : [`### ${title}\n\n${names.map(setting).join('\n')}`];
  });
  return groups.join('\n\n');
}

function setting(name: FlagName): string {
  const { kind, help, hide, needs, excludes } = flagOf(name);
  const forms = [`--${name} ${kind.placeholder}`.trim(), variableOf(name)];
  if (hide) forms.push(`--${fileNameOf(name)} FILE`, variableOf(fileNameOf(name)));
  const sentences = [
    `${help.charAt(0).toUpperCase()}${help.slice(1)}.`,
    `Must be ${kind.must}.`,
    `Default: ${standardText(name)}.`,
  ];
  if (needs !== null) sentences.push(`Needs --${needs} as well.`);
  if (excludes !== null) sentences.push(`Excludes --${excludes}.`);
  const words = sentences.join(' ').replaceAll(/[*_<[\]]/g, String.raw`\$&`);
  return `- ${forms.map((form) => `\`${form}\``).join(', ')}  \n  ${words}`;
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) {
  writeFileSync(document, await configurationDocument());
}
