import type { components } from '@/api/schema';
import { metresPerPixel, TILE_PX } from '@/geometry/mercator';
import { changedRules, DEFAULT_RULES, MAX_REVIEWS, wrongRules, type Rules } from '../rules';

export type Imagery = components['schemas']['Imagery'];
export type NewCampaign = components['schemas']['NewCampaign'];
export type Area = GeoJSON.GeoJSON;

export interface Form {
  readonly name: string;
  readonly className: string;
  readonly imagery: Imagery | null;
  readonly zoom: number | null;
  readonly area: Area | null;
  readonly startingLabels: Area | null;
  readonly rules: Rules;
}

export const EMPTY_FORM: Form = {
  name: '',
  className: 'building',
  imagery: null,
  zoom: null,
  area: null,
  startingLabels: null,
  rules: DEFAULT_RULES,
};

export type Missing = 'imagery' | 'area' | 'name' | 'className' | 'rules';

/** What the form still needs, in the order in which it asks. */
export function missingIn(form: Form): Missing[] {
  const missing: Missing[] = [];
  if (form.imagery === null) missing.push('imagery');
  if (form.area === null) missing.push('area');
  if (form.name.trim() === '') missing.push('name');
  if (form.className.trim() === '') missing.push('className');
  if (wrongRules(form.rules).length > 0) missing.push('rules');
  return missing;
}

/** The request that a whole form stands for; null while something is missing. */
export function requestOf(form: Form): NewCampaign | null {
  if (form.imagery === null || form.area === null || missingIn(form).length > 0) return null;
  return {
    name: form.name.trim(),
    class_name: form.className.trim(),
    imagery: form.imagery,
    area: { ...form.area },
    policy: changedRules(DEFAULT_RULES, form.rules, MAX_REVIEWS),
    ...(form.zoom === null ? {} : { zoom: form.zoom }),
    ...(form.startingLabels === null ? {} : { starting_labels: { ...form.startingLabels } }),
  };
}

/** What a zoom means on the ground: the width of a tile and of a pixel. */
export function groundOf(zoom: number, latitude: number): { tile_m: number; pixel_m: number } {
  const pixel_m = metresPerPixel(latitude, zoom);
  return { tile_m: TILE_PX * pixel_m, pixel_m };
}

/** A file's text as GeoJSON of areas; null where it is something else. */
export function geoJsonIn(text: string): Area | null {
  let found: unknown;
  try {
    found = JSON.parse(text);
  } catch {
    return null;
  }
  if (typeof found !== 'object' || found === null) return null;
  const type = (found as { type?: unknown }).type;
  const known = ['Polygon', 'MultiPolygon', 'GeometryCollection', 'Feature', 'FeatureCollection'];
  return typeof type === 'string' && known.includes(type) ? (found as Area) : null;
}

export type Box = readonly [west: number, south: number, east: number, north: number];

export function boxArea([west, south, east, north]: Box): GeoJSON.Polygon {
  const ring = [
    [west, south],
    [east, south],
    [east, north],
    [west, north],
    [west, south],
  ];
  return { type: 'Polygon', coordinates: [ring] };
}

/** The box around all positions of an area; null where it has none. */
export function boxOf(area: Area): Box | null {
  const found = positionsIn(area);
  if (found.length === 0) return null;
  const xs = found.map(([x = 0]) => x);
  const ys = found.map(([, y = 0]) => y);
  const least = (values: number[]): number => values.reduce((a, b) => Math.min(a, b));
  const most = (values: number[]): number => values.reduce((a, b) => Math.max(a, b));
  return [least(xs), least(ys), most(xs), most(ys)];
}

function positionsIn(area: Area): GeoJSON.Position[] {
  switch (area.type) {
    case 'FeatureCollection':
      return area.features.flatMap(positionsIn);
    case 'Feature':
      return (area.geometry as GeoJSON.Geometry | null) === null ? [] : positionsIn(area.geometry);
    case 'GeometryCollection':
      return area.geometries.flatMap(positionsIn);
    case 'Polygon':
      return area.coordinates.flat();
    case 'MultiPolygon':
      return area.coordinates.flat(2);
    default:
      return [];
  }
}

/** How many outlines a document of starting labels has. */
export function featuresIn(area: Area): number {
  return area.type === 'FeatureCollection' ? area.features.length : 1;
}

/** "27.63, 85.52" as people copy it from maps: latitude first. */
export function placeIn(text: string): readonly [longitude: number, latitude: number] | null {
  const parts = text.trim().split(/[\s,;]+/);
  if (parts.length !== 2) return null;
  const [latitude = Number.NaN, longitude = Number.NaN] = parts.map(Number);
  if (!(Math.abs(latitude) <= 85 && Math.abs(longitude) <= 180)) return null;
  return [longitude, latitude];
}
