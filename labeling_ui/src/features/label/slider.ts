/** Positions of the slider on each side of the middle. */
export const STEPS = 100;
/** The lowest and the highest threshold that it reaches. */
const LOW = 0.04;
const HIGH = 0.96;

/** Right is larger: a lower threshold. The middle is where the model put it. */
export function levelOf(position: number, threshold: number): number {
  return position >= 0
    ? threshold - (threshold - LOW) * (position / STEPS)
    : threshold + (HIGH - threshold) * (-position / STEPS);
}

export function positionOf(level: number, threshold: number): number {
  return Math.round(
    level <= threshold
      ? (STEPS * (threshold - level)) / (threshold - LOW)
      : (-STEPS * (level - threshold)) / (HIGH - threshold),
  );
}
