import { useEffect } from 'react';
import { api, ask } from '@/api/client';
import { ApiProblem } from '@/api/problem';
import { store } from '@/app/store';
import { Link } from '@/components/Link';
import { NameForm } from '@/components/NameForm';
import { plural } from '@/i18n/classNames';
import { useText } from '@/i18n/useText';
import { loadMap } from '@/map/load';
import type { PageProps } from '@/routing/routes';
import { navigate } from '@/routing/location';
import { useResource } from '@/state/resource';
import { useSelected } from '@/state/store';
import { Header } from './Header';
import { Picture } from './Picture';
import './start.css';

/** One sentence, one picture, and the first tile is one tap away. */
export default function StartPage({ params }: PageProps) {
  const t = useText('start');
  const common = useText('common');
  const session = useSelected(store, (state) => state.session);
  const taught = useSelected(store, (state) => state.settings.tutorialDone);
  const id = params.campaignId ?? '';
  const campaign = useResource(session.token === null ? null : `${id} ${session.token}`, () =>
    ask(api.GET('/api/campaigns/{campaign_id}', { params: { path: { campaign_id: id } } })),
  );
  const next = taught ? `/c/${id}/label` : `/c/${id}/learn`;
  useEffect(() => void loadMap(), []); // while the person reads
  const missing = campaign.error instanceof ApiProblem && campaign.error.status === 404;
  if (missing) return <Missing />;
  const what = campaign.data === null ? null : plural(campaign.data.class_name, common);

  return (
    <>
      <Header />
      <main className="start-page">
        <h1>{campaign.data?.name ?? t('welcome')}</h1>
        <p className="lead">{what === null ? t('sentenceAny') : t('sentence', { things: what })}</p>
        <Picture />
        {session.token === null ? (
          <NameForm
            name={session.actor?.name ?? ''}
            action={t('start')}
            onDone={() => navigate(next)}
          />
        ) : (
          <div className="start-actions">
            <Link to={next} className="button primary big">
              {taught ? t('goOn') : t('learn')}
            </Link>
            {taught ? (
              <Link to={`/c/${id}/learn`} className="button">
                {t('learnAgain')}
              </Link>
            ) : (
              <Link to={`/c/${id}/label`} className="button">
                {t('skipLearning')}
              </Link>
            )}
          </div>
        )}
      </main>
    </>
  );
}

function Missing() {
  const t = useText('start');
  const common = useText('common');
  return (
    <>
      <Header />
      <main className="start-page">
        <h1>{t('noSuchCampaign')}</h1>
        <p>{t('askForLink')}</p>
        <p>
          <Link to="/">{common('allCampaigns')}</Link>
        </p>
      </main>
    </>
  );
}
