import { contours } from '@/geometry/contours';
import type { Grid } from '@/geometry/grid';
import { hit } from '@/geometry/hit';
import { ringsToDegrees, ringsToPixels, tileSquare, type Tile } from '@/geometry/mercator';
import { centroid, contains, mapped, meets, type Position, type Rings } from '@/geometry/shapes';
import { simplified } from '@/geometry/simplify';

/**
 * `model`: as the model made it. `adjusted`: the model's, grown, shrunk or moved as a layer.
 * `drawn`: by a person's hand, or reshaped by it. `known`: the truth, in the practice only.
 */
export type OutlineKind = 'model' | 'adjusted' | 'drawn' | 'known';

export interface Outline {
  readonly id: string;
  readonly rings: Rings;
  readonly kind: OutlineKind;
  readonly confidence: number | null;
  /** Taken away, and still shown, so that it can come back. */
  readonly gone: boolean;
}

/** What a person has made of one tile so far. */
export interface Work {
  readonly outlines: readonly Outline[];
  /** Where the threshold slider stands; null: where the model put it. */
  readonly level: number | null;
  /** How often each act was done, for the campaign's account of people's time. */
  readonly acts: Readonly<Record<string, number>>;
  /** Number of the next outline that a person makes. */
  readonly next: number;
}

/** Smaller things than this are specks, not objects (pixels²). */
export const SPECK_PX2 = 30;

export const did = (work: Work, act: string): Work['acts'] => ({
  ...work.acts,
  [act]: (work.acts[act] ?? 0) + 1,
});

const replaced = (
  work: Work,
  id: string,
  change: (outline: Outline) => Outline,
): Work['outlines'] =>
  work.outlines.map((outline) => (outline.id === id ? change(outline) : outline));

/** The outline that a tap means; `at` and `reach` in world pixels. */
export function outlineAt(work: Work, at: Position, reach: number, zoom: number): string | null {
  const shapes = work.outlines.map(({ rings }) => ringsToPixels(rings, zoom));
  return work.outlines[hit(shapes, at, reach) ?? -1]?.id ?? null;
}

export const standing = (work: Work): Outline[] => work.outlines.filter((outline) => !outline.gone);

/** Takes an outline away, or brings it back. What a person drew vanishes altogether. */
export function toggled(work: Work, id: string): Work {
  const outline = work.outlines.find((one) => one.id === id);
  if (outline === undefined) return work;
  if (outline.kind === 'drawn') {
    const outlines = work.outlines.filter((one) => one.id !== id);
    return { ...work, outlines, acts: did(work, 'delete') };
  }
  return {
    ...work,
    outlines: replaced(work, id, (one) => ({ ...one, gone: !one.gone })),
    acts: did(work, outline.gone ? 'restore' : 'delete'),
  };
}

export function added(work: Work, rings: Rings, act: string): Work {
  const outline: Outline = {
    id: `drawn-${work.next}`,
    rings,
    kind: 'drawn',
    confidence: null,
    gone: false,
  };
  return {
    ...work,
    outlines: [...work.outlines, outline],
    acts: did(work, act),
    next: work.next + 1,
  };
}

export function reshaped(work: Work, id: string, rings: Rings): Work {
  return {
    ...work,
    outlines: replaced(work, id, (one) => ({ ...one, rings, kind: 'drawn' })),
    acts: did(work, 'reshape'),
  };
}

/** Moves the model's outlines together, for imagery that lies beside the truth. In world pixels. */
export function moved(work: Work, dx: number, dy: number, zoom: number): Work {
  const move = (rings: Rings): Rings =>
    ringsToDegrees(
      mapped(ringsToPixels(rings, zoom), ([x, y]): Position => [x + dx, y + dy]),
      zoom,
    );
  return {
    ...work,
    outlines: work.outlines.map((one) =>
      one.kind === 'drawn'
        ? one
        : { ...one, rings: move(one.rings), kind: 'adjusted', confidence: null },
    ),
    acts: did(work, 'shift'),
  };
}

/** The model's outlines at another threshold, recomputed; a person's own outlines stay. */
export function atLevel(work: Work, level: number, grid: Grid, tile: Tile): Work {
  const kept = work.outlines.filter((outline) => outline.kind === 'drawn');
  const gone = work.outlines.filter((outline) => outline.gone);
  const here_px = tileSquare(tile);
  const found: Outline[] = [];
  for (const shape of contours(grid, level * 255, SPECK_PX2)) {
    if (!meets(shape, here_px)) continue; // its neighbours' matter; the service refuses it
    const rings = ringsToDegrees(simplified(shape, 0.8), grid.zoom);
    if (rings.length === 0) continue;
    const middle = centroid(rings);
    if (kept.some((one) => contains(one.rings, middle))) continue;
    found.push({
      id: `level-${found.length}`,
      rings,
      kind: 'adjusted',
      confidence: null,
      gone: gone.some((one) => contains(one.rings, middle)),
    });
  }
  return {
    ...work,
    outlines: [...found, ...kept],
    level,
    acts: work.level === null ? did(work, 'threshold') : work.acts,
  };
}
