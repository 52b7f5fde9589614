interface KeyboardWithLayout {
  getLayoutMap(): Promise<ReadonlyMap<string, string>>;
}

let found: ReadonlyMap<string, string> | null = null;
let asked = false;
const listeners = new Set<() => void>();

/** What stands on the keys, where the browser tells (Chromium does); null otherwise. */
export const layout = (): ReadonlyMap<string, string> | null => found;

export function subscribeToLayout(listener: () => void): () => void {
  listeners.add(listener);
  if (!asked) {
    asked = true;
    const { keyboard } = navigator as Navigator & { keyboard?: KeyboardWithLayout };
    keyboard
      ?.getLayoutMap()
      .then((map) => {
        found = map;
        for (const one of listeners) one();
      })
      .catch(() => {}); // names of the keys on a US keyboard will do
  }
  return () => listeners.delete(listener);
}
