import type { StyleSpecification } from './map';

type LayerSpecification = StyleSpecification['layers'][number];

// The colours of styles/tokens.css: GL knows no custom properties.
const MODEL = '#56d4ff';
const UNSURE = '#ffc247';
const MINE = '#ff7ad9';
const GONE = '#c3ccd5';
const CASING = '#0e1216';

/** Sources that vanish while the hide key is held; Terra Draw names its own with `td-`. */
export const OUTLINE_SOURCES: ReadonlySet<string> = new Set(['outlines']);

/** How each outline looks: told apart by its line as well as by its colour. */
export type Look = 'sure' | 'unsure' | 'mine' | 'gone' | 'known';

const is = (look: Look): ['==', ['get', string], string] => ['==', ['get', 'look'], look];
const line = (
  look: Look,
  colour: string,
  width: number,
  dash: number[] | null,
): LayerSpecification => ({
  id: `outline-${look}`,
  type: 'line',
  source: 'outlines',
  filter: ['all', is(look), ['==', ['geometry-type'], 'Polygon']],
  layout: { 'line-join': 'round', 'line-cap': dash === null ? 'round' : 'butt' },
  paint: {
    'line-color': colour,
    'line-width': ['case', ['==', ['get', 'selected'], true], width + 2, width],
    ...(dash === null ? {} : { 'line-dasharray': dash }),
  },
});

/** Where the service found an outline wrong: a red ring around the place. */
const WRONG: ['==', ['get', string], string] = ['==', ['get', 'look'], 'wrong'];

export const LAYERS: LayerSpecification[] = [
  {
    id: 'dim',
    type: 'fill',
    source: 'dim',
    paint: { 'fill-color': CASING, 'fill-opacity': 0.52, 'fill-antialias': false },
  },
  {
    id: 'frame',
    type: 'line',
    source: 'frame',
    paint: { 'line-color': '#ffffff', 'line-width': 2, 'line-opacity': 0.9 },
  },
  {
    id: 'outline-fill',
    type: 'fill',
    source: 'outlines',
    filter: ['==', ['geometry-type'], 'Polygon'],
    paint: {
      'fill-antialias': false,
      'fill-color': [
        'match',
        ['get', 'look'],
        'sure',
        MODEL,
        'unsure',
        UNSURE,
        'mine',
        MINE,
        'known',
        '#7ee2b0',
        CASING,
      ],
      'fill-opacity': ['case', ['==', ['get', 'selected'], true], 0.22, 0.08],
    },
  },
  {
    id: 'outline-casing',
    type: 'line',
    source: 'outlines',
    filter: ['==', ['geometry-type'], 'Polygon'],
    layout: { 'line-join': 'round' },
    paint: {
      'line-color': CASING,
      'line-opacity': 0.6,
      'line-width': ['case', is('gone'), 4, 7],
    },
  },
  line('gone', GONE, 2, [1, 2]),
  line('unsure', UNSURE, 3.5, [3, 1.8]),
  line('sure', MODEL, 3.5, null),
  line('known', '#7ee2b0', 3.5, [6, 1.2, 1, 1.2]),
  line('mine', MINE, 3.5, null),
  {
    id: 'outline-vertices',
    type: 'circle',
    source: 'outlines',
    filter: ['all', ['==', ['geometry-type'], 'Point'], ['!', ['has', 'look']]],
    paint: {
      'circle-radius': 4,
      'circle-color': MINE,
      'circle-stroke-color': CASING,
      'circle-stroke-width': 1.5,
    },
  },
  {
    id: 'wrong-casing',
    type: 'circle',
    source: 'outlines',
    filter: WRONG,
    paint: {
      'circle-radius': 22,
      'circle-color': '#ffffff00',
      'circle-stroke-color': CASING,
      'circle-stroke-width': 9,
    },
  },
  {
    id: 'wrong',
    type: 'circle',
    source: 'outlines',
    filter: WRONG,
    paint: {
      'circle-radius': 24,
      'circle-color': '#ffffff00',
      'circle-stroke-color': '#ff6b57',
      'circle-stroke-width': 4,
    },
  },
  {
    id: 'stroke',
    type: 'line',
    source: 'stroke',
    layout: { 'line-cap': 'round', 'line-join': 'round' },
    paint: { 'line-color': MINE, 'line-opacity': 0.45, 'line-width': 10 },
  },
];
