import { authorization } from '@/api/client';
import { NativeMap, type GeoJSONSource, type StyleSpecification } from './map';

/** Tiles of imagery from this service, which asks for the token of whoever looks. */
export interface Imagery {
  /** A path of this service with `{z}`, `{x}`, `{y}`; braces in its query are escaped. */
  readonly address: string;
  readonly bounds: Box | null;
  readonly maxZoom: number;
}

export type Box = readonly [west: number, south: number, east: number, north: number];

export const EMPTY: GeoJSON.FeatureCollection = { type: 'FeatureCollection', features: [] };
const NIGHT = '#27303a';
const PADDING_PX = 24;
const WORLD = ringOf([-180, -85, 180, 85]);

/** A map to look around on, with imagery beneath what its owner draws. */
export interface PlainMap {
  readonly native: NativeMap;
  imagery(imagery: Imagery | null): void;
  /** Darkens what lies beyond a box: the edge of the imagery, or of the tiles. */
  beyond(box: Box | null): void;
  goTo(box: Box): void;
  /** Moves, without zooming, where the box is not seen as a whole. */
  bringIn(box: Box): void;
  /** The box that is seen now. */
  seen(): Box;
  setData(source: string, data: GeoJSON.GeoJSON): void;
}

export function createPlainMap(
  container: HTMLElement,
  sources: readonly string[],
  layers: StyleSpecification['layers'],
): PlainMap {
  const map = new NativeMap({
    container,
    style: {
      version: 8,
      sources: Object.fromEntries(
        ['beyond', ...sources].map((name) => [
          name,
          { type: 'geojson', data: EMPTY, tolerance: 0, maxzoom: 22 },
        ]),
      ),
      layers: [
        { id: 'night', type: 'background', paint: { 'background-color': NIGHT } },
        {
          id: 'beyond',
          type: 'fill',
          source: 'beyond',
          paint: { 'fill-color': NIGHT, 'fill-antialias': false },
        },
        ...layers,
      ],
    },
    attributionControl: false,
    dragRotate: false,
    pitchWithRotate: false,
    touchPitch: false,
    cooperativeGestures: false,
    fadeDuration: 0,
    maxZoom: 23,
    transformRequest: (url) => {
      const own = new URL(url, location.href).origin === location.origin;
      return own ? { url, headers: authorization() } : { url };
    },
  });
  map.touchZoomRotate.disableRotation();
  map.keyboard.disableRotation();
  // Tiles beyond the imagery are refused with 404: that is how it ends, not a fault.
  map.on('error', () => {});
  // Without fading, the last tiles to come would wait for the next move to be painted.
  map.on('sourcedata', ({ sourceId }) => {
    if (sourceId === 'imagery') map.triggerRepaint();
  });

  const setData = (source: string, data: GeoJSON.GeoJSON): void => {
    map.getSource<GeoJSONSource>(source)?.setData(data);
  };

  return {
    native: map,
    imagery(imagery) {
      if (map.getLayer('imagery') !== undefined) map.removeLayer('imagery');
      if (map.getSource('imagery') !== undefined) map.removeSource('imagery');
      if (imagery === null) return;
      map.addSource('imagery', {
        type: 'raster',
        tiles: [location.origin + imagery.address],
        tileSize: 256,
        maxzoom: imagery.maxZoom,
        ...(imagery.bounds === null ? {} : { bounds: [...imagery.bounds] }),
      });
      map.addLayer(
        { id: 'imagery', type: 'raster', source: 'imagery', paint: { 'raster-fade-duration': 0 } },
        'beyond',
      );
    },
    beyond(box) {
      setData(
        'beyond',
        box === null ? EMPTY : { type: 'Polygon', coordinates: [WORLD, ringOf(box)] },
      );
    },
    goTo(box) {
      map.fitBounds([...box], { padding: PADDING_PX, animate: false, maxZoom: 20 });
    },
    bringIn([west, south, east, north]) {
      const seen = map.getBounds();
      if (seen.contains([west, south]) && seen.contains([east, north])) return;
      map.jumpTo({ center: [(west + east) / 2, (south + north) / 2] });
    },
    seen() {
      const bounds = map.getBounds();
      return [bounds.getWest(), bounds.getSouth(), bounds.getEast(), bounds.getNorth()];
    },
    setData,
  };
}

function ringOf([west, south, east, north]: Box): GeoJSON.Position[] {
  return [
    [west, south],
    [east, south],
    [east, north],
    [west, north],
    [west, south],
  ];
}
