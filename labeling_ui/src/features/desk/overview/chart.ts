import type { Accuracy } from '@/api/models';

type RoundAccuracy = Accuracy['rounds'][number];

/** One measured round as the chart draws it; shares from 0 to 1, places in the chart's units. */
export interface Mark {
  readonly round: number;
  readonly x: number;
  readonly y: number;
  readonly value: number;
  readonly low: number | null;
  readonly high: number | null;
  readonly lowY: number | null;
  readonly highY: number | null;
  readonly labels: number;
  /** A model that was measured and does not serve is no part of the line. */
  readonly held: boolean;
}

export interface Chart {
  readonly marks: readonly Mark[];
  readonly ticks: readonly { readonly value: number; readonly y: number }[];
  readonly line: string;
  readonly band: string;
  readonly target: Target | null;
}

/** The line to be reached; its words stand at the end where the measured rounds are further away. */
export interface Target {
  readonly y: number;
  readonly wordsAt: 'start' | 'end';
}

export interface Frame {
  readonly left: number;
  readonly right: number;
  readonly top: number;
  readonly bottom: number;
}

const STEPS = [0.02, 0.05, 0.1, 0.2, 0.25];
const TICKS_MOST = 5;

/** Round shares between `low` and `high`, both covered, at most six of them. */
export function ticksOf(low: number, high: number): number[] {
  const step = STEPS.find((one) => (high - low) / one <= TICKS_MOST) ?? 0.25;
  const first = Math.max(0, Math.floor(low / step + 1e-9));
  const last = Math.min(Math.round(1 / step), Math.ceil(high / step - 1e-9));
  const count = Math.max(last - first, 1);
  return Array.from({ length: count + 1 }, (_, index) =>
    Number(((first + index) * step).toFixed(4)),
  );
}

/** The measured rounds on a frame; null before anything has been measured. */
export function chartOf(
  rounds: readonly RoundAccuracy[],
  frame: Frame,
  target: number | null,
): Chart | null {
  const measured = rounds.filter((round) => typeof round.iou?.estimate === 'number');
  if (measured.length === 0) return null;
  const values = measured.flatMap(({ iou }) => known([iou?.low, iou?.estimate, iou?.high]));
  const ticks = ticksOf(Math.min(...values, target ?? 1), Math.max(...values, target ?? 0));
  const lowest = ticks[0] ?? 0;
  const highest = ticks.at(-1) ?? 1;
  const y = (value: number): number =>
    frame.bottom - ((value - lowest) / (highest - lowest)) * (frame.bottom - frame.top);
  const x = (index: number): number =>
    measured.length === 1
      ? (frame.left + frame.right) / 2
      : frame.left + (index / (measured.length - 1)) * (frame.right - frame.left);

  const marks = measured.map((round, index): Mark => {
    const value = round.iou?.estimate ?? 0;
    const low = round.iou?.low ?? null;
    const high = round.iou?.high ?? null;
    return {
      round: round.round,
      x: x(index),
      y: y(value),
      value,
      low,
      high,
      lowY: low === null ? null : y(low),
      highY: high === null ? null : y(high),
      labels: round.labels,
      held: round.state === 'held',
    };
  });
  const served = marks.filter((mark) => !mark.held);
  return {
    marks,
    ticks: ticks.map((value) => ({ value, y: y(value) })),
    line: path(served.map((mark) => [mark.x, mark.y])),
    band: bandOf(served),
    target: target === null ? null : targetAt(y(target), marks),
  };
}

function targetAt(y: number, marks: readonly Mark[]): Target {
  const away = (mark: Mark | undefined): number => Math.abs((mark?.y ?? y) - y);
  return { y, wordsAt: away(marks.at(-1)) > away(marks[0]) ? 'end' : 'start' };
}

function bandOf(marks: readonly Mark[]): string {
  const upper: [number, number][] = [];
  const lower: [number, number][] = [];
  for (const { x, lowY, highY } of marks) {
    if (lowY === null || highY === null) continue;
    upper.push([x, highY]);
    lower.unshift([x, lowY]);
  }
  return upper.length < 2 ? '' : `${path([...upper, ...lower])}Z`;
}

function path(points: readonly (readonly [number, number])[]): string {
  return points
    .map(([x, y], index) => `${index === 0 ? 'M' : 'L'}${x.toFixed(1)},${y.toFixed(1)}`)
    .join('');
}

function known(values: readonly (number | null | undefined)[]): number[] {
  return values.filter((value) => typeof value === 'number');
}
