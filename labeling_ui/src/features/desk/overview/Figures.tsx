import type { ReactNode } from 'react';
import type { Accuracy, Campaign } from '@/api/models';
import { store } from '@/app/store';
import { plural } from '@/i18n/classNames';
import { useText } from '@/i18n/useText';
import { useSelected } from '@/state/store';
import { duration, percent } from '../format';
import { isCompared, serving } from './verdict';

interface Props {
  readonly campaign: Campaign;
  readonly accuracy: Accuracy;
}

/** Four numbers, each with what it means. */
export function Figures({ campaign, accuracy }: Props) {
  const t = useText('desk');
  const common = useText('common');
  const locale = useSelected(store, (state) => state.settings.locale);
  const now = serving(accuracy.rounds);
  const { estimate = null, low = null, high = null } = now?.iou ?? {};
  const found = now?.object_recall?.estimate ?? null;
  const real = now?.object_precision?.estimate ?? null;
  const { pool, audit } = campaign.tiles;
  const total = sum(pool) + sum(audit);
  const open = pool.open + audit.open;
  const disputed = pool.disputed + audit.disputed;
  const { people, reviews, seconds } = campaign.people;
  const unknown = now !== null && isCompared(now) ? t('nothingToCompare') : t('notMeasuredYet');
  const of100 = (share: number): number => Math.round(100 * share);
  return (
    <div className="figures">
      <Figure title={t('mapAccuracy')} value={estimate === null ? '–' : percent(locale, estimate)}>
        {estimate === null || low === null || high === null
          ? unknown
          : t('between', {
              low: percent(locale, low),
              high: percent(locale, high),
              count: now?.tile_count ?? 0,
            })}
      </Figure>
      <Figure
        title={t('thingsFound', { things: plural(campaign.class_name, common) })}
        value={found === null ? '–' : t('of100', { count: of100(found) })}
      >
        {real === null ? unknown : t('areReal', { count: of100(real) })}
      </Figure>
      <Figure title={t('peoplesTime')} value={duration(locale, seconds)}>
        {t('answersBy', { count: reviews, people: t('people', { count: people }) })}
      </Figure>
      <Figure title={t('tilesAnswered')} value={t('ratio', { done: total - open, total })}>
        {disputed === 0 ? t('noneDisputed') : t('disputedTiles', { count: disputed })}
      </Figure>
    </div>
  );
}

interface FigureProps {
  readonly title: string;
  readonly value: string;
  readonly children: ReactNode;
}

function Figure({ title, value, children }: FigureProps) {
  return (
    <section className="card figure">
      <h3>{title}</h3>
      <p className="big">{value}</p>
      <p className="hint">{children}</p>
    </section>
  );
}

function sum(counts: Readonly<Record<string, number>>): number {
  return Object.values(counts).reduce((all, count) => all + count, 0);
}
