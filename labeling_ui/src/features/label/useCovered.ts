import { useEffect, useMemo, useState, useSyncExternalStore } from 'react';
import type { Covered } from '@/geometry/frame';
import { scale } from '@/styles/scale';

const NARROW = '(max-width: 640px)';
const LOW = '(max-height: 520px)';
/** Between the question and the tile. */
const GAP_PX = 4;

function subscribe(listener: () => void): () => void {
  const queries = [NARROW, LOW].map((query) => window.matchMedia(query));
  for (const query of queries) query.addEventListener('change', listener);
  window.addEventListener('resize', listener);
  return () => {
    for (const query of queries) query.removeEventListener('change', listener);
    window.removeEventListener('resize', listener);
  };
}

const matches = (query: string) => () => window.matchMedia(query).matches;

/**
 * What the panels cover, the same while fixing, so that nothing jumps: on a phone the tile has the
 * full width, and no panel lies over it.
 *
 * @param top the cards of the upper edge; null while they say something else in passing.
 */
export function useCovered(top: HTMLElement | null): Covered {
  const narrow = useSyncExternalStore(subscribe, matches(NARROW));
  const low = useSyncExternalStore(subscribe, matches(LOW));
  const large = useSyncExternalStore(subscribe, scale);
  const top_px = useTallest(narrow ? top : null);
  return useMemo(() => {
    if (narrow) return { top: Math.max(84, top_px + GAP_PX), right: 2, bottom: 232, left: 2 };
    if (low) return { top: 8, right: 90, bottom: 84, left: 8 };
    const [side, above, below] = [90 * large, 100 * large, 158 * large];
    return { top: above, right: side, bottom: below, left: side };
  }, [narrow, low, large, top_px]);
}

/** How far down an element has reached so far: it only grows, so that tiles stand where they stood. */
function useTallest(element: HTMLElement | null): number {
  const [bottom_px, setBottom] = useState(0);
  useEffect(() => {
    if (element === null) return;
    const watch = new ResizeObserver(() => {
      const { bottom } = element.getBoundingClientRect();
      setBottom((before) => Math.max(before, Math.ceil(bottom)));
    });
    watch.observe(element);
    return () => watch.disconnect();
  }, [element]);
  return bottom_px;
}
