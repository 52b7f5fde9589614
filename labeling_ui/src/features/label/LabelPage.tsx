import { useEffect, useMemo, useState } from 'react';
import { opened } from '@/actions/campaign';
import { untouched, type Visit } from '@/actions/visits';
import { api, ask } from '@/api/client';
import { store } from '@/app/store';
import { NameForm } from '@/components/NameForm';
import { plural } from '@/i18n/classNames';
import { useText } from '@/i18n/useText';
import { post } from '@/outbox/sender';
import type { PageProps } from '@/routing/routes';
import { useResource } from '@/state/resource';
import { useSelected } from '@/state/store';
import { campaignPictures } from '@/supply/pictures';
import { campaignProbability } from '@/supply/probability';
import { startSupply } from '@/supply/supply';
import { Answering } from './answering';
import { startDrafts } from './draft';
import { LabelScreen } from './LabelScreen';
import { Me } from './Me';
import { reasonText } from './reason';
import { RoundNews } from './RoundNews';
import { StatusCorner } from './StatusCorner';
import { Waiting } from './Waiting';

/** Tile after tile of one campaign. */
export default function LabelPage({ params }: PageProps) {
  const id = params.campaignId ?? '';
  const nobody = useSelected(
    store,
    (state) => state.session.token === null && !state.session.ended,
  );
  return nobody ? <WhoAreYou /> : <Labelling key={id} campaignId={id} />;
}

function Labelling({ campaignId }: { readonly campaignId: string }) {
  const pictures = useMemo(() => campaignPictures(campaignId), [campaignId]);
  const grids = useMemo(() => campaignProbability(campaignId), [campaignId]);
  const [answering] = useState(
    () => new Answering(store, (review, replaces) => post(campaignId, review, replaces)),
  );
  const path = { path: { campaign_id: campaignId } };
  const campaign = useResource(campaignId, () =>
    ask(api.GET('/api/campaigns/{campaign_id}', { params: path })),
  );
  const threshold = useThreshold(campaignId, campaign.data?.promoted_checkpoint_id ?? null);

  useEffect(() => {
    store.apply(opened(campaignId));
    const stop = [startDrafts(store, campaignId), startSupply(store, campaignId, pictures)];
    return () => stop.forEach((one) => one());
  }, [campaignId, pictures]);

  return (
    <LabelScreen
      answering={answering}
      pictures={pictures}
      grids={grids}
      threshold={threshold}
      question={(visit) => <Question visit={visit} />}
      corner={<Me campaign={campaign.data} />}
      nothing={<Waiting campaignId={campaignId} />}
    >
      <StatusCorner />
      <RoundNews campaignId={campaignId} />
    </LabelScreen>
  );
}

function Question({ visit }: { readonly visit: Visit }) {
  const t = useText('label');
  const common = useText('common');
  const things = plural(visit.task.class_name, common);
  const drawing = visit.history.present.outlines.length === 0;
  const question = drawing ? t('questionDraw', { things }) : t('question', { things });
  return (
    <div className="card why" aria-live="polite">
      <b>{untouched(visit) || drawing ? question : t('questionChanged')}</b>
      <span>{visit.given === null ? reasonText(visit, t) : t('reopened')}</span>
    </div>
  );
}

/** Where the model itself draws the line between yes and no. */
function useThreshold(campaignId: string, checkpointId: string | null): number {
  const path = { path: { campaign_id: campaignId } };
  const found = useResource(checkpointId, () =>
    ask(api.GET('/api/campaigns/{campaign_id}/checkpoints', { params: path })),
  );
  const card = found.data?.checkpoints.find((one) => one.id === checkpointId)?.card;
  return typeof card?.threshold === 'number' ? card.threshold : 0.5;
}

function WhoAreYou() {
  const t = useText('label');
  return (
    <main className="plain-page">
      <h1>Tilewise</h1>
      <NameForm action={t('hooray')} />
    </main>
  );
}
