import { heardLong } from '@/actions/outbox';
import { answered, currentVisit, reported, skipped, type Visit } from '@/actions/visits';
import type { Answer, CantTellReason, NewReview } from '@/api/models';
import type { State } from '@/state/state';
import type { Store } from '@/state/store';
import { newId } from './newId';
import { Stopwatch } from './stopwatch';

/** Where answers go: the outbox. */
export type Deliver = (review: NewReview, replaces: string | null) => Promise<void>;

/** Who takes the answers of the label screen: a campaign, or the teacher of the practice. */
export interface Answers {
  readonly stopwatch: Stopwatch;
  answer(answer: Answer, reason?: CantTellReason | null): void;
  skip(): void;
}

/** Takes answers to the tile on the screen, and hands them on. */
export class Answering implements Answers {
  readonly #store: Store<State>;
  readonly #deliver: Deliver;
  readonly stopwatch = new Stopwatch();

  constructor(store: Store<State>, deliver: Deliver) {
    this.#store = store;
    this.#deliver = deliver;
  }

  answer(answer: Answer, reason: CantTellReason | null = null): void {
    const visit = currentVisit(this.#store.get().labelling);
    if (visit === null) return;
    if (isTheSame(visit, answer, reason)) {
      // Reopened and left as it was: what was said stands, and nothing is sent again.
      if (visit.given !== null) this.#store.apply(answered(visit.given));
      return;
    }
    const review = reviewOf(visit, answer, reason, this.stopwatch.take());
    const refused = this.#store.get().outbox.refused.map((one) => one.id);
    const before = visit.given?.reviewId ?? null;
    const replaces = before !== null && refused.includes(before) ? before : null;
    void this.#deliver(review, replaces);
    const work = visit.history.present;
    this.#store.apply(answered({ reviewId: review.id, answer, reason, work }));
    this.#store.apply(heardLong);
  }

  skip(): void {
    this.#store.apply(skipped);
  }
}

function isTheSame(
  { given, history }: Visit,
  answer: Answer,
  reason: CantTellReason | null,
): boolean {
  return (
    given !== null &&
    given.answer === answer &&
    given.reason === reason &&
    (answer !== 'corrected' || given.work.outlines === history.present.outlines)
  );
}

function reviewOf(
  visit: Visit,
  answer: Answer,
  reason: CantTellReason | null,
  seconds: number,
): NewReview {
  const { task, history } = visit;
  const { z, x, y } = task.tile;
  return {
    id: newId(),
    tile: { z, x, y },
    lease_id: task.lease_id,
    answer,
    cant_tell_reason: reason,
    seconds_spent: Math.round(seconds * 10) / 10,
    acts: history.present.acts,
    ...(answer === 'corrected'
      ? {
          objects: {
            type: 'FeatureCollection',
            features: reported(visit).map((outline) => ({
              type: 'Feature',
              geometry: {
                type: 'Polygon',
                coordinates: outline.rings.map((ring) => ring.map(([lon, lat]) => [lon, lat])),
              },
              properties: { source: outline.kind === 'model' ? 'model' : 'person' },
            })),
          },
        }
      : {}),
  };
}
