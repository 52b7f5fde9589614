import { Link } from '@/components/Link';
import { useText } from '@/i18n/useText';
import type { PageProps } from '@/routing/routes';
import { DeskFrame } from '../DeskFrame';
import { Trouble } from '../Trouble';
import { AccuracyCard } from './AccuracyCard';
import { CampaignBar } from './CampaignBar';
import { Figures } from './Figures';
import { ModelsCard } from './ModelsCard';
import './overview.css';
import { RoundCard } from './RoundCard';
import { RulesCard } from './RulesCard';
import { ShareCard } from './ShareCard';
import { TilesCard } from './TilesCard';
import { useDesk } from './useDesk';
import { useTarget } from './useTarget';
import { VerdictLine } from './VerdictLine';

export default function OverviewPage({ params }: PageProps) {
  return (
    <DeskFrame>
      <Overview key={params.campaignId} campaignId={params.campaignId ?? ''} />
    </DeskFrame>
  );
}

function Overview({ campaignId }: { readonly campaignId: string }) {
  const t = useText('desk');
  const { desk, error, live, reload } = useDesk(campaignId);
  const [target, setTarget] = useTarget(campaignId);

  if (desk === null) {
    return (
      <main className="desk">
        {error === null ? <p role="status">{t('loading')}</p> : <Trouble error={error} />}
        {error === null ? null : (
          <p className="row">
            <button type="button" className="button" onClick={reload}>
              {t('tryAgain')}
            </button>
            <Link to="/desk" className="button">
              {t('campaigns')}
            </Link>
          </p>
        )}
      </main>
    );
  }
  const { campaign, accuracy, checkpoints, rounds } = desk;
  return (
    <main className="desk">
      <CampaignBar campaign={campaign} onChanged={reload} />
      {error === null ? null : (
        <p className="banner" role="alert">
          {t('stale')}
        </p>
      )}
      <VerdictLine accuracy={accuracy} target={target} />
      <Figures campaign={campaign} accuracy={accuracy} />
      <div className="desk-grid">
        <AccuracyCard
          campaignId={campaignId}
          accuracy={accuracy}
          target={target}
          onTarget={setTarget}
        />
        <RoundCard campaign={campaign} rounds={rounds} live={live} onChanged={reload} />
        <ModelsCard
          campaign={campaign}
          accuracy={accuracy}
          checkpoints={checkpoints}
          onChanged={reload}
        />
        <ShareCard campaign={campaign} />
        <TilesCard campaign={campaign} round={rounds.at(-1) ?? null} />
        <RulesCard campaign={campaign} onChanged={reload} />
      </div>
    </main>
  );
}
