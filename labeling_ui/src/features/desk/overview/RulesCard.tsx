import { useId, useState } from 'react';
import { api, ask } from '@/api/client';
import type { Campaign } from '@/api/models';
import { useText } from '@/i18n/useText';
import { changedRules, rulesOf, wrongRules, type Rules } from '../rules';
import { RulesFields } from '../RulesFields';
import { Trouble } from '../Trouble';
import { useAction } from '../useAction';

interface Props {
  readonly campaign: Campaign;
  readonly onChanged: () => void;
}

/** The rules of a campaign that runs: what is changed here holds from the next round on. */
export function RulesCard({ campaign, onChanged }: Props) {
  const t = useText('desk');
  const heading = useId();
  const saving = useAction();
  const before = rulesOf(campaign.policy);
  const [asked, setAsked] = useState<Partial<Rules>>({});
  const rules = { ...before, ...asked };
  const policy = changedRules(before, rules, campaign.policy.max_reviews);
  const nothing = Object.keys(policy).length === 0;
  const save = (): void =>
    saving.run(async () => {
      const params = { path: { campaign_id: campaign.id } };
      await ask(api.PATCH('/api/campaigns/{campaign_id}', { params, body: { policy } }));
      setAsked({});
      onChanged();
    });
  return (
    <section className="card full" aria-labelledby={heading}>
      <details>
        <summary>
          <h2 id={heading}>{t('rules')}</h2>
          <span className="hint">{t('rulesWhat')}</span>
        </summary>
        <RulesFields
          rules={rules}
          onSet={(part) => setAsked((sofar) => ({ ...sofar, ...part }))}
          standing
        />
        <Trouble error={saving.problem} />
        <p className="row">
          <button
            type="button"
            className="button primary"
            disabled={nothing || saving.busy || wrongRules(rules).length > 0}
            onClick={save}
          >
            {t('saveRules')}
          </button>
        </p>
      </details>
    </section>
  );
}
