import { contours } from '@/geometry/contours';
import { cut, stroke, united, without } from '@/geometry/clip';
import type { Grid } from '@/geometry/grid';
import { ringsToDegrees, ringsToPixels, tileBounds, type Tile } from '@/geometry/mercator';
import {
  area,
  boundsOf,
  centroid,
  contains,
  mapped,
  overlap,
  type Position,
  type Rings,
} from '@/geometry/shapes';
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
const SPECK_PX2 = 30;

const did = (work: Work, act: string): Work['acts'] => ({
  ...work.acts,
  [act]: (work.acts[act] ?? 0) + 1,
});

const replaced = (
  work: Work,
  id: string,
  change: (outline: Outline) => Outline,
): Work['outlines'] =>
  work.outlines.map((outline) => (outline.id === id ? change(outline) : outline));

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
  const near = tileBounds(tile);
  const found: Outline[] = [];
  for (const shape of contours(grid, level * 255, SPECK_PX2)) {
    const rings = ringsToDegrees(simplified(shape, 0.8), grid.zoom);
    if (rings.length === 0 || !overlap(boundsOf(rings), near)) continue;
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

/** Takes others' place: the given outlines go, the shapes come. `shapes` in world pixels. */
function exchanged(
  work: Work,
  ids: readonly string[],
  shapes: readonly Rings[],
  zoom: number,
  act: string,
): Work {
  const outlines = work.outlines.filter((outline) => !ids.includes(outline.id));
  const made = shapes
    .filter((shape) => area(shape) >= SPECK_PX2 / 4)
    .map((shape, index): Outline => ({
      id: `drawn-${work.next + index}`,
      rings: ringsToDegrees(shape, zoom),
      kind: 'drawn',
      confidence: null,
      gone: false,
    }));
  return {
    ...work,
    outlines: [...outlines, ...made],
    acts: did(work, act),
    next: work.next + made.length,
  };
}

/** Paints: what the stroke touches grows together with it. Points in world pixels. */
export function brushed(
  work: Work,
  points: readonly Position[],
  radius: number,
  zoom: number,
): Work {
  const painted = stroke(points, radius);
  const touched = touchedBy(work, painted, zoom);
  const shapes = united([...painted, ...touched.map((one) => one.shape)]);
  const whole = shapes.map((shape) => simplified(shape, 0.4)).filter((shape) => shape.length > 0);
  return exchanged(
    work,
    touched.map((one) => one.id),
    whole,
    zoom,
    'brush',
  );
}

/** Rubs out: what the stroke touches loses that ground. */
export function erased(
  work: Work,
  points: readonly Position[],
  radius: number,
  zoom: number,
): Work {
  const rubbed = stroke(points, radius);
  const touched = touchedBy(work, rubbed, zoom);
  if (touched.length === 0) return work;
  const left = touched.flatMap((one) => without(one.shape, rubbed));
  return exchanged(
    work,
    touched.map((one) => one.id),
    left,
    zoom,
    'erase',
  );
}

/** Cuts along a line: an outline that falls apart becomes several. */
export function split(work: Work, line: readonly Position[], zoom: number): Work {
  const parts = standing(work).flatMap((outline) => {
    const pieces = cut(ringsToPixels(outline.rings, zoom), line);
    return pieces.length > 1 ? [{ id: outline.id, pieces }] : [];
  });
  if (parts.length === 0) return work;
  const ids = parts.map((part) => part.id);
  return exchanged(
    work,
    ids,
    parts.flatMap((part) => part.pieces),
    zoom,
    'split',
  );
}

/** Makes one of two outlines; work is unchanged where they do not touch. */
export function merged(work: Work, first: string, second: string, zoom: number): Work {
  const both = standing(work).filter((one) => one.id === first || one.id === second);
  if (both.length !== 2) return work;
  const shapes = united(both.map((one) => ringsToPixels(one.rings, zoom)));
  return shapes.length === 1 ? exchanged(work, [first, second], shapes, zoom, 'merge') : work;
}

function touchedBy(
  work: Work,
  painted: readonly Rings[],
  zoom: number,
): { id: string; shape: Rings }[] {
  return standing(work).flatMap((outline) => {
    const shape = ringsToPixels(outline.rings, zoom);
    const near = painted.some((one) => overlap(boundsOf(one), boundsOf(shape)));
    const before = painted.length + 1;
    return near && united([shape, ...painted]).length < before ? [{ id: outline.id, shape }] : [];
  });
}
