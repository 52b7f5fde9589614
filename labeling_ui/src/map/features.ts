import type { Outline } from '@/actions/outlines';
import type { Position } from '@/geometry/shapes';
import type { Look } from './layers';

/** Below this mean probability the model is shown as unsure. */
export const SURE_FROM = 0.7;

export function lookOf(outline: Outline): Look {
  if (outline.gone) return 'gone';
  if (outline.kind === 'known') return 'known';
  if (outline.kind === 'drawn') return 'mine';
  return outline.confidence !== null && outline.confidence < SURE_FROM ? 'unsure' : 'sure';
}

const wrongAt = (position: Position): GeoJSON.Feature => ({
  type: 'Feature',
  properties: { look: 'wrong' },
  geometry: { type: 'Point', coordinates: [...position] },
});

/** Outlines as the map draws them: areas, corners of what a person drew, and where it is wrong. */
export function featuresOf(
  outlines: readonly Outline[],
  selected: string | null,
  wrong: Position | null = null,
): GeoJSON.FeatureCollection {
  const areas = outlines.map((outline): GeoJSON.Feature => ({
    type: 'Feature',
    properties: { id: outline.id, look: lookOf(outline), selected: outline.id === selected },
    geometry: {
      type: 'Polygon',
      coordinates: outline.rings.map((ring) => ring.map(([x, y]) => [x, y])),
    },
  }));
  const corners = outlines
    .filter((outline) => outline.kind === 'drawn')
    .flatMap((outline) =>
      (outline.rings[0] ?? []).slice(1).map((position): GeoJSON.Feature => ({
        type: 'Feature',
        properties: { id: outline.id },
        geometry: { type: 'Point', coordinates: [...position] },
      })),
    );
  const marks = wrong === null ? [] : [wrongAt(wrong)];
  return { type: 'FeatureCollection', features: [...areas, ...corners, ...marks] };
}
