import { describe, expect, test } from 'vitest';
import { added, moved, toggled } from '@/actions/outlines';
import { reopened } from '@/actions/reopening';
import {
  AT_HAND,
  acceptance,
  answered,
  arrived,
  canRedo,
  canUndo,
  countGiven,
  currentVisit,
  leaseOver,
  redo,
  reported,
  skipped,
  undo,
  worked,
} from '@/actions/visits';
import type { Answer, Task } from '@/api/models';
import type { RefusedAnswer, State } from '@/state/state';
import { square, start, task, TILE } from '../made';

const run = (state: State, ...actions: ((state: State) => State)[]): State =>
  actions.reduce((now, action) => action(now), state);
const visit = (state: State) => currentVisit(state.labelling);
const tile = (state: State) => visit(state)?.task.lease_id;
const drop = worked((work) => toggled(work, 'model-0'));
const give =
  (answer: Answer, reviewId = `review-${Math.random()}`) =>
  (state: State): State => {
    const now = visit(state);
    return now === null
      ? state
      : answered({ reviewId, answer, reason: null, work: now.history.present })(state);
  };
const some = (count: number): Task[] =>
  Array.from({ length: count }, () => task([square(10, 10, 20)]));

describe('a line of tiles', () => {
  test('the first tile that comes is shown at once, the others wait', () => {
    const tasks = some(3);
    const state = arrived(tasks, 40)(start());

    expect(tile(state)).toBe(tasks[0]?.lease_id);
    expect(state.labelling.ready).toHaveLength(2);
    expect(state.labelling.waiting).toBe(40);
  });

  test('a tile that is here already does not come twice', () => {
    const tasks = some(2);
    const state = run(start(), arrived(tasks, 2), arrived(tasks, 2));

    expect(state.labelling.ready).toHaveLength(1);
  });

  test('what was moved off its tile is not part of the answer', () => {
    const column = (some(1)[0]?.tile.x ?? 0) + 1 - TILE.x; // of the next tile that is made
    const shown = task([square(256 * column + 2, 10, 20), square(256 * column + 90, 10, 20)]);
    const west = worked((work, { task: { tile } }) => moved(work, -40, 0, tile.z));
    const state = run(start(), arrived([shown], 1), west);
    const now = visit(state);

    expect(now?.history.present.outlines).toHaveLength(2);
    expect(now && reported(now).map((one) => one.id)).toEqual(['model-1']);
    expect(now && acceptance(now)).toBe('corrected');
    const off = visit(run(state, west, west));
    expect(off && acceptance(off)).toBe('nothing');
  });

  test('an answer brings the next tile', () => {
    const tasks = some(2);
    const state = run(start(), arrived(tasks, 2), give('right'));

    expect(tile(state)).toBe(tasks[1]?.lease_id);
  });

  test('who has answered all gets the next one when it comes', () => {
    const late = some(1);
    const waiting = run(start(), arrived(some(1), 1), give('right'));

    expect(visit(waiting)).toBeNull();
    expect(tile(arrived(late, 1)(waiting))).toBe(late[0]?.lease_id);
  });

  test('no tiles at all is said', () => {
    expect(arrived([], 0)(start()).labelling.supply).toBe('empty');
  });

  test('undo takes back changes, then goes back to the tile before', () => {
    const tasks = some(2);
    const state = run(start(), arrived(tasks, 2), drop, give('corrected'), drop);

    const once = undo(state);
    expect(tile(once)).toBe(tasks[1]?.lease_id);
    expect(visit(once)?.history.present.outlines[0]?.gone).toBe(false);

    const twice = undo(once);
    expect(tile(twice)).toBe(tasks[0]?.lease_id);
    expect(visit(twice)?.given?.answer).toBe('corrected');
    expect(visit(twice)?.history.present.outlines[0]?.gone).toBe(true);

    expect(run(twice, redo, redo)).toEqual(run(state));
  });

  test('undo ends at the beginning', () => {
    const state = arrived(some(1), 1)(start());

    expect(canUndo(state.labelling)).toBe(false);
    expect(undo(state)).toBe(state);
  });

  test('a reopened tile that is answered anew leads on to the tile that was open', () => {
    const tasks = some(2);
    const state = run(start(), arrived(tasks, 2), give('right'), undo, give('nothing', 'second'));

    expect(tile(state)).toBe(tasks[1]?.lease_id);
    expect(state.labelling.visits[0]?.given?.reviewId).toBe('second');
  });

  test.each([0, 1])(
    'a refused tile that was handed out again is visited once (place %i)',
    (place) => {
      const tasks = some(2).map((one, x) => ({ ...one, tile: { z: 20, x, y: 7, id: x } }));
      const handed = tasks[place];
      const refused: RefusedAnswer = {
        id: 'refused',
        detail: 'It crosses itself.',
        why: null,
        where: null,
        campaignId: 'campaign',
        review: {
          id: 'refused',
          tile: { z: 20, x: place, y: 7 },
          lease_id: 'an-older-one',
          answer: 'nothing',
          acts: {},
          seconds_spent: 3,
        },
      };
      const state = run(start(), arrived(tasks, 2), reopened(refused));

      expect(tile(state)).toBe(handed?.lease_id);
      expect(visit(state)?.given?.reviewId).toBe('refused');
      const onwards = run(state, give('right', 'better'));
      expect(tile(onwards)).toBe(tasks[1 - place]?.lease_id);
      expect(onwards.labelling.ready).toEqual([]);
    },
  );

  test('a skipped tile is left out and not offered again', () => {
    const tasks = some(2);
    const state = run(start(), arrived(tasks, 2), skipped, arrived(tasks.slice(0, 1), 2));

    expect(tile(state)).toBe(tasks[1]?.lease_id);
    expect(state.labelling.ready).toEqual([]);
    expect(state.labelling.visits).toHaveLength(1);
  });

  test('a lease that is over takes its tile out of those that wait, not off the screen', () => {
    const [first, second] = some(2);
    const state = arrived([first, second] as Task[], 2)(start());

    expect(leaseOver(second?.lease_id ?? '')(state).labelling.ready).toEqual([]);
    expect(tile(leaseOver(first?.lease_id ?? '')(state))).toBe(first?.lease_id);
  });

  test('a day of tiles can be taken back, one after the other, and gone through again', () => {
    const tasks = some(250);
    let state = start();
    for (const one of tasks) state = run(state, arrived([one], 1), drop, give('nothing'));

    expect(state.labelling.visits).toHaveLength(AT_HAND);
    expect(countGiven(state.labelling)).toBe(250);
    const back: (string | undefined)[] = [];
    for (let before = undo(state); before !== state; before = undo(state)) {
      state = before;
      if (back.at(-1) !== tile(state)) back.push(tile(state));
    }
    expect(back).toEqual(tasks.map((one) => one.lease_id).reverse());
    expect(visit(state)?.given?.answer).toBe('nothing');
    expect(visit(state)?.history.present.outlines[0]?.gone).toBe(false); // the drop is undone, too
    expect(canUndo(state.labelling)).toBe(false);

    while (canRedo(state.labelling)) state = redo(state);
    expect(tile(state)).toBe(tasks.at(-1)?.lease_id);
    state = run(state, give('nothing'), arrived(some(1), 1));
    expect(state.labelling.visits).toHaveLength(AT_HAND);
    expect(countGiven(state.labelling)).toBe(250);
  });

  test('an answer of long ago that is refused can be mended', () => {
    let state = start();
    for (let count = 0; count < AT_HAND + 30; count += 1) {
      state = run(state, arrived(some(1), 1), give('right', `review-${count}`));
    }
    const old = state.labelling.earlier[7];
    const refused = { id: 'review-7', campaignId: 'campaign' } as RefusedAnswer;
    state = reopened(refused)(state);

    expect(old?.reviewId).toBe('review-7');
    expect(visit(state)?.given?.reviewId).toBe('review-7');
    expect(state.labelling.earlier).toHaveLength(7);
  });
});

describe('accepting a tile', () => {
  const at = (shown: Parameters<typeof task>[0], ...actions: ((state: State) => State)[]) => {
    const now = visit(run(start(), arrived([task(shown)], 1), ...actions));
    return now === null ? null : acceptance(now);
  };

  test('as it was shown is right', () => {
    expect(at([square(10, 10, 20)])).toBe('right');
  });
  test('with an outline dropped of two is corrected', () => {
    expect(at([square(10, 10, 20), square(50, 50, 9)], drop)).toBe('corrected');
  });
  test('with all outlines dropped is nothing', () => {
    expect(at([square(10, 10, 20)], drop)).toBe('nothing');
  });
  test('dropped and brought back is right', () => {
    expect(at([square(10, 10, 20)], drop, drop)).toBe('right');
  });
  test('drawn from scratch is corrected', () => {
    const draw = worked((work) => added(work, square(10, 10, 20), 'draw'));

    expect(at(null, draw)).toBe('corrected');
  });
  test('without any outline says nothing yet', () => {
    expect(at(null)).toBeNull();
    expect(at([])).toBeNull();
  });
});
