import { standing, type Outline, type Work } from '@/actions/outlines';
import type { Answer, Task } from '@/api/models';
import { tileBounds, TILE_PX, tileKey, type Tile } from '@/geometry/mercator';
import { centroid, contains, type Rings } from '@/geometry/shapes';
import type { PictureSource } from '@/supply/pictures';
import { greyOf, type GridSource } from '@/supply/probability';

export type LessonName = 'right' | 'fix' | 'nothing' | 'cloud';

interface Drawn {
  readonly rings: Rings;
  readonly confidence: number;
}

/** A practice tile, as `practice/make.py` writes it. */
export interface Lesson {
  readonly name: LessonName;
  readonly tile: Tile;
  readonly shown: readonly Drawn[];
  readonly truth: readonly Drawn[];
}

/** What the teacher says: a key of the catalogue, and whether the answer was right. */
export interface Verdict {
  readonly good: boolean;
  readonly text:
    | 'goodRight'
    | 'goodFix'
    | 'goodNothing'
    | 'goodCloud'
    | 'notRight'
    | 'notFix'
    | 'missedOne'
    | 'leftWrong'
    | 'notNothing'
    | 'notCloud';
}

const FOLDER = '/tutorial';

export async function fetchLessons(): Promise<Lesson[]> {
  const response = await fetch(`${FOLDER}/lessons.json`);
  if (!response.ok) throw new Error(`HTTP ${response.status}`);
  return (await response.json()) as Lesson[];
}

export function taskOf(lesson: Lesson, number: number): Task {
  return {
    lease_id: `practice-${number}`,
    tile: { ...lesson.tile, id: number },
    bounds: [...tileBounds(lesson.tile)],
    expires_at: '',
    outlines: {
      type: 'FeatureCollection',
      features: lesson.shown.map(({ rings, confidence }, id) => ({
        type: 'Feature',
        id,
        geometry: {
          type: 'Polygon',
          coordinates: rings.map((ring) => ring.map(([x, y]) => [x, y])),
        },
        properties: { id, confidence },
      })),
    },
    reason: 'typical',
    checkpoint_id: 'practice',
    class_name: 'building',
  };
}

export const truthOf = (lesson: Lesson): Outline[] =>
  lesson.truth.map(({ rings }, index) => ({
    id: `known-${index}`,
    rings,
    kind: 'known',
    confidence: null,
    gone: false,
  }));

/** Judges an answer to a practice tile as an experienced mapper would. */
export function judged(lesson: Lesson, answer: Answer, work: Work): Verdict {
  switch (lesson.name) {
    case 'right':
      return answer === 'right' ? good('goodRight') : bad('notRight');
    case 'nothing':
      return answer === 'nothing' ? good('goodNothing') : bad('notNothing');
    case 'cloud':
      return answer === 'cant_tell' ? good('goodCloud') : bad('notCloud');
    case 'fix':
      return answer === 'corrected' ? judgedFix(lesson, work) : bad('notFix');
  }
}

function judgedFix(lesson: Lesson, work: Work): Verdict {
  const left = standing(work);
  const same = (a: Rings, b: Rings): boolean =>
    contains(a, centroid(b)) && contains(b, centroid(a));
  const found = lesson.truth.every((truth) => left.some((one) => same(one.rings, truth.rings)));
  if (!found) return bad('missedOne');
  const real = left.every((one) => lesson.truth.some((truth) => same(one.rings, truth.rings)));
  return real ? good('goodFix') : bad('leftWrong');
}

const good = (text: Verdict['text']): Verdict => ({ good: true, text });
const bad = (text: Verdict['text']): Verdict => ({ good: false, text });

/**
 * The pictures of the practice: one file a lesson, with its surroundings, cut into tiles. Lessons
 * may be neighbours: `open` says on whose picture a tile is asked for.
 */
export function practicePictures(open: () => Lesson | null): PictureSource {
  const kept = new Map<LessonName, Promise<ImageBitmap>>();
  return async (tile) => {
    const lesson = open();
    if (lesson === null) return null;
    const [dx, dy] = [tile.x - lesson.tile.x, tile.y - lesson.tile.y];
    if (Math.abs(dx) > 1 || Math.abs(dy) > 1) return null;
    const whole = kept.get(lesson.name) ?? fetchPicture(lesson.name);
    kept.set(lesson.name, whole);
    return createImageBitmap(await whole, (dx + 1) * TILE_PX, (dy + 1) * TILE_PX, TILE_PX, TILE_PX);
  };
}

async function fetchPicture(name: LessonName): Promise<ImageBitmap> {
  const response = await fetch(`${FOLDER}/${name}.jpg`);
  if (!response.ok) throw new Error(`HTTP ${response.status}`);
  return createImageBitmap(await response.blob());
}

export function practiceProbability(lessons: readonly Lesson[]): GridSource {
  return async (tile) => {
    const lesson = lessons.find((one) => tileKey(one.tile) === tileKey(tile));
    if (lesson === undefined) return null;
    const response = await fetch(`${FOLDER}/${lesson.name}.png`);
    if (!response.ok) return null;
    return {
      values: await greyOf(await response.blob()),
      width: 3 * TILE_PX,
      height: 3 * TILE_PX,
      left: (tile.x - 1) * TILE_PX,
      top: (tile.y - 1) * TILE_PX,
      zoom: tile.z,
    };
  };
}
