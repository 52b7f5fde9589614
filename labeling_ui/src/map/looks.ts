import type { Outline } from '@/actions/outlines';

// The colours of styles/tokens.css: a canvas knows no custom properties.
export const MODEL = '#56d4ff';
export const UNSURE = '#ffc247';
export const MINE = '#ff7ad9';
export const GONE = '#c3ccd5';
export const KNOWN = '#7ee2b0';
export const WRONG = '#ff6b57';
export const NIGHT = '#0e1216';
export const WHITE = '#ffffff';

/** How each outline looks: told apart by its line as well as by its colour. */
export type Look = 'sure' | 'unsure' | 'mine' | 'gone' | 'known';

export interface Line {
  readonly colour: string;
  readonly width_px: number;
  /** Lengths of dashes and gaps; none: the line is whole. */
  readonly dash_px: readonly number[];
  readonly casing_px: number;
}

const line = (colour: string, dash_px: readonly number[] = []): Line => ({
  colour,
  width_px: 3.5,
  dash_px,
  casing_px: 7,
});

/** In the order in which they are painted: the later lie above. */
export const LINES: Readonly<Record<Look, Line>> = {
  gone: { colour: GONE, width_px: 2, dash_px: [2, 4], casing_px: 4 },
  unsure: line(UNSURE, [10.5, 6.5]),
  sure: line(MODEL),
  known: line(KNOWN, [21, 4, 3.5, 4]),
  mine: line(MINE),
};

/** Below this mean probability the model is shown as unsure. */
export const SURE_FROM = 0.7;

export function lookOf(outline: Outline): Look {
  if (outline.gone) return 'gone';
  if (outline.kind === 'known') return 'known';
  if (outline.kind === 'drawn') return 'mine';
  return outline.confidence !== null && outline.confidence < SURE_FROM ? 'unsure' : 'sure';
}
