import { api, ask } from '@/api/client';
import { store } from '@/app/store';
import { Link } from '@/components/Link';
import { NameForm } from '@/components/NameForm';
import { useText } from '@/i18n/useText';
import { useResource } from '@/state/resource';
import { useSelected } from '@/state/store';
import { Header } from './Header';
import './start.css';

/** The campaigns that wait for people. */
export default function CampaignsPage() {
  const t = useText('start');
  const session = useSelected(store, (state) => state.session);
  const campaigns = useResource(session.token, () => ask(api.GET('/api/campaigns')));
  const active = campaigns.data?.campaigns.filter((campaign) => campaign.state === 'active') ?? [];

  return (
    <>
      <Header />
      <main className="start-page">
        <h1>{t('welcome')}</h1>
        <p className="lead">{t('sentenceAny')}</p>
        {session.token === null ? (
          <NameForm name={session.actor?.name ?? ''} action={t('showCampaigns')} />
        ) : null}
        {campaigns.error !== null ? <p role="alert">{campaigns.error.message}</p> : null}
        {campaigns.data !== null && active.length === 0 ? <p>{t('noCampaigns')}</p> : null}
        <ul className="campaigns">
          {active.map((campaign) => (
            <li key={campaign.id}>
              <Link to={`/c/${campaign.id}`} className="campaign-card">
                <b>{campaign.name}</b>
                <span>{t('openCampaign')}</span>
              </Link>
            </li>
          ))}
        </ul>
      </main>
    </>
  );
}
