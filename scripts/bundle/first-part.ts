interface Modules {
  getModuleInfo(id: string): { readonly importedIds: readonly string[] } | null;
}

/** Exported by the headless room, for pages that have no broadcaster; the script for pages has no use for it. */
const unused = /\/memory-signaling\.ts$/;

/**
 * Names the chunk of everything that `entry` imports: what is fetched later shares it. The entry itself keeps its plain
 * name and only passes on, so that a page may write anything behind that name (`rtc-chat.js?2`) and all is there once.
 */
export function firstPart(entry: string, name: string) {
  const first = new Set<string>([entry]);
  return (id: string, modules: Modules): string | null => {
    if (first.size === 1) {
      // What is found on the way is visited as well.
      for (const found of first) {
        for (const next of modules.getModuleInfo(found)?.importedIds ?? []) {
          if (!unused.test(next)) first.add(next);
        }
      }
    }
    return first.has(id) ? name : null;
  };
}
