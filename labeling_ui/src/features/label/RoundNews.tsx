import { useState } from 'react';
import { api, ask } from '@/api/client';
import { store } from '@/app/store';
import { useText } from '@/i18n/useText';
import { useResource } from '@/state/resource';
import { useSelected } from '@/state/store';

const SEEN = 'tilewise.news';

/** After a round: how good the map is now, and that one's own answers were in it. Said once. */
export function RoundNews({ campaignId }: { readonly campaignId: string }) {
  const t = useText('label');
  const token = useSelected(store, (state) => state.session.token);
  const [closed, setClosed] = useState(false);
  const params = { path: { campaign_id: campaignId } };
  const news = useResource(token, async () => {
    const own = await ask(api.GET('/api/campaigns/{campaign_id}/contribution', { params }));
    const { taught } = own;
    if (taught === null || taught.mine === 0 || wasSeen(campaignId, taught.round)) return null;
    const { rounds } = await ask(api.GET('/api/campaigns/{campaign_id}/accuracy', { params }));
    const at = rounds.findIndex((one) => one.round === taught.round);
    const now = rounds[at]?.iou?.estimate ?? null;
    const before = rounds[at - 1]?.iou?.estimate ?? null;
    return { taught, now, before };
  }).data;
  if (news === null || closed) return null;

  const { taught, now, before } = news;
  const percent = (value: number): number => Math.round(100 * value);
  const counts = { mine: taught.mine, labels: taught.labels };
  const better = now !== null && before !== null && percent(now) > percent(before);
  return (
    <div className="card news" role="status">
      <p>
        {better
          ? t('roundNews', { ...counts, now: percent(now), before: percent(before) })
          : t('roundNewsFlat', counts)}
      </p>
      <button
        type="button"
        className="choice"
        onClick={() => {
          markSeen(campaignId, taught.round);
          setClosed(true);
        }}
      >
        {t('hooray')}
      </button>
    </div>
  );
}

function wasSeen(campaignId: string, round: number): boolean {
  try {
    return localStorage.getItem(`${SEEN}.${campaignId}`) === String(round);
  } catch {
    return false; // without storage the news is told once a visit
  }
}

function markSeen(campaignId: string, round: number): void {
  try {
    localStorage.setItem(`${SEEN}.${campaignId}`, String(round));
  } catch {
    // see above
  }
}
