interface Modules {
  getModuleInfo(id: string): { readonly importedIds: readonly string[] } | null;
}

/** Of no use to a script for pages: what pages without a broadcaster have, and what is fetched where WebSockets are blocked. */
const unused = /\/memory-signaling\.ts$|engine\.io-client.*\/(polling|has-cors)/;

/** A part of the script: its name, and what it is entered by. */
export type Part = readonly [name: string, ...entries: string[]];

/**
 * The groups of chunks: each module is in the first of `parts` that needs it, a part being what its entries import. What
 * is fetched later finds in the parts before it what it shares with them. So an entry of the page keeps its plain name and
 * only passes on: a page may write anything behind that name (`rtc-chat.js?2`), and all is there once.
 */
export function partGroups(parts: readonly Part[]) {
  const names = new Map<string, string>();
  const nameOf = (id: string, modules: Modules): string | undefined => {
    if (names.size === 0) {
      for (const [part, ...entries] of parts) {
        const found = new Set(entries);
        // What is found on the way is visited as well.
        for (const at of found) {
          if (!names.has(at)) names.set(at, part);
          for (const next of modules.getModuleInfo(at)?.importedIds ?? [])
            if (!unused.test(next)) found.add(next);
        }
      }
    }
    return names.get(id);
  };
  return parts.map(([part], i) => ({
    debugName: part,
    priority: parts.length - i,
    name: (id: string, modules: Modules) => (nameOf(id, modules) === part ? part : null),
  }));
}
