import { api, ask } from '@/api/client';
import type { CampaignSummary } from '@/api/models';
import { store } from '@/app/store';
import { Link } from '@/components/Link';
import { plural } from '@/i18n/classNames';
import { useText } from '@/i18n/useText';
import { useResource } from '@/state/resource';
import { useSelected } from '@/state/store';
import { Trouble } from './Trouble';
import { DeskFrame } from './DeskFrame';
import { day } from './format';

export default function ListPage() {
  return (
    <DeskFrame>
      <CampaignList />
    </DeskFrame>
  );
}

function CampaignList() {
  const t = useText('desk');
  const token = useSelected(store, (state) => state.session.token);
  const found = useResource(token, () => ask(api.GET('/api/campaigns')));
  const campaigns = found.data?.campaigns ?? [];
  return (
    <main className="desk">
      <div className="row between">
        <h1>{t('campaigns')}</h1>
        <Link to="/desk/new" className="button primary">
          {t('newCampaign')}
        </Link>
      </div>
      <Trouble error={found.error} />
      {found.data !== null && campaigns.length === 0 ? (
        <section className="card stack">
          <h2>{t('noCampaignsYet')}</h2>
          <p>{t('howItGoes')}</p>
        </section>
      ) : null}
      <ul className="desk-list">
        {campaigns.map((campaign) => (
          <li key={campaign.id}>
            <CampaignCard campaign={campaign} />
          </li>
        ))}
      </ul>
    </main>
  );
}

function CampaignCard({ campaign }: { readonly campaign: CampaignSummary }) {
  const t = useText('desk');
  const common = useText('common');
  const locale = useSelected(store, (state) => state.settings.locale);
  const details = useResource(campaign.id, () =>
    ask(
      api.GET('/api/campaigns/{campaign_id}', { params: { path: { campaign_id: campaign.id } } }),
    ),
  );
  const tiles = details.data?.tiles;
  const round = details.data?.current_round ?? null;
  const all = tiles === undefined ? 0 : total(tiles.pool) + total(tiles.audit);
  const open = tiles === undefined ? 0 : tiles.pool.open + tiles.audit.open;
  return (
    <Link to={`/desk/${campaign.id}`} className="card desk-card">
      <span className="row between">
        <b>{campaign.name}</b>
        <span className={`pill ${campaign.state}`}>{t(campaign.state)}</span>
      </span>
      <span className="hint">
        {plural(campaign.class_name, common)} · {day(locale, campaign.created_at)}
      </span>
      {tiles === undefined ? (
        <span className="hint">…</span>
      ) : (
        <>
          <progress max={all} value={all - open} aria-label={t('tilesAnswered')} />
          <span className="hint">
            {t('answeredOf', { done: all - open, total: all })}
            {round === null
              ? ` · ${t('noRoundYet')}`
              : ` · ${t('roundIs', { number: round.number, state: t(`round_${round.state}`) })}`}
          </span>
        </>
      )}
    </Link>
  );
}

function total(counts: Readonly<Record<string, number>>): number {
  return Object.values(counts).reduce((sum, count) => sum + count, 0);
}
