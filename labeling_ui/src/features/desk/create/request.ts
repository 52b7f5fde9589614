import type { components } from '@/api/schema';
import { metresPerPixel, TILE_PX } from '@/geometry/mercator';

export type Imagery = components['schemas']['Imagery'];
export type NewCampaign = components['schemas']['NewCampaign'];
export type Area = GeoJSON.GeoJSON;

/** The rules that the form asks for; the others keep the service's defaults. */
export interface Rules {
  readonly acquisition: string;
  readonly batch_size: number;
  readonly random_share: number;
  readonly reviews_per_tile: number;
  readonly audit_reviews: number;
  readonly audit_share: number;
  readonly auto_rounds: boolean;
  /** How outlines are drawn from what the model sees. */
  readonly outlines: Preset;
}

export const PRESETS = ['plain', 'buildings', 'roads'] as const;
export type Preset = (typeof PRESETS)[number];

export type NumberRule = {
  [K in keyof Rules]: Rules[K] extends number ? K : never;
}[keyof Rules];

/** The service's own (a test compares them with its OpenAPI). */
export const DEFAULT_RULES: Rules = {
  acquisition: 'power_entropy',
  batch_size: 40,
  random_share: 0.1,
  reviews_per_tile: 1,
  audit_reviews: 2,
  audit_share: 0.05,
  auto_rounds: false,
  outlines: 'plain',
};

export const LIMITS: Record<NumberRule, { readonly min: number; readonly max: number }> = {
  batch_size: { min: 1, max: 10_000 },
  random_share: { min: 0, max: 1 },
  reviews_per_tile: { min: 1, max: 5 },
  audit_reviews: { min: 1, max: 5 },
  audit_share: { min: 0, max: 0.5 },
};

/** Reviews without agreement after which a coordinator decides, unless more are asked for. */
export const MAX_REVIEWS = 3;

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

export function wrongRules(rules: Rules): NumberRule[] {
  return (Object.keys(LIMITS) as NumberRule[]).filter((name) => {
    const value = rules[name];
    const whole = LIMITS[name].max > 1 && name !== 'random_share';
    return (
      !(value >= LIMITS[name].min && value <= LIMITS[name].max) ||
      (whole && !Number.isInteger(value))
    );
  });
}

/** The request that a whole form stands for; null while something is missing. */
export function requestOf(form: Form): NewCampaign | null {
  if (form.imagery === null || form.area === null || missingIn(form).length > 0) return null;
  return {
    name: form.name.trim(),
    class_name: form.className.trim(),
    imagery: form.imagery,
    area: { ...form.area },
    policy: policyOf(form.rules),
    ...(form.zoom === null ? {} : { zoom: form.zoom }),
    ...(form.startingLabels === null ? {} : { starting_labels: { ...form.startingLabels } }),
  };
}

/** Only what differs from the defaults, so that better defaults of later versions are not lost. */
export function policyOf({ outlines, ...rules }: Rules): Record<string, unknown> {
  const policy: Record<string, unknown> = {};
  for (const [name, value] of Object.entries(rules)) {
    if (value !== DEFAULT_RULES[name as keyof Rules]) policy[name] = value;
  }
  const most = Math.max(rules.reviews_per_tile, rules.audit_reviews);
  if (most > MAX_REVIEWS) policy.max_reviews = most;
  if (outlines !== DEFAULT_RULES.outlines) policy.outlines = { preset: outlines };
  return policy;
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
