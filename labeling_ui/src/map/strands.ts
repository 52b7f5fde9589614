import type { Frame } from '@/geometry/frame';
import { mapped, type Position, type Rings } from '@/geometry/shapes';
import { LINES, MINE, NIGHT, WHITE, WRONG, type Look } from './looks';

/** A line as it is painted: the one thing that all on the overlay is made of. Pixels of the page. */
export interface Strand {
  /** One alone is a dot. */
  readonly points: readonly Position[];
  readonly width_px: number;
  /** `#rrggbb` */
  readonly colour: string;
  /** Lengths of dashes and gaps, two or four; none: the line is whole. */
  readonly dash_px: readonly number[];
}

/** An outline on the screen. */
export interface Shape {
  readonly rings: Rings;
  readonly look: Look;
  readonly selected: boolean;
}

const FRAME_PX = 2;
const CORNER_PX = 8;
const RING_PX = 26;
const RING_SIDES = 48;
/** What is selected is told by a wider line and a light edge. */
const WIDER_PX = 2;

const LOOKS = Object.keys(LINES) as Look[];
const heightOf = ({ look, selected }: Shape): number =>
  LOOKS.indexOf(look) + (selected ? LOOKS.length : 0);

const strand = (
  points: readonly Position[],
  width_px: number,
  colour: string,
  dash_px: readonly number[] = [],
): Strand => ({ points, width_px, colour, dash_px });

/** The white frame of the tile. */
export function frameStrand({ left, top, side }: Frame): Strand {
  const [right, bottom] = [left + side, top + side];
  const corners: Position[] = [
    [left, top],
    [right, top],
    [right, bottom],
    [left, bottom],
    [left, top],
  ];
  return strand(corners, FRAME_PX, WHITE);
}

/** All casings, then all lines: no outline's casing lies over its neighbour's line. */
export function outlineStrands(
  shapes: readonly Shape[],
  place: (at: Position) => Position,
): Strand[] {
  const placed = [...shapes]
    .sort((one, other) => heightOf(one) - heightOf(other))
    .map((shape) => ({ ...shape, line: LINES[shape.look], rings: mapped(shape.rings, place) }));
  const casings = placed.flatMap(({ rings, line, selected }) =>
    rings.map((ring) =>
      selected
        ? strand(ring, line.casing_px + 2 * WIDER_PX, WHITE)
        : strand(ring, line.casing_px, NIGHT),
    ),
  );
  const lines = placed.flatMap(({ rings, line, selected }) =>
    rings.map((ring) =>
      strand(ring, line.width_px + (selected ? WIDER_PX : 0), line.colour, line.dash_px),
    ),
  );
  const corners = placed
    .filter(({ look }) => look === 'mine')
    .flatMap(({ rings }) => rings[0]?.slice(1) ?? [])
    .flatMap((at) => [strand([at], CORNER_PX + 3, NIGHT), strand([at], CORNER_PX, MINE)]);
  return [...casings, ...lines, ...corners];
}

/** A red ring around a place that is wrong. */
export function ringStrands([x, y]: Position): Strand[] {
  const points = Array.from({ length: RING_SIDES + 1 }, (_, index): Position => {
    const angle = (2 * Math.PI * index) / RING_SIDES;
    return [x + RING_PX * Math.cos(angle), y + RING_PX * Math.sin(angle)];
  });
  return [strand(points, 9, NIGHT), strand(points, 4, WRONG)];
}

/** What is being painted by hand. */
export const strokeStrand = (points: readonly Position[], width_px: number): Strand =>
  strand(points, width_px, MINE);

/** The same, larger: on a screen whose dots are small. */
export const enlarged = (strands: readonly Strand[], times: number): Strand[] =>
  strands.map((one) => ({
    ...one,
    width_px: times * one.width_px,
    dash_px: one.dash_px.map((length) => times * length),
  }));
