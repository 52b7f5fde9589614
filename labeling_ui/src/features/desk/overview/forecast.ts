import type { Forecast } from '@/api/models';
import type { Locale } from '@/i18n/locales';
import type { Key, Values } from '@/i18n/text';
import { percent } from '../format';

/** A sentence of the catalogue, and what it fills in. */
export interface Sentence {
  readonly key: Key<'desk'>;
  readonly values: Values;
}

/** Half a percentage point: what nobody would see on the map. */
const WORTH_LITTLE = 0.005;

const CANNOT_TELL = {
  too_few_rounds: 'forecast_tooFewRounds',
  too_few_tiles: 'forecast_tooFewTiles',
  too_unsure: 'forecast_tooUnsure',
} as const satisfies Record<NonNullable<Forecast['why']>, Key<'desk'>>;

/** How many more squares it takes, whether the next ones are worth it, and from where that counts. */
export function foretold(forecast: Forecast, locale: Locale): readonly Sentence[] {
  const worth = worthOf(forecast, locale);
  const counted = forecast.more_tiles ?? worth;
  return [
    whenReached(forecast, locale),
    ...(worth === null ? [] : [worth]),
    ...(counted === null
      ? []
      : [{ key: 'forecast_from', values: { count: forecast.labels } } as const]),
  ];
}

function whenReached(forecast: Forecast, locale: Locale): Sentence {
  const target = percent(locale, forecast.target);
  switch (forecast.outlook) {
    case 'reached':
      return { key: 'forecast_reached', values: { target } };
    case 'out_of_reach':
      return { key: 'forecast_outOfReach', values: { target } };
    case 'within_reach': {
      const { estimate: count = 0, low = 0, high = 0 } = forecast.more_tiles ?? {};
      if (count > 0) return { key: 'forecast_withinReach', values: { target, count, low, high } };
      return { key: high > 0 ? 'forecast_perhaps' : 'forecast_about', values: { target, high } };
    }
    case 'cannot_tell': {
      const { rounds, rounds_needed: needed } = forecast;
      return {
        key: CANNOT_TELL[forecast.why ?? 'too_unsure'],
        values: { target, rounds, needed },
      };
    }
  }
}

function worthOf({ gain, gain_tiles: count }: Forecast, locale: Locale): Sentence | null {
  if (!gain) return null;
  if (gain.high < WORTH_LITTLE) return { key: 'forecast_worthLittle', values: { count } };
  // A fitted curve never falls, so that there is no sign to show.
  const points = new Intl.NumberFormat(locale, {
    minimumFractionDigits: 1,
    maximumFractionDigits: 1,
  });
  return { key: 'forecast_worth', values: { count, gain: points.format(100 * gain.estimate) } };
}
