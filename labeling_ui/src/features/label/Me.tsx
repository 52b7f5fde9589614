import { useState } from 'react';
import type { Campaign } from '@/api/models';
import { store } from '@/app/store';
import { Ring } from '@/components/Ring';
import { useText } from '@/i18n/useText';
import { useSelected } from '@/state/store';
import { Icon } from './Icon';
import { SettingsDialog } from './SettingsDialog';

/** Own count and pace, how far the round is, and the way to the settings. */
export function Me({ campaign }: { readonly campaign: Campaign | null }) {
  const t = useText('label');
  const [open, setOpen] = useState(false);
  const labelling = useSelected(store, (state) => state.labelling);
  const before = campaign?.mine.reviews ?? 0;
  const now = labelling.visits.filter((visit) => visit.given !== null).length;
  const batch = campaign?.current_round?.batch;
  const total = batch?.size ?? 0;
  const done = labelling.waiting === null ? (batch?.settled ?? 0) : total - labelling.waiting;
  const progress = t('progress', { done, total });
  return (
    <div className="card me">
      {total > 0 ? <Ring share={done / total} label={progress} /> : null}
      <div className="me-text">
        <b>{t('tiles', { count: before + now })}</b>
        <small>{total > 0 ? progress : campaign?.name}</small>
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
