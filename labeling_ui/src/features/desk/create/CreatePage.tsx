import { useState, type FormEvent } from 'react';
import { api, ask } from '@/api/client';
import type { components } from '@/api/schema';
import { Link } from '@/components/Link';
import { useText } from '@/i18n/useText';
import { navigate } from '@/routing/location';
import { DeskFrame } from '../DeskFrame';
import { Trouble } from '../Trouble';
import { useAction } from '../useAction';
import { AreaStep } from './AreaStep';
import './create.css';
import { ImageryStep } from './ImageryStep';
import { NoticeList } from './NoticeList';
import { EMPTY_FORM, missingIn, requestOf, type Form } from './request';
import { RulesStep } from './RulesStep';
import { useCheck } from './useCheck';
import { WhatStep } from './WhatStep';

type Created = components['schemas']['CreatedCampaign'];

export default function CreatePage() {
  return (
    <DeskFrame>
      <Create />
    </DeskFrame>
  );
}

function Create() {
  const t = useText('desk');
  const [form, setForm] = useState<Form>(EMPTY_FORM);
  const [created, setCreated] = useState<Created | null>(null);
  const action = useAction();
  const check = useCheck(form);
  const change = (part: Partial<Form>): void => setForm((before) => ({ ...before, ...part }));
  const missing = missingIn(form);

  const submit = (event: FormEvent): void => {
    event.preventDefault();
    const body = requestOf(form);
    if (body === null) return;
    action.run(async () => {
      const made = await ask(api.POST('/api/campaigns', { body }));
      // What was done to the input is to be read before going on.
      if (made.notices.length === 0) navigate(`/desk/${made.id}`, 'replace');
      else setCreated(made);
    });
  };

  if (created !== null) return <Made campaign={created} />;
  return (
    <main className="desk">
      <Link to="/desk" className="back-link">
        {t('campaigns')}
      </Link>
      <h1>{t('newCampaign')}</h1>
      <form className="create" onSubmit={submit} noValidate>
        <ImageryStep form={form} check={check} onChange={change} />
        <AreaStep form={form} check={check} onChange={change} />
        <WhatStep form={form} onChange={change} />
        <RulesStep form={form} onChange={change} />
        <section className="card stack create-end">
          {missing.length === 0 ? null : (
            <p className="hint">
              {t('stillMissing')} {missing.map((one) => t(`missing_${one}`)).join(' · ')}
            </p>
          )}
          <button
            type="submit"
            className="button primary big"
            disabled={missing.length > 0 || action.busy}
          >
            {t(action.busy ? 'creating' : 'create')}
          </button>
          <Trouble error={action.problem} />
        </section>
      </form>
    </main>
  );
}

function Made({ campaign }: { readonly campaign: Created }) {
  const t = useText('desk');
  const { pool, audit } = campaign.tiles;
  return (
    <main className="desk desk-narrow">
      <h1>{campaign.name}</h1>
      <section className="card stack" role="status">
        <p>{t('made', { pool, audit })}</p>
        <NoticeList notices={campaign.notices} />
        <p>
          <Link to={`/desk/${campaign.id}`} className="button primary">
            {t('openOverview')}
          </Link>
        </p>
      </section>
    </main>
  );
}
