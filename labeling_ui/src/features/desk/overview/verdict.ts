import type { Accuracy } from '@/api/models';

type RoundAccuracy = Accuracy['rounds'][number];

/** The answer to "is the map good enough yet?", as a key of the catalogue. */
export type Verdict =
  | 'noModel'
  | 'notMeasured'
  | 'notMeasurable'
  | 'nothingThere'
  | 'goodSurely'
  | 'goodPerhaps'
  | 'goodNotSure'
  | 'notYet';

export type Trend = 'better' | 'same' | 'worse';

/** The round whose model serves, as far as it has been measured. */
export function serving(rounds: readonly RoundAccuracy[]): RoundAccuracy | null {
  return rounds.findLast((round) => round.state === 'promoted') ?? null;
}

/** Whether people's answers stand behind a round's numbers, even where they give no ratio. */
export function isCompared(round: RoundAccuracy): boolean {
  return round.tile_count > 0;
}

/**
 * How the serving map stands against what its coordinator wants: surely when the whole interval
 * lies above, surely not when it lies below.
 */
export function verdictOf(accuracy: Accuracy, target: number): Verdict {
  const now = serving(accuracy.rounds);
  if (now === null) return 'noModel';
  const { estimate = null, low = null, high = null } = now.iou ?? {};
  if (estimate === null) {
    if (accuracy.audit.tiles === 0) return 'notMeasurable';
    return isCompared(now) ? 'nothingThere' : 'notMeasured';
  }
  if (low !== null && low >= target) return 'goodSurely';
  if (high !== null && high < target) return 'notYet';
  return estimate >= target ? 'goodPerhaps' : 'goodNotSure';
}

/** Why there is no chart where no round has a number, as a key of the catalogue. */
export function noChartBecause(
  accuracy: Accuracy,
): 'verdict_notMeasurable' | 'verdict_nothingThere' | 'chartEmpty' {
  if (accuracy.audit.tiles === 0) return 'verdict_notMeasurable';
  const now = serving(accuracy.rounds);
  return now !== null && isCompared(now) ? 'verdict_nothingThere' : 'chartEmpty';
}

/** What the newest measured round did to the map; null before there are two to compare. */
export function trendOf(rounds: readonly RoundAccuracy[]): Trend | null {
  const gain = rounds.at(-1)?.gain ?? null;
  if (gain === null || gain.estimate === null) return null;
  if (gain.low !== null && gain.low > 0) return 'better';
  if (gain.high !== null && gain.high < 0) return 'worse';
  return 'same';
}
