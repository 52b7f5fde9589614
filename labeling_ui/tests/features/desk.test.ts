import { describe, expect, test } from 'vitest';
import type { Accuracy, Round } from '@/api/models';
import { duration, percent, points } from '@/features/desk/format';
import { chartOf, ticksOf } from '@/features/desk/overview/chart';
import { eventsIn } from '@/features/desk/overview/sse';
import { secondsLeft, seenOf, stepsOf } from '@/features/desk/overview/stages';
import {
  countLooks,
  cutsOf,
  lookOfTile,
  rankOf,
  type TileProperties,
} from '@/features/desk/overview/tileLooks';
import { noChartBecause, trendOf, verdictOf } from '@/features/desk/overview/verdict';

type RoundAccuracy = Accuracy['rounds'][number];

const interval = (low: number, estimate: number, high: number) => ({ low, estimate, high });

function measured(round: number, part: Partial<RoundAccuracy> = {}): RoundAccuracy {
  return {
    round,
    checkpoint_id: `checkpoint-${round}`,
    state: 'retired',
    reason: '',
    tile_count: 30,
    labels: 40 * round,
    person_seconds: 600 * round,
    stage_seconds: {},
    ...part,
  };
}

const accuracy = (...rounds: RoundAccuracy[]): Accuracy => ({
  audit: { tiles: 30, settled: 30 },
  rounds,
});

describe('a stream of events', () => {
  test('may be cut anywhere', () => {
    const stream = ': still here\n\nevent: round\r\ndata: {"number":1}\r\n\r\ndata: a\ndata: b\n\n';
    for (let at = 0; at <= stream.length; at += 1) {
      const first = eventsIn('', stream.slice(0, at));
      const second = eventsIn(first.rest, stream.slice(at));

      expect([...first.events, ...second.events], `cut at ${at}`).toEqual([
        { event: 'round', data: '{"number":1}' },
        { event: 'message', data: 'a\nb' },
      ]);
      expect(second.rest).toBe('');
    }
  });

  test('keeps what is not whole yet', () => {
    expect(eventsIn('', 'event: round\ndata: {"numb')).toEqual({
      events: [],
      rest: 'event: round\ndata: {"numb',
    });
  });
});

const job = (kind: Round['jobs'][number]['kind'], part: Partial<Round['jobs'][number]> = {}) => ({
  kind,
  shard: '',
  state: 'done' as const,
  jobs: 1,
  jobs_done: 1,
  attempts: 1,
  progress: {},
  error: null,
  ...part,
});

function round(part: Partial<Round> = {}): Round {
  return {
    id: 'round',
    campaign_id: 'campaign',
    number: 2,
    state: 'predicting',
    held_in: null,
    held_reason: null,
    held_code: null,
    held_params: {},
    label_count: 40,
    person_seconds: 0,
    checkpoint_id: null,
    checkpoint_state: null,
    promoted: null,
    promotion_reason: null,
    stage_seconds: { train: 60 },
    batch: { size: 0, settled: 0 },
    jobs: [job('train'), job('predict', { state: 'running', progress: { done: 20, total: 80 } })],
    created_at: '2030-01-01T00:00:00Z',
    labelling_at: null,
    closed_at: null,
    ...part,
  };
}

describe('the stages of a round', () => {
  const statuses = (one: Round) => stepsOf(one).map(({ stage, status }) => `${stage} ${status}`);

  test('say what is done, under way and to come', () => {
    expect(statuses(round())).toEqual([
      'train done',
      'predict now',
      'stitch next',
      'select next',
      'label next',
    ]);
    expect(stepsOf(round())[1]?.share).toBe(0.25);
  });

  test('of a first round without a model are two', () => {
    const first = round({
      number: 0,
      state: 'labelling',
      labelling_at: '2030-01-01T00:00:00Z',
      jobs: [job('select')],
      batch: { size: 8, settled: 2 },
    });

    expect(statuses(first)).toEqual(['select done', 'label now']);
    expect(stepsOf(first)[1]?.share).toBe(0.25);
  });

  test('stop where the round is held', () => {
    const held = round({
      state: 'held',
      held_in: 'training',
      jobs: [job('train', { state: 'failed' })],
    });

    expect(statuses(held)[0]).toBe('train stopped');
  });
});

describe('the time left', () => {
  const before = round({ stage_seconds: { train: 60, predict: 40, stitch: 4, select: 2 } });

  test('follows the round before, as far as this one has not shown a pace of its own', () => {
    expect(secondsLeft(stepsOf(round()), before, null, 0)).toBe(0.75 * 40 + 4 + 2);
  });

  test('follows the pace of the stage at hand, once it shows one', () => {
    const seen = seenOf(null, stepsOf(round()), 100);
    const later = round({
      jobs: [job('train'), job('predict', { state: 'running', progress: { done: 40, total: 80 } })],
    });

    expect(seen).toEqual({ stage: 'predict', share: 0.25, at_s: 100 });
    // A quarter took ten seconds: the other half takes twenty.
    expect(secondsLeft(stepsOf(later), before, seen, 110)).toBe(20 + 4 + 2);
  });

  test('is not told before anything is known of it', () => {
    expect(secondsLeft(stepsOf(round()), null, null, 0)).toBeNull();
  });

  test('begins anew with each stage', () => {
    const seen = { stage: 'train', share: 0.9, at_s: 0 } as const;

    expect(seenOf(seen, stepsOf(round()), 50)).toEqual({ stage: 'predict', share: 0.25, at_s: 50 });
  });
});

describe('the chart', () => {
  const frame = { left: 0, right: 300, top: 0, bottom: 100 };

  test('has round ticks that cover all bands', () => {
    expect(ticksOf(0.41, 0.77)).toEqual([0.4, 0.5, 0.6, 0.7, 0.8]);
    expect(ticksOf(0.95, 0.99)).toEqual([0.94, 0.96, 0.98, 1]);
    expect(ticksOf(0, 1)).toEqual([0, 0.2, 0.4, 0.6, 0.8, 1]);
  });

  test('draws rounds from left to right, and better ones higher', () => {
    const chart = chartOf(
      [
        measured(1, { iou: interval(0.4, 0.5, 0.6) }),
        measured(2, { iou: interval(0.5, 0.6, 0.7) }),
      ],
      frame,
      null,
    );

    expect(chart?.marks.map(({ x, y, lowY, highY }) => [x, y, lowY, highY])).toEqual([
      [0, expect.closeTo(66.67, 1), 100, expect.closeTo(33.33, 1)],
      [300, expect.closeTo(33.33, 1), expect.closeTo(66.67, 1), 0],
    ]);
    expect(chart?.line).toBe('M0.0,66.7L300.0,33.3');
    expect(chart?.band).toBe('M0.0,33.3L300.0,0.0L300.0,66.7L0.0,100.0Z');
  });

  test('leaves models that were held out of the line, not out of sight', () => {
    const chart = chartOf(
      [
        measured(1, { iou: interval(0.4, 0.5, 0.6) }),
        measured(2, { iou: interval(0.1, 0.2, 0.3), state: 'held' }),
        measured(3, { iou: interval(0.5, 0.6, 0.7) }),
      ],
      frame,
      null,
    );

    expect(chart?.marks.map((mark) => mark.held)).toEqual([false, true, false]);
    expect(chart?.line.match(/[ML]/g)).toHaveLength(2);
  });

  test('makes room for the target', () => {
    const chart = chartOf([measured(1, { iou: interval(0.4, 0.5, 0.6) })], frame, 0.75);

    expect(chart?.ticks.at(-1)?.value).toBe(0.8);
    expect(chart?.target?.y).toBeCloseTo(12.5);
  });

  test.each([
    [0.7, 'end'],
    [0.9, 'start'],
  ] as const)('says a target of %d where no round is near', (target, end) => {
    const rounds = [
      measured(1, { iou: interval(0.6, 0.7, 0.8) }),
      measured(2, { iou: interval(0.8, 0.9, 1.0) }),
    ];

    expect(chartOf(rounds, frame, target)?.target?.wordsAt).toBe(end);
  });

  test('is none before anything has been measured', () => {
    expect(chartOf([measured(1)], frame, null)).toBeNull();
  });
});

describe('the verdict', () => {
  const served = (low: number, estimate: number, high: number) =>
    accuracy(measured(1, { state: 'promoted', iou: interval(low, estimate, high) }));

  test.each([
    [served(0.76, 0.8, 0.84), 'goodSurely'],
    [served(0.7, 0.78, 0.84), 'goodPerhaps'],
    [served(0.66, 0.72, 0.78), 'goodNotSure'],
    [served(0.4, 0.5, 0.6), 'notYet'],
    [accuracy(measured(1, { state: 'promoted', tile_count: 0 })), 'notMeasured'],
    [accuracy(measured(1, { state: 'promoted', tile_count: 6 })), 'nothingThere'],
    [
      { ...accuracy(measured(1, { state: 'promoted' })), audit: { tiles: 0, settled: 0 } },
      'notMeasurable',
    ],
    [accuracy(), 'noModel'],
  ])('weighs the interval against the target', (found, verdict) => {
    expect(verdictOf(found, 0.75)).toBe(verdict);
  });

  test.each([
    [accuracy(), 'chartEmpty'],
    [accuracy(measured(1, { state: 'promoted', tile_count: 0 })), 'chartEmpty'],
    [accuracy(measured(1, { state: 'promoted', tile_count: 6 })), 'verdict_nothingThere'],
    [{ ...accuracy(), audit: { tiles: 0, settled: 0 } }, 'verdict_notMeasurable'],
  ])('goes with the reason why there is no chart', (found, reason) => {
    expect(noChartBecause(found)).toBe(reason);
  });

  test('calls a gain a gain only if chance cannot explain it', () => {
    const gained = (low: number, estimate: number, high: number) =>
      trendOf([measured(2, { gain: interval(low, estimate, high) })]);

    expect(gained(0.01, 0.03, 0.05)).toBe('better');
    expect(gained(-0.01, 0.03, 0.05)).toBe('same');
    expect(gained(-0.09, -0.05, -0.01)).toBe('worse');
    expect(trendOf([measured(1)])).toBeNull();
  });
});

describe('the looks of tiles', () => {
  const tile = (part: Partial<TileProperties>): TileProperties => ({
    z: 20,
    x: 0,
    y: 0,
    state: 'open',
    reviewed: 0,
    in_batch: false,
    ...part,
  });
  const unsure = [0.1, 0.2, 0.3, 0.4].map((uncertainty) => tile({ uncertainty }));

  test('tell apart what is asked now, answered and disputed', () => {
    expect(lookOfTile(tile({ in_batch: true }), 'state', [])).toBe('asked');
    expect(lookOfTile(tile({ in_batch: true, state: 'settled' }), 'state', [])).toBe('settled');
    expect(lookOfTile(tile({ state: 'disputed' }), 'state', [])).toBe('disputed');
  });

  test('sort uncertainty into quarters', () => {
    const cuts = cutsOf(unsure);

    expect(unsure.map((one) => lookOfTile(one, 'uncertainty', cuts))).toEqual([
      'sure',
      'unsure1',
      'unsure2',
      'unsure3',
    ]);
    expect(lookOfTile(tile({ state: 'settled' }), 'uncertainty', cuts)).toBe('answered');
    expect(lookOfTile(tile({}), 'uncertainty', cuts)).toBe('blind');
  });

  test('are counted for the legend', () => {
    const counts = countLooks([...unsure, tile({ state: 'settled' })], 'state', []);

    expect([counts.get('open'), counts.get('settled')]).toEqual([4, 1]);
  });

  test('rank a tile among the open ones', () => {
    expect(rankOf(tile({ uncertainty: 0.3 }), unsure)).toBe(0.5);
    expect(rankOf(tile({}), unsure)).toBeNull();
  });
});

describe('numbers in words', () => {
  test('times have at most two units', () => {
    expect(duration('en', 42.4)).toBe('42 sec');
    expect(duration('en', 130)).toBe('2 min 10 sec');
    expect(duration('en', 24_000)).toBe('6 hr 40 min');
  });

  test('shares and points are written as the language writes them', () => {
    expect(percent('fr', 0.712)).toMatch(/^71\s%$/u);
    expect(percent('en', 0.36, 1)).toBe('36.0%');
    expect([points('en', 0.0124), points('en', -0.05)]).toEqual(['+1.2', '−5.0']);
  });
});
