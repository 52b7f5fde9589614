import type { NewReview, Task } from '@/api/models';
import { tileBounds } from '@/geometry/mercator';
import { begun } from '@/state/history';
import type { Labelling, RefusedAnswer, State } from '@/state/state';
import type { Outline } from './outlines';
import { FRESH, unpackedFrom, update, type Visit } from './visits';

/** A refused answer is open again as it was given: in the line, or made of what was sent. */
export const reopened =
  (refused: RefusedAnswer) =>
  (state: State): State => {
    const long = state.labelling.earlier.findIndex((visit) => visit.reviewId === refused.id);
    const labelling = long < 0 ? state.labelling : unpackedFrom(state.labelling, long);
    const known = labelling.visits.findIndex((visit) => visit.given?.reviewId === refused.id);
    if (known >= 0) return update(state, { ...labelling, ...FRESH, fixing: true, at: known });
    // A page that was just loaded may have been handed this very tile again: one visit is enough.
    const again = (task: Task): boolean => isTile(task, refused.review.tile);
    const ready = labelling.ready.filter((task) => !again(task));
    const others = labelling.visits.filter((visit) => visit.given !== null || !again(visit.task));
    const at = Math.min(Math.max(labelling.at, 0), others.length);
    const visits = [
      ...others.slice(0, at),
      visitOfRefused(refused, labelling),
      ...others.slice(at),
    ];
    return update(state, { ...FRESH, fixing: true, visits, at, ready });
  };

const handedAgain = ({ ready, visits }: Labelling, review: NewReview): Task | undefined =>
  [...visits.filter((visit) => visit.given === null).map((visit) => visit.task), ...ready].find(
    (task) => isTile(task, review.tile),
  );

const isTile = ({ tile }: Task, { z, x, y }: NewReview['tile']): boolean =>
  tile.z === z && tile.x === x && tile.y === y;

function visitOfRefused({ id, review }: RefusedAnswer, labelling: Labelling): Visit {
  const outlines = (review.objects?.features ?? []).map((feature, index): Outline => ({
    id: `drawn-${index}`,
    rings: feature.geometry.coordinates as unknown as Outline['rings'],
    kind: feature.properties?.source === 'model' ? 'model' : 'drawn',
    confidence: null,
    gone: false,
  }));
  const work = { outlines, level: null, acts: review.acts ?? {}, next: outlines.length };
  const task: Task = {
    lease_id: (handedAgain(labelling, review) ?? review).lease_id ?? id,
    tile: { ...review.tile, id: 0 },
    bounds: [...tileBounds(review.tile)],
    expires_at: '',
    outlines: null,
    reason: 'random_check',
    checkpoint_id: null,
    class_name: labelling.visits[0]?.task.class_name ?? 'building',
  };
  const reason = review.cant_tell_reason ?? null;
  return {
    task,
    history: begun(work),
    given: { reviewId: id, answer: review.answer, reason, work },
  };
}
