/** ` Did you mean --port?`, where one of the names is close enough to what was written; else nothing. */
export function suggestion(written: string, names: readonly string[]): string {
  const near = nearest(written, names);
  return near === null ? '' : ` Did you mean ${near}?`;
}

/** The name that takes the fewest slips of the hand, at most one in three letters; null where there is none. */
export function nearest(written: string, names: readonly string[]): string | null {
  let best: string | null = null;
  let fewest = Math.floor(Math.min(written.length, 60) / 3) + 1;
  for (const name of names) {
    const slips = distance(written.slice(0, 60), name);
    if (slips < fewest) [best, fewest] = [name, slips];
  }
  return best;
}

/** Letters added, left out, changed or swapped with their neighbour (optimal string alignment). */
function distance(from: string, to: string): number {
  let before: number[] = [];
  let above = Array.from({ length: to.length + 1 }, (_, column) => column);
  for (let row = 1; row <= from.length; row += 1) {
    const line = [row];
    for (let column = 1; column <= to.length; column += 1) {
      const [here, there] = [from[row - 1], to[column - 1]];
      let slips = Math.min(
        (above[column] ?? 0) + 1,
        (line[column - 1] ?? 0) + 1,
        (above[column - 1] ?? 0) + (here === there ? 0 : 1),
      );
      if (row > 1 && here === to[column - 2] && from[row - 2] === there) {
        slips = Math.min(slips, (before[column - 2] ?? 0) + 1);
      }
      line.push(slips);
    }
    [before, above] = [above, line];
  }
  return above[to.length] ?? 0;
}
