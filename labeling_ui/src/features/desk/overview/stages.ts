import type { Round } from '@/api/models';

export type Stage = 'train' | 'predict' | 'stitch' | 'select' | 'label';
export type Status = 'done' | 'now' | 'next' | 'stopped';

export interface Step {
  readonly stage: Stage;
  readonly status: Status;
  /** From 0 to 1; null where nothing has been reported yet. */
  readonly share: number | null;
  /** How long it took, once it is done. */
  readonly seconds: number | null;
}

const WORK = ['train', 'predict', 'stitch', 'select'] as const;

/** What a round goes through, and how far it is. A first round without a model only chooses. */
export function stepsOf(round: Round): Step[] {
  const cold =
    round.jobs.some((job) => job.kind === 'select') &&
    !round.jobs.some((job) => job.kind === 'train');
  const stages: readonly Stage[] = cold ? ['select', 'label'] : [...WORK, 'label'];
  const beyondWork = round.labelling_at !== null;
  return stages.map((stage) =>
    stage === 'label' ? labelStep(round) : workStep(round, stage, beyondWork),
  );
}

function workStep(round: Round, stage: Stage, beyond: boolean): Step {
  const job = round.jobs.find((one) => one.kind === stage);
  const seconds = round.stage_seconds[stage] ?? null;
  if (job === undefined) {
    const status = beyond ? 'done' : stage === 'train' && isRunning(round) ? 'now' : 'next';
    return { stage, status, share: null, seconds };
  }
  const { done, total } = job.progress;
  const share =
    typeof done === 'number' && typeof total === 'number' && total > 0
      ? Math.min(done / total, 1)
      : null;
  const status =
    job.state === 'done'
      ? 'done'
      : job.state === 'failed' || job.state === 'cancelled' || round.state === 'held'
        ? 'stopped'
        : 'now';
  return { stage, status, share: status === 'done' ? 1 : share, seconds };
}

function labelStep(round: Round): Step {
  const { size, settled } = round.batch;
  const asked = round.labelling_at !== null;
  const status = !asked ? 'next' : round.state === 'labelling' ? 'now' : 'done';
  return {
    stage: 'label',
    status,
    share: asked && size > 0 ? settled / size : null,
    seconds: null,
  };
}

/** Machines work for this round: people need not do anything for it. */
export function isRunning(round: Round): boolean {
  return ['planned', 'training', 'predicting', 'selecting'].includes(round.state);
}

/** When a share of a stage was first seen: what its pace is measured from. */
export interface Seen {
  readonly stage: Stage;
  readonly share: number;
  readonly at_s: number;
}

/** Remembers where the stage at hand was first met; another stage begins anew. */
export function seenOf(before: Seen | null, steps: readonly Step[], now_s: number): Seen | null {
  const step = steps.find((one) => one.status === 'now');
  if (step === undefined || step.share === null) return null;
  return before?.stage === step.stage
    ? before
    : { stage: step.stage, share: step.share, at_s: now_s };
}

const PACE_FROM_SHARE = 0.08;

/**
 * Seconds until people can answer, by the pace of the stage at hand and by what the other stages
 * took in the round before; null where neither is known.
 */
export function secondsLeft(
  steps: readonly Step[],
  before: Round | null,
  seen: Seen | null,
  now_s: number,
): number | null {
  let left = 0;
  for (const step of steps) {
    if (step.stage === 'label' || step.status === 'done') continue;
    const usual = before?.stage_seconds[step.stage] ?? null;
    const paced = step.status === 'now' ? pacedLeft(step, seen, now_s) : null;
    const expected = paced ?? (usual === null ? null : usual * (1 - (step.share ?? 0)));
    // Putting outlines together and choosing take seconds; learning and looking do not.
    if (expected === null && (step.stage === 'train' || step.stage === 'predict')) return null;
    left += expected ?? 0;
  }
  return left;
}

function pacedLeft(step: Step, seen: Seen | null, now_s: number): number | null {
  if (seen === null || seen.stage !== step.stage || step.share === null) return null;
  const gained = step.share - seen.share;
  if (gained < PACE_FROM_SHARE) return null;
  return ((1 - step.share) / gained) * (now_s - seen.at_s);
}
