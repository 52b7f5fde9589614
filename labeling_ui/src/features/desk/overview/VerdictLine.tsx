import type { Accuracy } from '@/api/models';
import { store } from '@/app/store';
import { useText } from '@/i18n/useText';
import { useSelected } from '@/state/store';
import { percent } from '../format';
import { trendOf, verdictOf } from './verdict';

interface Props {
  readonly accuracy: Accuracy;
  readonly target: number;
}

/** The coordinator's question, and its answer in words. */
export function VerdictLine({ accuracy, target }: Props) {
  const t = useText('desk');
  const locale = useSelected(store, (state) => state.settings.locale);
  const verdict = verdictOf(accuracy, target);
  const trend = trendOf(accuracy.rounds);
  const { tiles, settled } = accuracy.audit;
  return (
    <section className="verdict">
      <h2>{t('goodEnough')}</h2>
      <p>
        {t(`verdict_${verdict}`, { target: percent(locale, target), settled, tiles })}{' '}
        {trend === null ? null : t(`trend_${trend}`)}
      </p>
    </section>
  );
}
