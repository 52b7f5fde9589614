import { ApiProblem, Unreachable } from '@/api/problem';
import type { Checkpoint, Round } from '@/api/models';
import { apart, sentence, valuesOf, type Said } from '@/i18n/said';
import { hasSentence, translator, type Values } from '@/i18n/text';
import type { Locale } from '@/i18n/locales';
import { points } from './format';

type Params = Readonly<Record<string, unknown>>;

/** What went wrong. English readers get the service's own sentence: it knows the case best. */
export function saidOf(locale: Locale, error: Error): Said {
  if (error instanceof Unreachable) return { text: sentence(locale, 'unreachable'), english: null };
  if (!(error instanceof ApiProblem)) return { text: null, english: error.message };
  const { detail } = error.problem;
  if (locale === 'en' && detail !== '') return { text: detail, english: null };
  const filled = valuesOf(error.problem);
  const cause = error.why === null ? null : sentence(locale, `cause_${named(error.why)}`, filled);
  const text = cause ?? sentence(locale, named(error.kind), filled);
  return { text, english: detail === '' && text !== null ? null : error.message };
}

/** Why a model serves, or was held; models from before there were codes have English only. */
export function gateReason(locale: Locale, checkpoint: Checkpoint): Said {
  const { state_code: code, state_params: params, state_reason: english } = checkpoint;
  const text = code === null ? null : sentence(locale, `gate_${code}`, gateValues(locale, params));
  return { text, english: text === null ? english || null : null };
}

/** Why a round is held, and what to do; what the service says beside it names the very case. */
export function holdReason(locale: Locale, round: Round): Said {
  const { held_code: code, held_params: params, held_reason: english } = round;
  const { stage } = params;
  const name = `stage_${String(stage)}`;
  const values = {
    ...valuesOf(params),
    stage: hasSentence(locale, 'desk', name) ? translator(locale, 'desk')(name) : String(stage),
  };
  return { text: code === null ? null : sentence(locale, `hold_${code}`, values), english };
}

const named = (kind: string): string => kind.replaceAll('-', '_');

/** Differences of IoU are told in points, with their sign. */
function gateValues(locale: Locale, params: Params): Values {
  const { gain, low, high, tiles, ...rest } = valuesOf(params);
  const differences = Object.entries({ gain, low, high }).flatMap(([name, value]) =>
    typeof value === 'number' ? [[name, apart(points(locale, value))]] : [],
  );
  return { ...rest, ...Object.fromEntries(differences), count: tiles ?? 0 };
}
