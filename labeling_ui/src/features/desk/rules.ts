import type { components } from '@/api/schema';

export type Policy = components['schemas']['Policy'];

/** The rules that the form asks for; the others keep the service's defaults. */
export interface Rules {
  readonly acquisition: string;
  readonly batch_size: number;
  readonly random_share: number;
  readonly reviews_per_tile: number;
  readonly audit_reviews: number;
  readonly audit_share: number;
  readonly second_looks: boolean;
  readonly auto_rounds: boolean;
  /** How outlines are drawn from what the model sees. */
  readonly outlines: Preset;
}

export const PRESETS = ['plain', 'buildings', 'roads'] as const;
export type Preset = (typeof PRESETS)[number];

export type NumberRule = {
  [K in keyof Rules]: Rules[K] extends number ? K : never;
}[keyof Rules];

/** The service's own (a test compares them with its OpenAPI). */
export const DEFAULT_RULES: Rules = {
  acquisition: 'suited',
  batch_size: 40,
  random_share: 0.1,
  reviews_per_tile: 1,
  audit_reviews: 2,
  audit_share: 0.05,
  second_looks: true,
  auto_rounds: false,
  outlines: 'plain',
};

export const LIMITS: Record<NumberRule, { readonly min: number; readonly max: number }> = {
  batch_size: { min: 1, max: 10_000 },
  random_share: { min: 0, max: 1 },
  reviews_per_tile: { min: 1, max: 5 },
  audit_reviews: { min: 1, max: 5 },
  audit_share: { min: 0, max: 0.5 },
};

/** Reviews without agreement after which a coordinator decides, unless more are asked for. */
export const MAX_REVIEWS = 3;

export function wrongRules(rules: Rules): NumberRule[] {
  return (Object.keys(LIMITS) as NumberRule[]).filter((name) => {
    const value = rules[name];
    const whole = LIMITS[name].max > 1 && name !== 'random_share';
    return (
      !(value >= LIMITS[name].min && value <= LIMITS[name].max) ||
      (whole && !Number.isInteger(value))
    );
  });
}

/** What a form shows of a campaign's policy. */
export function rulesOf(policy: Policy): Rules {
  const preset = PRESETS.find((one) => one === policy.outlines?.preset);
  return { ...policy, outlines: preset ?? DEFAULT_RULES.outlines };
}

/**
 * Only what differs, so that better defaults of later versions are not lost, and rules that the form
 * does not show stay as they are.
 *
 * @param most reviews of a tile after which a coordinator decides, as it is now.
 */
export function changedRules(before: Rules, after: Rules, most: number): Record<string, unknown> {
  const policy: Record<string, unknown> = {};
  for (const name of Object.keys(DEFAULT_RULES) as (keyof Rules)[]) {
    if (after[name] === before[name]) continue;
    policy[name] = name === 'outlines' ? { preset: after.outlines } : after[name];
  }
  const asked = Math.max(after.reviews_per_tile, after.audit_reviews);
  if (asked > most) policy.max_reviews = asked;
  return policy;
}
