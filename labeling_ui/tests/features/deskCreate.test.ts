import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import {
  boxArea,
  boxOf,
  EMPTY_FORM,
  geoJsonIn,
  groundOf,
  missingIn,
  placeIn,
  requestOf,
  type Form,
} from '@/features/desk/create/request';
import {
  changedRules,
  DEFAULT_RULES,
  LIMITS,
  MAX_REVIEWS,
  rulesOf,
  wrongRules,
  type NumberRule,
  type Policy,
  type Rules,
} from '@/features/desk/rules';

interface Rule {
  readonly default?: unknown;
  readonly minimum?: number;
  readonly maximum?: number;
}

const openapi = JSON.parse(
  readFileSync(new URL('../../openapi.json', import.meta.url), 'utf-8'),
) as { components: { schemas: { Policy: { properties: Record<string, Rule> } } } };
const policy = openapi.components.schemas.Policy.properties;

const whole: Form = {
  ...EMPTY_FORM,
  name: ' Roofs ',
  imagery: { kind: 'scene', location: 'artefact:scenes/1.tif', attribution: '' },
  zoom: 20,
  area: boxArea([85.5, 27.6, 85.6, 27.7]),
};

const changed = (rules: Rules) => changedRules(DEFAULT_RULES, rules, MAX_REVIEWS);

describe('the rules of the form', () => {
  test('begin as the service begins', () => {
    const { outlines, ...rules } = DEFAULT_RULES;

    expect(Object.entries(rules).map(([name]) => [name, policy[name]?.default])).toEqual(
      Object.entries(rules),
    );
    expect(outlines).toBe('plain');
    expect(policy.max_reviews?.default).toBe(MAX_REVIEWS);
  });

  test('end where the service ends', () => {
    expect(
      Object.keys(LIMITS).map((name) => [name, policy[name]?.minimum, policy[name]?.maximum]),
    ).toEqual(Object.entries(LIMITS).map(([name, { min, max }]) => [name, min, max]));
  });

  test('that do not fit are named', () => {
    const wrong = (name: NumberRule, value: number) =>
      wrongRules({ ...DEFAULT_RULES, [name]: value });

    expect(wrong('batch_size', 0)).toEqual(['batch_size']);
    expect(wrong('batch_size', 2.5)).toEqual(['batch_size']);
    expect(wrong('audit_share', Number.NaN)).toEqual(['audit_share']);
    expect(wrong('random_share', 0.25)).toEqual([]);
  });

  test('of a campaign that stands are sent only where they were changed', () => {
    const policy: Policy = {
      ...({} as Policy),
      ...DEFAULT_RULES,
      batch_size: 70,
      max_reviews: 4,
      outlines: { preset: 'roads', min_area_m2: 12 },
    };
    const rules = rulesOf(policy);

    expect(rules.outlines).toBe('roads');
    expect(changedRules(rules, rules, policy.max_reviews)).toEqual({});
    expect(changedRules(rules, { ...rules, audit_reviews: 4 }, policy.max_reviews)).toEqual({
      audit_reviews: 4,
    });
    expect(changedRules(rules, { ...rules, batch_size: 40 }, policy.max_reviews)).toEqual({
      batch_size: 40,
    });
  });

  test('are sent only where they differ', () => {
    expect(changed(DEFAULT_RULES)).toEqual({});
    expect(changed({ ...DEFAULT_RULES, batch_size: 60, outlines: 'buildings' })).toEqual({
      batch_size: 60,
      outlines: { preset: 'buildings' },
    });
  });

  test('leave as many reviews as agreement takes', () => {
    expect(changed({ ...DEFAULT_RULES, audit_reviews: 5 })).toEqual({
      audit_reviews: 5,
      max_reviews: 5,
    });
  });
});

describe('the request', () => {
  test('is whole only when nothing is missing', () => {
    expect(missingIn(EMPTY_FORM)).toEqual(['imagery', 'area', 'name']);
    expect(requestOf({ ...whole, name: '  ' })).toBeNull();
  });

  test('carries what was asked for, and nothing more', () => {
    expect(requestOf(whole)).toEqual({
      name: 'Roofs',
      class_name: 'building',
      imagery: whole.imagery,
      zoom: 20,
      area: whole.area,
      policy: {},
    });
  });
});

describe('areas', () => {
  test('are read from what is GeoJSON, and from nothing else', () => {
    const polygon = JSON.stringify(boxArea([1, 2, 3, 4]));

    expect(geoJsonIn(polygon)).toEqual(boxArea([1, 2, 3, 4]));
    expect(geoJsonIn('{"type":"Topology"}')).toBeNull();
    expect(geoJsonIn('no JSON')).toBeNull();
    expect(geoJsonIn('null')).toBeNull();
  });

  test('have a box, however they are wrapped', () => {
    const feature = {
      type: 'Feature',
      properties: {},
      geometry: boxArea([1, 2, 3, 4]),
    } as const;
    const nothing = { type: 'Feature', properties: {}, geometry: null } as unknown;

    expect(boxOf({ type: 'FeatureCollection', features: [feature] })).toEqual([1, 2, 3, 4]);
    expect(boxOf(nothing as GeoJSON.Feature)).toBeNull();
  });

  test('of a place are named latitude first', () => {
    expect(placeIn('27.634, 85.521')).toEqual([85.521, 27.634]);
    expect(placeIn('85.521')).toBeNull();
    expect(placeIn('north, south')).toBeNull();
  });
});

test('a square of zoom 20 is 38 metres wide at the equator', () => {
  const { tile_m, pixel_m } = groundOf(20, 0);

  expect(tile_m).toBeCloseTo(38.22, 2);
  expect(pixel_m).toBeCloseTo(0.149, 3);
});
