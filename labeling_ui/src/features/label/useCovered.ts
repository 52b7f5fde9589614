import { useMemo, useSyncExternalStore } from 'react';
import type { Covered } from '@/geometry/frame';

const NARROW = '(max-width: 640px)';
const LOW = '(max-height: 520px)';

function subscribe(listener: () => void): () => void {
  const queries = [NARROW, LOW].map((query) => window.matchMedia(query));
  for (const query of queries) query.addEventListener('change', listener);
  return () => {
    for (const query of queries) query.removeEventListener('change', listener);
  };
}

const matches = (query: string) => () => window.matchMedia(query).matches;

/** What the panels cover, the same while fixing, so that nothing jumps: on a phone the tile has the full width, and no tool lies over it. */
export function useCovered(): Covered {
  const narrow = useSyncExternalStore(subscribe, matches(NARROW));
  const low = useSyncExternalStore(subscribe, matches(LOW));
  return useMemo(() => {
    if (narrow) return { top: 84, right: 2, bottom: 232, left: 2 };
    if (low) return { top: 8, right: 90, bottom: 84, left: 8 };
    return { top: 100, right: 90, bottom: 158, left: 90 };
  }, [narrow, low]);
}
