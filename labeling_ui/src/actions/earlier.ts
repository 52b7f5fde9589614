import type { Task } from '@/api/models';
import type { Rings } from '@/geometry/shapes';
import type { Outline, Work } from './outlines';
import type { Given, Visit } from './visits';

/**
 * A visit of some time ago, all of it, as text: a byte a character, some five thousand for a tile of
 * ten outlines, where objects and arrays of coordinates take several times as many.
 */
export interface Earlier {
  readonly reviewId: string;
  readonly text: string;
}

// What is shared stays shared: most states of a tile differ from the one before by one outline, and
// an answer that is given anew is told from the same one by the very outlines that it had.

type PackedOutline = Omit<Outline, 'rings'> & { readonly rings: number };
type PackedWork = Omit<Work, 'outlines'> & { readonly outlines: number };

interface Packed {
  readonly task: Omit<Task, 'outlines'>;
  readonly shown: readonly Shown[] | null;
  readonly given: (Omit<Given, 'work'> & { readonly work: number }) | null;
  readonly past: readonly number[];
  readonly present: number;
  readonly future: readonly number[];
  readonly shapes: readonly Rings[];
  readonly outlines: readonly PackedOutline[];
  readonly lists: readonly (readonly number[])[];
  readonly works: readonly PackedWork[];
}

type Feature = NonNullable<Task['outlines']>['features'][number];
type Shown = Omit<Feature, 'geometry'> & { readonly rings: number };

export function packed({ task, history, given }: Visit): Earlier {
  const shapes = numbered((rings: Rings) => rings);
  const outlines = numbered(({ rings, ...rest }: Outline): PackedOutline => ({
    ...rest,
    rings: shapes.number(rings),
  }));
  const lists = numbered((list: readonly Outline[]) => list.map(outlines.number));
  const works = numbered(({ outlines: list, ...rest }: Work): PackedWork => ({
    ...rest,
    outlines: lists.number(list),
  }));
  const { outlines: collection, ...place } = task;
  const whole: Packed = {
    task: place,
    shown:
      collection?.features.map(({ geometry, ...rest }) => ({
        ...rest,
        rings: shapes.number(geometry.coordinates as unknown as Rings),
      })) ?? null,
    given: given === null ? null : { ...given, work: works.number(given.work) },
    past: history.past.map(works.number),
    present: works.number(history.present),
    future: history.future.map(works.number),
    shapes: shapes.rows,
    outlines: outlines.rows,
    lists: lists.rows,
    works: works.rows,
  };
  return { reviewId: given?.reviewId ?? '', text: JSON.stringify(whole) };
}

export function unpacked({ text }: Earlier): Visit {
  const whole = JSON.parse(text) as Packed;
  const shape = (number: number): Rings => whole.shapes[number] ?? [];
  const outlines = whole.outlines.map(({ rings, ...rest }): Outline => ({
    ...rest,
    rings: shape(rings),
  }));
  const lists = whole.lists.map((list) => list.flatMap((number) => outlines[number] ?? []));
  const works = whole.works.map(({ outlines: list, ...rest }): Work => ({
    ...rest,
    outlines: lists[list] ?? [],
  }));
  const work = (number: number): Work => works[number] ?? NOTHING;
  return {
    task: { ...whole.task, outlines: collected(whole.shown, shape) },
    history: {
      past: whole.past.map(work),
      present: work(whole.present),
      future: whole.future.map(work),
      tag: null,
    },
    given: whole.given === null ? null : { ...whole.given, work: work(whole.given.work) },
  };
}

const NOTHING: Work = { outlines: [], level: null, acts: {}, next: 1 };

function collected(
  shown: readonly Shown[] | null,
  shape: (number: number) => Rings,
): Task['outlines'] {
  if (shown === null) return null;
  const features = shown.map(({ rings, ...rest }): Feature => {
    const coordinates = shape(rings) as unknown as Feature['geometry']['coordinates'];
    return { ...rest, geometry: { type: 'Polygon', coordinates } };
  });
  return { type: 'FeatureCollection', features };
}

/** Gives things numbers, the same one to the same thing, and keeps a row for each. */
function numbered<T extends object, Row>(rowOf: (thing: T) => Row) {
  const numbers = new Map<T, number>();
  const rows: Row[] = [];
  const number = (thing: T): number => {
    const known = numbers.get(thing);
    if (known !== undefined) return known;
    const row = rowOf(thing); // before its own number: what it is made of has its own table
    numbers.set(thing, rows.length);
    rows.push(row);
    return rows.length - 1;
  };
  return { number, rows };
}
