import {
  Map as NativeMap,
  setWorkerUrl,
  type CanvasSource,
  type GeoJSONSource,
  type StyleSpecification,
} from 'maplibre-gl';
import 'maplibre-gl/dist/maplibre-gl.css';
import workerUrl from 'maplibre-gl/dist/maplibre-gl-worker.mjs?url';
import { toWorld, type Frame } from '@/geometry/frame';
import { TILE_PX, tileBounds, toDegrees, type Tile } from '@/geometry/mercator';
import { NIGHT } from './looks';

export { NativeMap };
export type { GeoJSONSource, StyleSpecification };

setWorkerUrl(workerUrl);

export interface GroundEvents {
  /** The map can take layers, as the drawing tools bring them. */
  readonly onReady: () => void;
  /** A person has moved the map: where the tile stands now, as it is painted. */
  readonly onFrame: (frame: Frame) => void;
  /** The picture is painted here for the first time. */
  readonly onStanding: () => void;
}

/** The label screen's native map: the picture on it can be moved and zoomed, and drawn on. */
export interface Ground {
  readonly native: NativeMap;
  /** Moves the map so that the tile stands in the frame. */
  place(tile: Tile, frame: Frame): void;
  /** The picture has changed; `painted` is called when the change is on the screen. */
  refresh(painted?: () => void): void;
  /** Whether one finger or the mouse moves the map. */
  still(on: boolean): void;
  destroy(): void;
}

/** @param canvas a picture of the tile and those around it, three by three. */
export function createGround(
  container: HTMLElement,
  canvas: HTMLCanvasElement,
  events: GroundEvents,
): Ground {
  const map = new NativeMap({
    container,
    style: style(canvas),
    attributionControl: false,
    dragRotate: false,
    pitchWithRotate: false,
    touchPitch: false,
    keyboard: false, // keys are commands here
    doubleClickZoom: false,
    fadeDuration: 0,
    maxZoom: 24,
    trackResize: false, // the stage tells the new size together with the new frame
  });
  map.touchZoomRotate.disableRotation();
  let shown: Tile | null = null;
  let ready = false;

  const refresh = (painted?: () => void): void => {
    if (painted !== undefined) map.once('render', painted);
    const source = map.getSource<CanvasSource>('picture');
    // The source copies the canvas only while it plays: once is enough.
    source?.play();
    map.once('render', () => source?.pause());
    map.triggerRepaint();
  };
  const cover = (): void => {
    if (shown === null) return;
    map.getSource<CanvasSource>('picture')?.setCoordinates(cornersAround(shown));
  };

  // Not `load`, which waits for the worker: the picture needs none.
  map.once('style.load', () => {
    ready = true;
    cover();
    refresh();
    map.once('idle', events.onStanding);
    events.onReady();
  });
  map.on('render', () => {
    if (shown !== null) events.onFrame(frameOf(map, shown));
  });

  return {
    native: map,
    place(tile, frame) {
      shown = tile;
      map.resize();
      const { clientWidth, clientHeight } = container;
      const middle = toWorld(frame, tile, [clientWidth / 2, clientHeight / 2]);
      const [longitude, latitude] = toDegrees(middle, tile.z);
      // The map's zoom counts tiles of 512 pixels.
      map.jumpTo({ center: [longitude, latitude], zoom: tile.z + Math.log2(frame.side / 512) });
      if (ready) cover();
    },
    refresh,
    still(on) {
      if (on) map.dragPan.disable();
      else map.dragPan.enable();
      map.getCanvas().style.touchAction = on ? 'none' : '';
    },
    destroy: () => map.remove(),
  };
}

function frameOf(map: NativeMap, tile: Tile): Frame {
  const [west, south, east, north] = tileBounds(tile);
  const [from, to] = [map.project([west, north]), map.project([east, south])];
  return { left: from.x, top: from.y, side: to.x - from.x };
}

type Corner = [number, number];

function cornersAround({ z, x, y }: Tile): [Corner, Corner, Corner, Corner] {
  const corner = (column: number, row: number): Corner => {
    const [longitude, latitude] = toDegrees([column * TILE_PX, row * TILE_PX], z);
    return [longitude, latitude];
  };
  return [corner(x - 1, y - 1), corner(x + 2, y - 1), corner(x + 2, y + 2), corner(x - 1, y + 2)];
}

function style(canvas: HTMLCanvasElement): StyleSpecification {
  return {
    version: 8,
    sources: {
      // The canvas itself is allowed here, though the style's own types know only its id.
      picture: {
        type: 'canvas',
        canvas,
        animate: false,
        coordinates: cornersAround({ z: 20, x: 1, y: 1 }),
      } as unknown as StyleSpecification['sources'][string],
    },
    layers: [
      { id: 'night', type: 'background', paint: { 'background-color': NIGHT } },
      {
        id: 'picture',
        type: 'raster',
        source: 'picture',
        paint: { 'raster-fade-duration': 0, 'raster-resampling': 'linear' },
      },
    ],
  };
}
