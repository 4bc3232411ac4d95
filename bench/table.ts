import { BASE } from './adapters.ts';
import type { Verdict } from './goals.ts';
import { type Findings, median, type Series } from './series.ts';

const show = (value: number): string => {
  const digits = Math.abs(value) >= 100 ? 0 : Math.abs(value) >= 10 ? 1 : 2;
  return value.toLocaleString('en', {
    minimumFractionDigits: digits,
    maximumFractionDigits: digits,
  });
};

const cell = (series: Series | undefined, base: Series | undefined): string => {
  if (!series) return '–';
  const { samples } = series;
  const middle = median(samples);
  const range =
    samples.length > 1 ? ` (${show(Math.min(...samples))}–${show(Math.max(...samples))})` : '';
  const ratio = base && base !== series ? `, ×${(middle / median(base.samples)).toFixed(2)}` : '';
  return `${show(middle)}${range}${ratio}`;
};

const unique = (values: readonly string[]): readonly string[] => [...new Set(values)];

/** Median (minimum–maximum), and how many times that of `base`; a row for each adapter, in Markdown. */
export function tablesOf(
  { series, failures }: Findings,
  titles: ReadonlyMap<string, string>,
  base: string = BASE,
): string {
  const lines: string[] = [];
  for (const metric of unique(series.map((each) => each.metric))) {
    const ofMetric = series.filter((each) => each.metric === metric);
    for (const pair of unique(ofMetric.map((each) => each.pair))) {
      const here = ofMetric.filter((each) => each.pair === pair);
      const measures = unique(here.map(({ measure }) => measure));
      const find = (adapter: string, measure: string): Series | undefined =>
        here.find((each) => each.adapter === adapter && each.measure === measure);
      const unitOf = (measure: string): string =>
        here.find((each) => each.measure === measure)?.unit ?? '';
      lines.push(`#### ${titles.get(metric) ?? metric}${pair === '' ? '' : `: ${pair}`}`, '');
      const adapters = unique(here.map(({ adapter }) => adapter));
      const rows =
        adapters.length === 1
          ? [
              ['', adapters[0] ?? ''],
              ...measures.map((measure) => [
                `${measure}, ${unitOf(measure)}`,
                cell(find(adapters[0] ?? '', measure), undefined),
              ]),
            ]
          : [
              ['', ...measures.map((measure) => `${measure}, ${unitOf(measure)}`)],
              ...adapters.map((adapter) => [
                adapter,
                ...measures.map((measure) => cell(find(adapter, measure), find(base, measure))),
              ]),
            ];
      lines.push(...markdown(rows), '');
    }
  }
  if (failures.length > 0) {
    lines.push('#### What failed', '');
    for (const { metric, adapter, pair, message } of failures)
      lines.push(`- ${metric}, ${adapter}, ${pair}: ${message}`);
    lines.push('');
  }
  return lines.join('\n');
}

/** What was to be reached and what was, a row for each goal. */
export function verdictTable(verdicts: readonly Verdict[]): string {
  if (verdicts.length === 0) return '';
  const rows = verdicts.map(({ goal, pair, measured, bound, reached }) => [
    goal,
    pair,
    show(measured),
    show(bound),
    reached ? 'yes' : '**no**',
  ]);
  const head = ['goal', 'pair', 'measured', 'bound', 'reached'];
  return ['#### What is to be reached', '', ...markdown([head, ...rows]), ''].join('\n');
}

function markdown(rows: readonly (readonly string[])[]): readonly string[] {
  const widths = (rows[0] ?? []).map((_, column) =>
    Math.max(3, ...rows.map((row) => (row[column] ?? '').length)),
  );
  const line = (cells: readonly string[]): string =>
    `| ${widths.map((width, column) => (cells[column] ?? '').padEnd(width)).join(' | ')} |`;
  const rule = `| ${widths.map((width) => '-'.repeat(width)).join(' | ')} |`;
  const [head = [], ...rest] = rows;
  return [line(head), rule, ...rest.map(line)];
}
