import {
  TerraDraw,
  TerraDrawAngledRectangleMode,
  TerraDrawLineStringMode,
  TerraDrawPolygonMode,
  TerraDrawSelectMode,
  type GeoJSONStoreFeatures,
  type HexColor,
} from 'terra-draw';
import { TerraDrawMapLibreGLAdapter } from 'terra-draw-maplibre-gl-adapter';
import type { Position, Ring } from '@/geometry/shapes';
import { holdHandles } from './fingers';
import type { NativeMap } from './map';

export type DrawMode = 'rectangle' | 'polygon' | 'line' | 'edit';

export interface Editable {
  readonly id: string;
  readonly ring: Ring;
}

export interface DrawEvents {
  /** A shape was finished: a closed ring, or the positions of a line. */
  readonly onDrawn: (mode: DrawMode, positions: readonly Position[]) => void;
  /** An outline was reshaped. */
  readonly onReshaped: (id: string, ring: Ring) => void;
}

/** The drawing tools on a map: one shape at a time, handed over as soon as it is finished. */
export interface Pen {
  mode(mode: DrawMode, editable: readonly Editable[]): void;
  /** Forgets a shape that was begun. */
  cancel(): void;
  stop(): void;
}

const MINE: HexColor = '#ff7ad9';
const CASING: HexColor = '#0e1216';
const WHITE: HexColor = '#ffffff';
/** Nine digits of a degree are a tenth of a millimetre. */
const DIGITS = 9;
const TAP_PX = 18;

const NAMES: Record<DrawMode, string> = {
  rectangle: 'angled-rectangle',
  polygon: 'polygon',
  line: 'linestring',
  edit: 'select',
};

const LOOK = {
  fillColor: MINE,
  fillOpacity: 0.12,
  outlineColor: MINE,
  outlineWidth: 3,
  closingPointColor: WHITE,
  closingPointWidth: 7,
  closingPointOutlineColor: MINE,
  closingPointOutlineWidth: 3,
} as const;

const SELECTED = {
  selectedPolygonColor: MINE,
  selectedPolygonFillOpacity: 0.12,
  selectedPolygonOutlineColor: MINE,
  selectedPolygonOutlineWidth: 3,
  selectionPointColor: MINE,
  selectionPointWidth: 7,
  selectionPointOutlineColor: CASING,
  selectionPointOutlineWidth: 2,
  midPointColor: WHITE,
  midPointWidth: 5,
  midPointOutlineColor: MINE,
  midPointOutlineWidth: 2,
} as const;

export function createPen(map: NativeMap, surface: HTMLElement, events: DrawEvents): Pen {
  const draw = new TerraDraw({
    adapter: new TerraDrawMapLibreGLAdapter({ map, coordinatePrecision: DIGITS }),
    modes: [
      new TerraDrawAngledRectangleMode({ styles: LOOK, pointerDistance: TAP_PX }),
      new TerraDrawPolygonMode({ styles: LOOK, pointerDistance: TAP_PX }),
      new TerraDrawLineStringMode({
        styles: { lineStringColor: WHITE, lineStringWidth: 2, closingPointColor: WHITE },
        pointerDistance: TAP_PX,
      }),
      new TerraDrawSelectMode({
        styles: SELECTED,
        pointerDistance: TAP_PX,
        flags: {
          polygon: {
            feature: {
              draggable: true,
              coordinates: { draggable: true, midpoints: { draggable: true }, deletable: true },
            },
          },
        },
      }),
    ],
  });
  draw.start();
  let current: DrawMode = 'polygon';
  const names = new Map<string | number, string>();
  const letGo = holdHandles(map, surface, () =>
    current === 'edit' ? draw.getSnapshot().flatMap(handleOf) : [],
  );

  draw.on('finish', (id, context) => {
    const feature = draw.getSnapshotFeature(id);
    if (feature === undefined) return;
    if (context.action === 'draw') {
      // Removing inside the event would disturb the mode that is finishing.
      queueMicrotask(() => draw.removeFeatures([id]));
      events.onDrawn(current, positionsOf(feature));
    } else {
      const name = names.get(id);
      if (name !== undefined) events.onReshaped(name, positionsOf(feature));
    }
  });

  return {
    mode(mode, editable) {
      current = mode;
      names.clear();
      draw.clear();
      draw.setMode(NAMES[mode]);
      surface.dataset.pen = mode;
      if (mode !== 'edit') return;
      const features = editable.map(({ ring }): GeoJSONStoreFeatures => ({
        type: 'Feature',
        properties: { mode: 'polygon' },
        geometry: { type: 'Polygon', coordinates: [ring.map(rounded)] },
      }));
      for (const [index, added] of draw.addFeatures(features).entries()) {
        const name = editable[index]?.id;
        if (added.valid && added.id !== undefined && name !== undefined) names.set(added.id, name);
      }
      const only = [...names.keys()][0];
      if (names.size === 1 && only !== undefined) draw.selectFeature(only);
    },
    cancel: () => draw.setMode(NAMES[current]),
    stop() {
      delete surface.dataset.pen;
      letGo();
      draw.stop();
    },
  };
}

/** Corners of the outline that is selected, and the middles of its sides. */
function handleOf({ geometry }: GeoJSONStoreFeatures): Position[] {
  if (geometry.type !== 'Point') return [];
  const [longitude = 0, latitude = 0] = geometry.coordinates;
  return [[longitude, latitude]];
}

function positionsOf(feature: GeoJSONStoreFeatures): Position[] {
  const { geometry } = feature;
  const found =
    geometry.type === 'Polygon'
      ? (geometry.coordinates[0] ?? [])
      : geometry.type === 'LineString'
        ? geometry.coordinates
        : [];
  return found.map(([longitude = 0, latitude = 0]): Position => [longitude, latitude]);
}

const rounded = ([longitude, latitude]: Position): [number, number] => [
  Number(longitude.toFixed(DIGITS)),
  Number(latitude.toFixed(DIGITS)),
];
