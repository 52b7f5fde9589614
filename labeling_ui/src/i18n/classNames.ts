import type { Translate } from './text';

const KNOWN = {
  building: 'buildings',
  buildings: 'buildings',
  roof: 'roofs',
  roofs: 'roofs',
  road: 'roads',
  roads: 'roads',
  tree: 'trees',
  trees: 'trees',
  field: 'fields',
  fields: 'fields',
  water: 'water',
} as const;

/** A campaign's class in the person's language, where the catalogues know it; else as it is. */
export function plural(className: string, common: Translate<'common'>): string {
  const known = KNOWN[className.trim().toLowerCase() as keyof typeof KNOWN];
  return known === undefined ? className : common(known);
}
