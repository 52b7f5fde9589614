import { describe, expect, test } from 'vitest';
import { packed, unpacked } from '@/actions/earlier';
import { added, moved, toggled } from '@/actions/outlines';
import { answered, arrived, currentVisit, undo, worked, type Visit } from '@/actions/visits';
import type { Task } from '@/api/models';
import { square, start, task, TILE } from '../made';

/** A tile that was worked on in some steps, the last one taken back, and answered. */
function worn(shown: Task): Visit {
  const steps = [
    worked((work) => toggled(work, 'model-0')),
    worked((work) => moved(work, 3, -2, TILE.z), 'shift'),
    worked((work) => added(work, square(70, 70, 12), 'draw')),
    undo,
  ];
  const state = steps.reduce((now, step) => step(now), arrived([shown], 1)(start()));
  const work = currentVisit(state.labelling)?.history.present;
  if (work === undefined) throw new Error('no tile');
  const given = { reviewId: 'review', answer: 'corrected', reason: null, work } as const;
  const [visit] = answered(given)(state).labelling.visits;
  if (visit === undefined) throw new Error('no visit');
  return visit;
}

describe('a visit that is packed and unpacked', () => {
  test.each([
    ['with outlines', task([square(10, 10, 20), square(50, 50, 9)])],
    ['without any', task([])],
    ['without a model', task(null)],
  ])('is the same (%s)', (_, shown) => {
    const visit = worn(shown);

    expect(visit.history.past.length).toBeGreaterThan(0);
    expect(visit.history.future).toHaveLength(1);
    expect(unpacked(packed(visit))).toEqual(visit);
  });

  test('still knows that its answer was given to this very work', () => {
    const { given, history } = unpacked(packed(worn(task([square(10, 10, 20)]))));

    expect(given?.work).toBe(history.present);
    expect(history.past[0]?.outlines).not.toBe(history.present.outlines);
  });

  test('writes what its states share once', () => {
    const visit = worn(task([square(10, 10, 20)]));
    const states = Array.from({ length: 50 }, () => ({ ...visit.history.present }));
    const long = { ...visit, history: { ...visit.history, past: states } };

    expect(packed(long).text.length).toBeLessThan(packed(visit).text.length + 50 * 100);
  });
});
