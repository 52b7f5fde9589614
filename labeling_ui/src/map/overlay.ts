import type { Outline } from '@/actions/outlines';
import { toScreen, type Frame } from '@/geometry/frame';
import { ringsToPixels, TILE_PX, toPixels, type Tile } from '@/geometry/mercator';
import type { Position, Ring, Rings } from '@/geometry/shapes';
import { LINES, lookOf, MINE, NIGHT, WRONG, type Look } from './looks';

/** What lies over the picture of a tile. Places in longitude and latitude. */
export interface Drawing {
  readonly outlines: readonly Outline[];
  readonly selected: string | null;
  /** Where the service found an outline wrong. */
  readonly wrong: Position | null;
}

/** A line while it is drawn, in world pixels. */
export interface Stroke {
  readonly points: readonly Position[];
  readonly radius: number;
}

/**
 * Frame, outlines and strokes on a canvas of their own above the picture. A tile has some dozens of
 * outlines: painting them all takes a millisecond, where the map below would cut them into tiles in
 * a worker and paint the whole screen anew.
 */
export interface Overlay {
  draw(drawing: Drawing): void;
  hide(hidden: boolean): void;
  stroke(stroke: Stroke | null): void;
  /** Paints at once: where the tile stands has changed, or the size of the screen. */
  place(frame: Frame, tile: Tile): void;
  destroy(): void;
}

interface Shape {
  readonly rings: Rings;
  readonly look: Look;
  readonly selected: boolean;
}

const FRAME_PX = 2;
const CORNER_PX = 4;
const RING_PX = 24;

export function createOverlay(canvas: HTMLCanvasElement): Overlay {
  const context = canvas.getContext('2d');
  let drawing: Drawing = { outlines: [], selected: null, wrong: null };
  let shapes: readonly Shape[] = [];
  let hidden = false;
  let line: Stroke | null = null;
  let placed: { frame: Frame; tile: Tile } | null = null;
  let frameRequest = 0;

  const paint = (): void => {
    cancelAnimationFrame(frameRequest);
    frameRequest = 0;
    if (context === null || placed === null) return;
    const { frame, tile } = placed;
    sized(canvas, context);
    const place = (at: Position): Position => toScreen(frame, tile, at);
    context.strokeStyle = '#ffffffe6';
    context.lineWidth = FRAME_PX;
    context.strokeRect(frame.left, frame.top, frame.side, frame.side);
    if (!hidden) {
      paintShapes(context, shapes, place);
      if (drawing.wrong !== null) paintWrong(context, place(toPixels(drawing.wrong, tile.z)));
    }
    if (line !== null) paintStroke(context, line, place, frame.side / TILE_PX);
  };
  /** Several changes of one moment are painted once. */
  const soon = (): void => {
    if (frameRequest === 0) frameRequest = requestAnimationFrame(paint);
  };
  const shape = (): void => {
    const zoom = placed?.tile.z ?? 0;
    shapes = drawing.outlines.map((outline) => ({
      rings: ringsToPixels(outline.rings, zoom),
      look: lookOf(outline),
      selected: outline.id === drawing.selected,
    }));
  };

  return {
    draw(next) {
      drawing = next;
      shape();
      soon();
    },
    hide(now) {
      hidden = now;
      soon();
    },
    stroke(next) {
      line = next;
      soon();
    },
    place(frame, tile) {
      const zoom = placed?.tile.z;
      placed = { frame, tile };
      if (zoom !== tile.z) shape();
      paint();
    },
    destroy: () => cancelAnimationFrame(frameRequest),
  };
}

/** As many dots as the screen has, and nothing on them. */
function sized(canvas: HTMLCanvasElement, context: CanvasRenderingContext2D): void {
  const density = window.devicePixelRatio;
  const width = Math.round(canvas.clientWidth * density);
  const height = Math.round(canvas.clientHeight * density);
  if (canvas.width !== width) canvas.width = width;
  if (canvas.height !== height) canvas.height = height;
  context.setTransform(density, 0, 0, density, 0, 0);
  context.clearRect(0, 0, canvas.clientWidth, canvas.clientHeight);
}

type Place = (at: Position) => Position;

/** All of one look are one path: a stroke of many outlines costs hardly more than one of a single. */
function paintShapes(
  context: CanvasRenderingContext2D,
  shapes: readonly Shape[],
  place: Place,
): void {
  const looks = Object.keys(LINES) as Look[];
  const groups = looks
    .flatMap((look) => [false, true].map((selected) => ({ look, selected })))
    .map(({ look, selected }) => {
      const mine = shapes.filter((one) => one.look === look && one.selected === selected);
      return { line: LINES[look], selected, empty: mine.length === 0, path: pathOf(mine, place) };
    })
    .filter(({ empty }) => !empty);
  context.lineJoin = 'round';
  for (const { path, line, selected } of groups) {
    context.globalAlpha = selected ? 0.22 : 0.08;
    context.fillStyle = line.fill;
    context.fill(path, 'evenodd');
  }
  context.globalAlpha = 0.6;
  context.strokeStyle = NIGHT;
  for (const { path, line } of groups) {
    context.lineWidth = line.casing_px;
    context.stroke(path);
  }
  context.globalAlpha = 1;
  for (const { path, line, selected } of groups) {
    context.strokeStyle = line.colour;
    context.setLineDash([...line.dash_px]);
    context.lineWidth = selected ? line.width_px + 2 : line.width_px;
    context.stroke(path);
  }
  context.setLineDash([]);
  const corners = shapes
    .filter(({ look }) => look === 'mine')
    .flatMap(({ rings }) => rings[0] ?? []);
  for (const corner of corners) dot(context, place(corner), CORNER_PX, MINE, NIGHT, 1.5);
}

function pathOf(shapes: readonly Shape[], place: Place): Path2D {
  const path = new Path2D();
  for (const { rings } of shapes) for (const ring of rings) addRing(path, ring, place);
  return path;
}

function addRing(path: Path2D, ring: Ring, place: Place): void {
  // The last position is the first: the path is closed instead, so that its corner is round.
  for (const [index, at] of ring.slice(0, -1).entries()) {
    const [x, y] = place(at);
    if (index === 0) path.moveTo(x, y);
    else path.lineTo(x, y);
  }
  path.closePath();
}

function dot(
  context: CanvasRenderingContext2D,
  [x, y]: Position,
  radius_px: number,
  fill: string | null,
  edge: string,
  edge_px: number,
): void {
  context.beginPath();
  context.arc(x, y, radius_px, 0, 2 * Math.PI);
  if (fill !== null) {
    context.fillStyle = fill;
    context.fill();
  }
  context.lineWidth = edge_px;
  context.strokeStyle = edge;
  context.stroke();
}

/** A red ring around the place. */
function paintWrong(context: CanvasRenderingContext2D, at: Position): void {
  dot(context, at, RING_PX + 2, null, NIGHT, 9);
  dot(context, at, RING_PX + 2, null, WRONG, 4);
}

function paintStroke(
  context: CanvasRenderingContext2D,
  { points, radius }: Stroke,
  place: Place,
  scale: number,
): void {
  const [first, ...rest] = points.map(place);
  if (first === undefined) return;
  context.beginPath();
  context.moveTo(...first);
  for (const at of rest.length === 0 ? [first] : rest) context.lineTo(...at);
  context.globalAlpha = 0.45;
  context.lineCap = 'round';
  context.lineJoin = 'round';
  context.lineWidth = 2 * radius * scale;
  context.strokeStyle = MINE;
  context.stroke();
  context.globalAlpha = 1;
  context.lineCap = 'butt';
}
