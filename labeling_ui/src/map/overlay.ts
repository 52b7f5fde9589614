import type { Outline } from '@/actions/outlines';
import { toScreen, type Frame } from '@/geometry/frame';
import { ringsToPixels, TILE_PX, toPixels, type Tile } from '@/geometry/mercator';
import type { Position } from '@/geometry/shapes';
import { lookOf } from './looks';
import { createCanvasPainter } from './paintCanvas';
import { createGlPainter } from './paintGl';
import { NOWHERE, patchOf, type Patch, type Size } from './patch';
import { scale } from '@/styles/scale';
import {
  enlarged,
  frameStrand,
  outlineStrands,
  ringStrands,
  strokeStrand,
  type Shape,
  type Strand,
} from './strands';

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

/** Puts strands on a canvas, in their order. */
export interface Painter {
  /**
   * @param veil lies over all, and is seen through.
   * @param corner where on the page the canvas begins.
   * @param density dots of the screen a pixel.
   */
  paint(strands: readonly Strand[], veil: Veil | null, corner: Position, density: number): void;
  destroy(): void;
}

export interface Veil {
  readonly strand: Strand;
  readonly alpha: number;
}

const VEIL_ALPHA = 0.45;

export function createOverlay(canvas: HTMLCanvasElement): Overlay {
  const painter = createGlPainter(canvas) ?? createCanvasPainter(canvas);
  let drawing: Drawing = { outlines: [], selected: null, wrong: null };
  let shapes: readonly Shape[] = [];
  let hidden = false;
  let line: Stroke | null = null;
  let placed: { frame: Frame; tile: Tile } | null = null;
  let screen: Size = NOWHERE;
  let times = 1;
  let frameRequest = 0;
  let patch: Patch = NOWHERE;

  const paint = (): void => {
    cancelAnimationFrame(frameRequest);
    frameRequest = 0;
    if (painter === null || placed === null) return;
    const { frame, tile } = placed;
    const place = (at: Position): Position => toScreen(frame, tile, at);
    const seen = [frameStrand(frame)];
    if (!hidden) {
      seen.push(...outlineStrands(shapes, place));
      const { wrong } = drawing;
      if (wrong !== null) seen.push(...ringStrands(place(toPixels(wrong, tile.z))));
    }
    const strands = enlarged(seen, times);
    const veil = veilOf(line, place, frame.side / TILE_PX);
    const density = window.devicePixelRatio;
    patch = patchOf([...strands, ...(veil === null ? [] : [veil.strand])], screen, patch);
    fit(canvas, patch, density);
    painter.paint(strands, veil, [patch.left, patch.top], density);
  };
  /** Several changes of one moment are painted once. */
  const soon = (): void => {
    if (frameRequest === 0) frameRequest = requestAnimationFrame(paint);
  };
  canvas.addEventListener('webglcontextrestored', soon);
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
      times = scale();
      screen = screenOf(canvas); // asked for here only: the page would be laid out at each step
      if (zoom !== tile.z) shape();
      paint();
    },
    destroy() {
      cancelAnimationFrame(frameRequest);
      canvas.removeEventListener('webglcontextrestored', soon);
      painter?.destroy();
    },
  };
}

const screenOf = ({ parentElement: box }: HTMLCanvasElement): Size => ({
  width: box?.clientWidth ?? 0,
  height: box?.clientHeight ?? 0,
});

/** Lays the canvas where the patch is, with as many dots as the screen has there. */
function fit(
  canvas: HTMLCanvasElement,
  { left, top, width, height }: Patch,
  density: number,
): void {
  const { style } = canvas;
  style.left = `${left}px`;
  style.top = `${top}px`;
  const [across, down] = [Math.round(width * density), Math.round(height * density)];
  // Another size empties the canvas and makes its memory anew, even where it is the same size.
  if (canvas.width !== across) canvas.width = across;
  if (canvas.height !== down) canvas.height = down;
  style.width = `${across / density}px`;
  style.height = `${down / density}px`;
}

function veilOf(
  line: Stroke | null,
  place: (at: Position) => Position,
  scale: number,
): Veil | null {
  if (line === null) return null;
  const width_px = 2 * line.radius * scale;
  return { strand: strokeStrand(line.points.map(place), width_px), alpha: VEIL_ALPHA };
}
