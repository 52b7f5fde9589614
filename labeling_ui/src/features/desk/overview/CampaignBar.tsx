import { useState } from 'react';
import { api, ask } from '@/api/client';
import type { Campaign } from '@/api/models';
import { Link } from '@/components/Link';
import { useText } from '@/i18n/useText';
import { Confirm } from '../Confirm';
import { Trouble } from '../Trouble';
import { useAction } from '../useAction';

interface Props {
  readonly campaign: Campaign;
  readonly onChanged: () => void;
}

type Change = 'paused' | 'active' | 'closed';

/** The campaign's name and state; pausing stops giving out tiles, finishing ends it. */
export function CampaignBar({ campaign, onChanged }: Props) {
  const t = useText('desk');
  const action = useAction();
  const [asked, setAsked] = useState<Change | null>(null);
  const change = (state: Change): void =>
    action.run(async () => {
      const params = { path: { campaign_id: campaign.id } };
      await ask(api.PATCH('/api/campaigns/{campaign_id}', { params, body: { state } }));
      onChanged();
    });
  return (
    <div className="row between campaign-bar">
      <div>
        <Link to="/desk" className="back-link">
          {t('campaigns')}
        </Link>
        <h1>
          {campaign.name} <span className={`pill ${campaign.state}`}>{t(campaign.state)}</span>
        </h1>
      </div>
      <div className="row">
        {campaign.state === 'active' ? (
          <button
            type="button"
            className="button"
            disabled={action.busy}
            onClick={() => setAsked('paused')}
          >
            {t('pause')}
          </button>
        ) : (
          <button
            type="button"
            className="button primary"
            disabled={action.busy}
            onClick={() => change('active')}
          >
            {t('goOn')}
          </button>
        )}
        {campaign.state === 'closed' ? null : (
          <button
            type="button"
            className="button"
            disabled={action.busy}
            onClick={() => setAsked('closed')}
          >
            {t('finish')}
          </button>
        )}
      </div>
      <Trouble error={action.problem} />
      {asked === null ? null : (
        <Confirm
          title={t(asked === 'paused' ? 'pauseTitle' : 'finishTitle')}
          action={t(asked === 'paused' ? 'pause' : 'finish')}
          onConfirm={() => change(asked)}
          onClose={() => setAsked(null)}
        >
          <p>{t(asked === 'paused' ? 'pauseWhat' : 'finishWhat')}</p>
        </Confirm>
      )}
    </div>
  );
}
