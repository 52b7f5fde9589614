import { cut, joined, stroke, united, without } from '@/geometry/clip';
import { ringsToDegrees, ringsToPixels } from '@/geometry/mercator';
import { area, boundsOf, overlap, type Position, type Rings } from '@/geometry/shapes';
import { simplified } from '@/geometry/simplify';
import { did, SPECK_PX2, standing, type Outline, type Work } from './outlines';

// Tools that cut and join shapes: fetched when one of them is first picked, since the clipping they
// need is a tenth of all that the first tile waits for.

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
  const [one = [], other = []] = both.map((outline) => ringsToPixels(outline.rings, zoom));
  const shapes = joined(one, other).map((shape) => simplified(shape, 0.2));
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
