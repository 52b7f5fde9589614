import type { StyleSpecification } from './map';
import { createPlainMap, EMPTY, type Box, type Imagery } from './plainMap';
import { paintMarks, PATTERNS, type Pattern } from './tilePatterns';

/** The map of a campaign's tiles on its imagery. A feature's `look` names its pattern. */
export interface TileMap {
  /** Squares with `look`, and `audit` where they are for measuring. */
  tiles(features: readonly GeoJSON.Feature<GeoJSON.Polygon>[]): void;
  /** Marks a tile, and brings it into view. */
  selected(feature: GeoJSON.Feature | null): void;
  goTo(box: Box): void;
  zoom(by: number): void;
  destroy(): void;
}

type Layers = StyleSpecification['layers'];

const ICON_PX = 64;
/** MapLibre's world is 512 pixels wide at zoom 0; XYZ tiles' zooms count the same squares. */
const WORLD_PX = 512;
/** Marks on smaller squares would be dust. */
const MARKS_FROM_PX = 10;

export function createTileMap(
  container: HTMLElement,
  imagery: Imagery,
  zoom: number,
  onTile: (id: number | null) => void,
): TileMap {
  const map = createPlainMap(container, ['tiles', 'marks', 'selected'], layersAt(zoom));
  map.native.keyboard.disable(); // arrow keys walk from tile to tile
  let ready = false;
  let latest: readonly GeoJSON.Feature<GeoJSON.Polygon>[] = [];
  let marked: GeoJSON.Feature | null = null;
  const showTiles = (): void => {
    map.setData('tiles', { type: 'FeatureCollection', features: [...latest] });
    map.setData('marks', { type: 'FeatureCollection', features: latest.map(markOf) });
    map.beyond(boxAround(latest));
  };
  map.native.on('load', () => {
    ready = true;
    addMarks(map.native);
    map.imagery(imagery);
    showTiles();
    map.setData('selected', marked ?? EMPTY);
  });
  map.native.on('click', (event) => {
    const found = map.native.queryRenderedFeatures(event.point, { layers: ['tile-fill'] })[0];
    onTile(typeof found?.id === 'number' ? found.id : null);
  });
  if (imagery.bounds !== null) map.goTo(imagery.bounds);

  return {
    tiles(features) {
      latest = features;
      if (ready) showTiles();
    },
    selected(feature) {
      marked = feature;
      if (ready) map.setData('selected', feature ?? EMPTY);
      if (feature?.geometry.type === 'Polygon') map.bringIn(cornersOf(feature.geometry));
    },
    goTo: (box) => map.goTo(box),
    zoom: (by) => map.native.zoomTo(map.native.getZoom() + by, { duration: 0 }),
    destroy: () => map.native.remove(),
  };
}

function layersAt(zoom: number): Layers {
  const sizeAt = (view: number): number => (WORLD_PX * 2 ** (view - zoom)) / ICON_PX;
  const [far, near] = [zoom - 10, zoom + 4];
  return [
    {
      id: 'tile-fill',
      type: 'fill',
      source: 'tiles',
      paint: {
        'fill-color': byLook((pattern) => pattern.ground, '#0e1216'),
        'fill-opacity': byLook((pattern) => pattern.opacity, 0.25),
        'fill-antialias': false,
      },
    },
    {
      id: 'tile-marks',
      type: 'symbol',
      source: 'marks',
      minzoom: Math.max(0, zoom + Math.log2(MARKS_FROM_PX / WORLD_PX)),
      layout: {
        'icon-image': ['get', 'look'],
        'icon-allow-overlap': true,
        'icon-ignore-placement': true,
        'icon-size': [
          'interpolate',
          ['exponential', 2],
          ['zoom'],
          far,
          sizeAt(far),
          near,
          sizeAt(near),
        ],
      },
    },
    {
      id: 'tile-line',
      type: 'line',
      source: 'tiles',
      filter: ['!=', ['get', 'audit'], true],
      paint: { 'line-color': '#0e1216', 'line-opacity': 0.35, 'line-width': 1 },
    },
    {
      id: 'tile-audit',
      type: 'line',
      source: 'tiles',
      filter: ['==', ['get', 'audit'], true],
      paint: { 'line-color': '#ffffff', 'line-width': 2, 'line-dasharray': [2, 1.5] },
    },
    {
      id: 'selected',
      type: 'line',
      source: 'selected',
      paint: { 'line-color': '#ff7ad9', 'line-width': 5 },
    },
  ];
}

/** An expression of the style that gives each look what its pattern says. */
function byLook<T extends string | number>(value: (pattern: Pattern) => T, otherwise: T): never {
  const cases = Object.entries(PATTERNS).flatMap(([look, pattern]) => [look, value(pattern)]);
  // Its type counts the cases one by one, which no list of entries can show.
  return ['match', ['get', 'look'], ...cases, otherwise] as never;
}

function addMarks(map: ReturnType<typeof createPlainMap>['native']): void {
  const canvas = document.createElement('canvas');
  canvas.width = ICON_PX;
  canvas.height = ICON_PX;
  const context = canvas.getContext('2d', { willReadFrequently: true });
  if (context === null) return;
  for (const [look, pattern] of Object.entries(PATTERNS)) {
    context.clearRect(0, 0, ICON_PX, ICON_PX);
    paintMarks(context, pattern, ICON_PX);
    map.addImage(look, context.getImageData(0, 0, ICON_PX, ICON_PX));
  }
}

/** The middle of a square, where its marks stand. */
function markOf(tile: GeoJSON.Feature<GeoJSON.Polygon>): GeoJSON.Feature {
  const [west, south, east, north] = cornersOf(tile.geometry);
  return {
    type: 'Feature',
    properties: { look: tile.properties?.look },
    geometry: { type: 'Point', coordinates: [(west + east) / 2, (south + north) / 2] },
  };
}

function boxAround(tiles: readonly GeoJSON.Feature<GeoJSON.Polygon>[]): Box | null {
  if (tiles.length === 0) return null;
  return tiles
    .map((tile) => cornersOf(tile.geometry))
    .reduce(([a, b, c, d], [west, south, east, north]) => [
      Math.min(a, west),
      Math.min(b, south),
      Math.max(c, east),
      Math.max(d, north),
    ]);
}

function cornersOf(square: GeoJSON.Polygon): Box {
  const ring = square.coordinates[0] ?? [];
  const [[west = 0, south = 0] = [], , [east = 0, north = 0] = []] = ring;
  return [west, south, east, north];
}
