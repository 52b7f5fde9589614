import { useState } from 'react';
import { countGiven } from '@/actions/visits';
import { api, ask } from '@/api/client';
import type { Campaign } from '@/api/models';
import { store } from '@/app/store';
import { Ring } from '@/components/Ring';
import { useText } from '@/i18n/useText';
import { useResource } from '@/state/resource';
import { useSelected } from '@/state/store';
import { Icon } from './Icon';
import { SettingsDialog } from './SettingsDialog';

/** So many answers are asked before a pace is told: fewer are no pace. */
const PACE_FROM = 5;
/** Own numbers are asked for anew after so many answers. */
const ASK_EVERY = 5;

/** Own count, pace and agreement, how far the round is, and the way to the settings. */
export function Me({ campaign }: { readonly campaign: Campaign | null }) {
  const t = useText('label');
  const [open, setOpen] = useState(false);
  const labelling = useSelected(store, (state) => state.labelling);
  const given = countGiven(labelling);
  const own = useOwn(campaign?.id ?? null, Math.floor(given / ASK_EVERY));
  const [since] = useState(() => Date.now());
  const batch = campaign?.current_round?.batch;
  const total = batch?.size ?? 0;
  const done = labelling.waiting === null ? (batch?.settled ?? 0) : total - labelling.waiting;
  const progress = t('progress', { done, total });
  const pace = paceOf(given, since);

  return (
    <div className="card me">
      {total > 0 ? <Ring share={done / total} label={progress} /> : null}
      <div className="me-text">
        <b>
          {t('tiles', { count: Math.max(campaign?.mine.reviews ?? 0, 0) + given })}
          {pace === null ? null : <small> · {t('pace', { count: pace })}</small>}
        </b>
        <small>
          {own !== null && own.shared > 0
            ? t('agreement', { agreed: own.agreed, shared: own.shared })
            : total > 0
              ? progress
              : campaign?.name}
        </small>
      </div>
      <button type="button" className="tool" aria-label={t('menu')} onClick={() => setOpen(true)}>
        <Icon name="menu" />
      </button>
      {open ? (
        <SettingsDialog campaignId={campaign?.id ?? null} onClose={() => setOpen(false)} />
      ) : null}
    </div>
  );
}

function useOwn(campaignId: string | null, turn: number) {
  const key = campaignId === null ? null : `${campaignId} ${turn}`;
  const found = useResource(key, () =>
    ask(
      api.GET('/api/campaigns/{campaign_id}/contribution', {
        params: { path: { campaign_id: campaignId ?? '' } },
      }),
    ),
  );
  return found.data?.agreement ?? null;
}

function paceOf(given: number, since_ms: number): number | null {
  if (given < PACE_FROM) return null;
  const minutes = (Date.now() - since_ms) / 60_000;
  return Math.max(1, Math.round(given / minutes));
}
