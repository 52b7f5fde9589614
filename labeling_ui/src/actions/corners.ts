import { away, nearestOn } from '@/geometry/hit';
import { ringsToPixels, toDegrees, toPixels } from '@/geometry/mercator';
import { closed, type Position } from '@/geometry/shapes';
import { reshaped, standing, type Outline, type Work } from './outlines';

/** One corner of an outline's outer ring. */
export interface Corner {
  readonly id: string;
  readonly index: number;
}

/** The corners of an outline's outer ring, each once. */
const cornersOf = ({ rings }: Outline): readonly Position[] => (rings[0] ?? []).slice(0, -1);

const outlineOf = (work: Work, id: string): Outline | undefined =>
  standing(work).find((one) => one.id === id);

/** How many corners the corner's outline has. */
export const countOf = (work: Work, { id }: Corner): number => {
  const outline = outlineOf(work, id);
  return outline === undefined ? 0 : cornersOf(outline).length;
};

/** Where a corner is, in world pixels; null when it is gone. */
export function placeOf(work: Work, { id, index }: Corner, zoom: number): Position | null {
  const outline = outlineOf(work, id);
  const found = outline === undefined ? undefined : cornersOf(outline)[index];
  return found === undefined ? null : toPixels(found, zoom);
}

/** The corner after this one; after an outline's last comes the next outline's first. */
export function nextCorner(work: Work, corner: Corner | null): Corner | null {
  const all = standing(work).flatMap((outline) =>
    cornersOf(outline).map((_, index): Corner => ({ id: outline.id, index })),
  );
  const at = all.findIndex((one) => one.id === corner?.id && one.index === corner.index);
  return all[(at + 1) % all.length] ?? null;
}

/** The corner nearest to a place, if one is in reach. World pixels. */
export function cornerNear(work: Work, at: Position, reach: number, zoom: number): Corner | null {
  let nearest: { corner: Corner; far: number } | null = null;
  for (const outline of standing(work)) {
    for (const [index, place] of cornersOf(outline).entries()) {
      const far = away(toPixels(place, zoom), at);
      if (far <= (nearest?.far ?? reach)) nearest = { corner: { id: outline.id, index }, far };
    }
  }
  return nearest?.corner ?? null;
}

/** A new corner on the side nearest to a place, if one is in reach. World pixels. */
export function withCorner(
  work: Work,
  at: Position,
  reach: number,
  zoom: number,
): { readonly work: Work; readonly corner: Corner } | null {
  let nearest: { corner: Corner; place: Position; far: number } | null = null;
  for (const outline of standing(work)) {
    const [ring = []] = ringsToPixels(outline.rings, zoom);
    for (const [index, from] of ring.slice(0, -1).entries()) {
      const place = nearestOn(from, ring[index + 1] ?? from, at);
      const far = away(place, at);
      if (far > (nearest?.far ?? reach)) continue;
      nearest = { corner: { id: outline.id, index: index + 1 }, place, far };
    }
  }
  if (nearest === null) return null;
  const { corner, place } = nearest;
  const next = changed(work, corner.id, (corners) =>
    corners.toSpliced(corner.index, 0, toDegrees(place, zoom)),
  );
  return { work: next, corner };
}

/** Takes a corner elsewhere. What follows on itself, as a row of key presses, counts once. */
export function cornerMoved(
  work: Work,
  corner: Corner,
  to: Position,
  zoom: number,
  follows = false,
): Work {
  const next = changed(work, corner.id, (corners) =>
    corners.with(corner.index, toDegrees(to, zoom)),
  );
  return follows ? { ...next, acts: work.acts } : next;
}

/** Takes the corner nearest to a place away, if one is in reach (world pixels) and three are left. */
export function withoutCorner(work: Work, at: Position, reach: number, zoom: number): Work {
  const corner = cornerNear(work, at, reach, zoom);
  if (corner === null || countOf(work, corner) <= 3) return work;
  return changed(work, corner.id, (corners) => corners.toSpliced(corner.index, 1));
}

function changed(
  work: Work,
  id: string,
  change: (corners: readonly Position[]) => readonly Position[],
): Work {
  const outline = outlineOf(work, id);
  if (outline === undefined) return work;
  return reshaped(work, id, [closed(change(cornersOf(outline))), ...outline.rings.slice(1)]);
}
