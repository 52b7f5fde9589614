import { SURE_FROM } from '@/map/looks';
import type { RefusedAnswer } from '@/state/state';
import type { Visit } from '@/actions/visits';
import { centroid } from '@/geometry/shapes';
import type { Key, Translate } from '@/i18n/text';

/** Shares of a tile's side from its middle within which a place is no side of it. */
const MIDDLE = 1 / 6;

/** One sentence on why this tile is asked: what the model hesitates about, and where. */
export function reasonText(visit: Visit, t: Translate<'label'>): string {
  const { task } = visit;
  const unsure = (task.outlines?.features ?? []).filter(
    ({ properties }) => properties.confidence < SURE_FROM,
  );
  if (task.outlines !== null && unsure.length > 0) {
    const places = unsure.map(({ geometry }) =>
      sideOf(task.bounds, centroid(geometry.coordinates as never)),
    );
    const count = unsure.length;
    const one = new Set(places).size === 1 ? places[0] : undefined;
    return one === undefined || one === 'middle'
      ? t('unsureOf', { count })
      : t('unsureOfWhere', { count, where: t(one) });
  }
  switch (task.reason) {
    case 'unsure_objects':
      // Every outline that is shown is a sure one: what is doubtful lies beside them.
      return t(task.outlines === null ? 'unsure_objects' : 'unsure_ground');
    case 'sees_objects':
      return t(task.outlines?.features.length ? 'sees_objects' : 'unsure_ground');
    case 'unsure_ground':
    case 'typical':
    case 'starting_labels':
    case 'model_blind':
    case 'random_check':
      return t(task.reason);
    default:
      return t('random_check');
  }
}

type Side = 'north' | 'south' | 'east' | 'west' | 'middle';

export function sideOf(
  [west, south, east, north]: readonly [number, number, number, number],
  [x, y]: readonly [number, number],
): Side {
  const across = (x - west) / (east - west) - 0.5;
  const up = (y - south) / (north - south) - 0.5;
  if (Math.max(Math.abs(across), Math.abs(up)) < MIDDLE) return 'middle';
  if (Math.abs(up) >= Math.abs(across)) return up > 0 ? 'north' : 'south';
  return across > 0 ? 'east' : 'west';
}

const REFUSALS: Readonly<Record<string, Key<'label'>>> = {
  'crosses-itself': 'refused_crosses',
  'outside-tile': 'refused_outside',
  'no-area': 'refused_noArea',
  'too-many-corners': 'refused_tooMany',
};

/** What is wrong with an answer that was refused; the service's English where no sentence fits. */
export function refusalIn(t: Translate<'label'>, { why, detail }: RefusedAnswer): string {
  const key = why === null ? undefined : REFUSALS[why];
  return key === undefined ? detail : t(key);
}
