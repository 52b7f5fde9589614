import {
  Map as NativeMap,
  setWorkerUrl,
  type CanvasSource,
  type GeoJSONSource,
  type StyleSpecification,
} from 'maplibre-gl';
import 'maplibre-gl/dist/maplibre-gl.css';
import workerUrl from 'maplibre-gl/dist/maplibre-gl-worker.mjs?url';
import { around, TILE_PX, tileBounds, tileKey, toDegrees, type Tile } from '@/geometry/mercator';
import type { Position } from '@/geometry/shapes';
import type { PictureSource } from '@/supply/pictures';
import { LAYERS, OUTLINE_SOURCES } from './layers';

export { NativeMap };
export type { GeoJSONSource, StyleSpecification };

setWorkerUrl(workerUrl);

/** Pixels of the screen that panels cover; the tile stands in the middle of what is left. */
export interface Covered {
  readonly top: number;
  readonly right: number;
  readonly bottom: number;
  readonly left: number;
}

export interface MapEvents {
  /** A click or tap: where, and on which outline, if on one. */
  readonly onClick: (at: Position, outline: string | null) => void;
  /** The picture of the tile itself is painted, or could not be had. */
  readonly onPicture: (tile: Tile, ok: boolean) => void;
}

/** The map of the label screen: one bright tile, its surroundings dimmed, outlines on top. */
export interface LabelMap {
  readonly native: NativeMap;
  show(tile: Tile, pictures: PictureSource): void;
  outlines(features: GeoJSON.FeatureCollection): void;
  hide(hidden: boolean): void;
  /** A stroke of the brush while it is drawn; points and radius in world pixels. */
  stroke(points: readonly Position[], radius: number, zoom: number): void;
  /** Turns taps into clicks on outlines, or leaves them to a drawing tool. */
  listen(on: boolean): void;
  covered(by: Covered): void;
  resize(): void;
  destroy(): void;
}

const NIGHT = '#0e1216';
const AROUND_PX = 3 * TILE_PX;
const EMPTY: GeoJSON.FeatureCollection = { type: 'FeatureCollection', features: [] };
/** A finger is wider than a line: so far from an outline a tap still means it. */
const TAP_PX = 6;

export function createMap(container: HTMLElement, events: MapEvents): LabelMap {
  const canvas = document.createElement('canvas');
  canvas.width = AROUND_PX;
  canvas.height = AROUND_PX;
  const context = canvas.getContext('2d', { alpha: false });
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
    trackResize: true,
  });
  map.touchZoomRotate.disableRotation();

  let ready = false;
  let shown: Tile | null = null;
  let turn = 0;
  let latest: GeoJSON.FeatureCollection = EMPTY;
  let listening = true;
  let room: Covered = { top: 0, right: 0, bottom: 0, left: 0 };

  /** What is on the screen, for whoever looks from outside: journeys, and the benchmark. */
  const noteOf = (name: 'painted' | 'frame', value: string): void => {
    container.dataset[name] = value;
  };

  /** Left, top and side of the tile's frame in pixels. */
  const noteFrame = (): void => {
    if (shown === null) return;
    const [west, south, east, north] = tileBounds(shown);
    const [a, b] = [map.project([west, north]), map.project([east, south])];
    noteOf('frame', [a.x, a.y, b.x - a.x].map((value) => value.toFixed(2)).join(' '));
  };

  const fit = (): void => {
    if (shown === null) return;
    const { width, height } = container.getBoundingClientRect();
    const free = Math.min(width - room.left - room.right, height - room.top - room.bottom);
    // The surroundings are a third of the picture on each side: the tile is at least that large.
    const side = Math.max(free, width / 3, height / 3, 120);
    const zoom = shown.z + Math.log2(side / 512);
    const middle = toDegrees([(shown.x + 0.5) * TILE_PX, (shown.y + 0.5) * TILE_PX], shown.z);
    map.jumpTo({ center: [middle[0], middle[1]], zoom, padding: { ...room } });
  };

  /** Copies the canvas to the map once; the source copies only while it plays. */
  const refresh = (): void => {
    const source = map.getSource<CanvasSource>('picture');
    if (source === undefined) return;
    source.play();
    map.once('render', () => source.pause());
    map.triggerRepaint();
  };

  const paint = (tile: Tile, pictures: PictureSource): void => {
    turn += 1;
    const mine = turn;
    delete container.dataset.painted;
    if (context !== null) {
      context.fillStyle = NIGHT;
      context.fillRect(0, 0, AROUND_PX, AROUND_PX);
    }
    for (const place of around(tile)) {
      const isTile = place.x === tile.x && place.y === tile.y;
      pictures(place).then(
        (bitmap) => {
          if (mine !== turn) return;
          if (bitmap !== null) {
            const left = (place.x - tile.x + 1) * TILE_PX;
            context?.drawImage(bitmap, left, (place.y - tile.y + 1) * TILE_PX);
            refresh();
            if (isTile) map.once('render', () => mine === turn && noteOf('painted', tileKey(tile)));
          }
          if (isTile) events.onPicture(tile, bitmap !== null);
        },
        () => {
          if (mine === turn && isTile) events.onPicture(tile, false);
        },
      );
    }
  };

  const frame = (tile: Tile): void => {
    const [west, south, east, north] = tileBounds(tile);
    const side: GeoJSON.Position[] = [
      [west, south],
      [east, south],
      [east, north],
      [west, north],
      [west, south],
    ];
    const world = [
      [-180, -85],
      [180, -85],
      [180, 85],
      [-180, 85],
      [-180, -85],
    ];
    setData('dim', { type: 'Polygon', coordinates: [world, side] });
    setData('frame', { type: 'LineString', coordinates: side });
    const [x, y, span] = [tile.x - 1, tile.y - 1, 3];
    const corner = (column: number, row: number): [number, number] => {
      const [longitude, latitude] = toDegrees([column * TILE_PX, row * TILE_PX], tile.z);
      return [longitude, latitude];
    };
    map
      .getSource<CanvasSource>('picture')
      ?.setCoordinates([
        corner(x, y),
        corner(x + span, y),
        corner(x + span, y + span),
        corner(x, y + span),
      ]);
  };

  const setData = (source: string, data: GeoJSON.GeoJSON): void => {
    map.getSource<GeoJSONSource>(source)?.setData(data);
  };

  let pending: { tile: Tile; pictures: PictureSource } | null = null;
  const show = (tile: Tile, pictures: PictureSource): void => {
    shown = tile;
    if (!ready) {
      pending = { tile, pictures };
      return;
    }
    frame(tile);
    fit();
    paint(tile, pictures);
  };

  // Not `load`, which waits for the worker behind the outlines: the picture needs none.
  map.once('style.load', () => {
    ready = true;
    setData('outlines', latest);
    if (pending !== null) show(pending.tile, pending.pictures);
  });
  map.on('resize', fit);
  map.on('move', noteFrame);
  map.on('click', (event) => {
    if (!listening) return;
    const { x, y } = event.point;
    const at: Position = [event.lngLat.lng, event.lngLat.lat];
    const inside = map.queryRenderedFeatures([x, y], { layers: ['outline-fill'] });
    const near =
      inside.length > 0
        ? inside
        : map.queryRenderedFeatures(
            [
              [x - TAP_PX, y - TAP_PX],
              [x + TAP_PX, y + TAP_PX],
            ],
            { layers: ['outline-fill'] },
          );
    const found: unknown = near[0]?.properties.id;
    events.onClick(at, typeof found === 'string' ? found : null);
  });

  return {
    native: map,
    show,
    outlines(features) {
      latest = features;
      if (ready) setData('outlines', features);
    },
    hide(hidden) {
      for (const layer of map.getStyle()?.layers ?? []) {
        if (!('source' in layer) || !OUTLINE_SOURCES.has(String(layer.source))) continue;
        map.setLayoutProperty(layer.id, 'visibility', hidden ? 'none' : 'visible');
      }
    },
    stroke(points, radius, zoom) {
      const coordinates = points.map((point) => [...toDegrees(point, zoom)]);
      const [only] = coordinates;
      if (coordinates.length === 1 && only !== undefined) coordinates.push(only);
      setData('stroke', { type: 'LineString', coordinates });
      // The map's zoom counts tiles of 512 pixels.
      const width = 2 * radius * 2 ** (map.getZoom() + 1 - zoom);
      map.setPaintProperty('stroke', 'line-width', width);
    },
    listen(on) {
      listening = on;
    },
    covered(by) {
      room = by;
      fit();
    },
    resize: () => map.resize(),
    destroy: () => map.remove(),
  };
}

function style(canvas: HTMLCanvasElement): StyleSpecification {
  const empty = { type: 'geojson', data: EMPTY, tolerance: 0, buffer: 32, maxzoom: 22 } as const;
  return {
    version: 8,
    sources: {
      // The canvas itself is allowed here, though the style's own types know only its id.
      picture: {
        type: 'canvas',
        canvas,
        animate: false,
        coordinates: [
          [0, 0.001],
          [0.001, 0.001],
          [0.001, 0],
          [0, 0],
        ],
      } as unknown as StyleSpecification['sources'][string],
      dim: empty,
      frame: empty,
      outlines: empty,
      stroke: empty,
    },
    layers: [
      { id: 'night', type: 'background', paint: { 'background-color': NIGHT } },
      {
        id: 'picture',
        type: 'raster',
        source: 'picture',
        paint: { 'raster-fade-duration': 0, 'raster-resampling': 'linear' },
      },
      ...LAYERS,
    ],
  };
}
