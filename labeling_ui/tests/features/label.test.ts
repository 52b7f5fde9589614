import { beforeAll, describe, expect, test } from 'vitest';
import type { Visit } from '@/actions/visits';
import { shownWork } from '@/actions/visits';
import { newId } from '@/features/label/newId';
import { levelOf, positionOf } from '@/features/label/slider';
import { reasonText, refusalIn, sideOf } from '@/features/label/reason';
import { Stopwatch } from '@/features/label/stopwatch';
import { judged, type Lesson } from '@/features/tutorial/lessons';
import { added, toggled } from '@/actions/outlines';
import { loadSections, translator } from '@/i18n/text';
import { begun } from '@/state/history';
import type { RefusedAnswer } from '@/state/state';
import { square, task, TILE } from '../made';

describe('the stopwatch', () => {
  test('counts what lies between signs of life', () => {
    const watch = new Stopwatch();
    watch.tick(1_000);
    watch.tick(4_000);

    expect(watch.take(6_000)).toBe(5);
    expect(watch.take(7_000)).toBe(1);
  });

  test('does not count an hour away', () => {
    const watch = new Stopwatch();
    watch.tick(0);

    expect(watch.take(3_600_000)).toBe(60);
  });

  test('stands while the page is hidden', () => {
    const watch = new Stopwatch();
    watch.tick(0);
    watch.pause(2_000);
    watch.tick(50_000);

    expect(watch.take(51_000)).toBe(3);
  });
});

describe('the slider', () => {
  test('stands in the middle where the model drew its line', () => {
    expect(positionOf(0.4, 0.4)).toBe(0);
    expect(levelOf(0, 0.4)).toBe(0.4);
  });
  test('grows outlines to the right', () => {
    expect(levelOf(50, 0.4)).toBeLessThan(0.4);
    expect(levelOf(-50, 0.4)).toBeGreaterThan(0.4);
  });
  test.each([-100, -37, 0, 12, 100])('comes back to where it was put: %d', (position) => {
    expect(positionOf(levelOf(position, 0.35), 0.35)).toBe(position);
  });
});

test('sides of a tile are told by the compass', () => {
  const bounds = [0, 0, 1, 1] as const;
  expect(sideOf(bounds, [0.5, 0.9])).toBe('north');
  expect(sideOf(bounds, [0.1, 0.4])).toBe('west');
  expect(sideOf(bounds, [0.55, 0.45])).toBe('middle');
});

describe('why a tile is asked', () => {
  beforeAll(() => loadSections('en', ['label']));
  const asked = (
    shown: Parameters<typeof task>[0],
    confidence: number,
    reason = 'unsure_objects',
  ): Visit => {
    const made = { ...task(shown), reason };
    made.outlines?.features.forEach(({ properties }) => (properties.confidence = confidence));
    return { task: made, history: begun(shownWork(made)), given: null };
  };
  const told = (visit: Visit) => reasonText(visit, translator('en', 'label'));

  test('names the doubtful outline', () => {
    expect(told(asked([square(60, 60, 30)], 0.4))).toContain('cannot decide on one outline');
  });
  test('does not speak of outlines where none is doubtful', () => {
    expect(told(asked([square(60, 60, 30)], 0.95))).toContain('about the ground');
    expect(told(asked([], 0.95))).toContain('about the ground');
  });
  test('says that the model sees something where it shows it', () => {
    expect(told(asked([square(60, 60, 30)], 0.95, 'sees_objects'))).toContain('Is it right?');
    expect(told(asked([], 0.95, 'sees_objects'))).toContain('about the ground');
  });
});

test('ids are UUIDs of version 4, and differ', () => {
  expect(newId()).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
  expect(newId()).not.toBe(newId());
});

describe('the teacher', () => {
  const missed = square(150, 150, 30);
  const wrong = square(10, 10, 20);
  const there = square(60, 60, 30);
  const drawn = (rings: Lesson['truth'][number]['rings']) => ({ rings, confidence: 0.9 });
  const lesson: Lesson = {
    name: 'fix',
    tile: TILE,
    shown: [drawn(there), drawn(wrong)],
    truth: [drawn(there), drawn(missed)],
  };
  const visit: Visit = {
    task: task([there, wrong]),
    history: begun(shownWork(task([there, wrong]))),
    given: null,
  };
  const work = visit.history.present;

  test('praises who removed the wrong one and added the missed one', () => {
    const mended = added(toggled(work, 'model-1'), square(152, 149, 28), 'propose');

    expect(judged(lesson, 'corrected', mended)).toEqual({ good: true, text: 'goodFix' });
  });
  test('says what is still missing', () => {
    expect(judged(lesson, 'corrected', toggled(work, 'model-1')).text).toBe('missedOne');
  });
  test('says what is too much', () => {
    expect(judged(lesson, 'corrected', added(work, missed, 'draw')).text).toBe('leftWrong');
  });
  test('does not take all right for an answer', () => {
    expect(judged(lesson, 'right', work)).toEqual({ good: false, text: 'notFix' });
  });
});

describe('an answer that was refused', () => {
  const refused = { why: 'crosses-itself', detail: 'Outline 0 crosses itself.' } as RefusedAnswer;

  test('is explained in the language of the person', async () => {
    await loadSections('sw', ['label']);

    expect(refusalIn(translator('sw', 'label'), refused)).toContain('unajikata');
  });
  test('is explained by the service where there is no sentence', () => {
    const odd = { ...refused, why: 'of-a-new-kind' };

    expect(refusalIn(translator('sw', 'label'), odd)).toBe('Outline 0 crosses itself.');
  });
});
