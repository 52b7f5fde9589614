import type { Accuracy } from '@/api/models';
import { store } from '@/app/store';
import { useText } from '@/i18n/useText';
import { useSelected } from '@/state/store';
import { foretold } from './forecast';
import { useForecast } from './useForecast';

interface Props {
  readonly campaignId: string;
  readonly accuracy: Accuracy;
  readonly target: number;
}

/** How many more squares until it is good enough, and whether they are still worth it. */
export function ForecastLine({ campaignId, accuracy, target }: Props) {
  const t = useText('desk');
  const locale = useSelected(store, (state) => state.settings.locale);
  const forecast = useForecast(campaignId, accuracy, target);
  const sentences = forecast === null ? [] : foretold(forecast, locale);
  return (
    <p className="forecast" role="status">
      {sentences.map(({ key, values }) => t(key, values)).join(' ')}
    </p>
  );
}
