import { useId, useState } from 'react';
import { authorization, heard } from '@/api/client';
import type { Campaign } from '@/api/models';
import { useText } from '@/i18n/useText';
import { Trouble } from '../Trouble';
import { useAction } from '../useAction';

/** The way in for volunteers, and the way out for their labels. */
export function ShareCard({ campaign }: { readonly campaign: Campaign }) {
  const t = useText('desk');
  const heading = useId();
  const download = useAction();
  const [copied, setCopied] = useState(false);
  const link = `${location.origin}/c/${campaign.id}`;
  return (
    <section className="card" aria-labelledby={heading}>
      <h2 id={heading}>{t('share')}</h2>
      <p className="hint">{t('inviteWhat')}</p>
      <div className="row">
        <input
          className="field grow"
          readOnly
          value={link}
          aria-label={t('inviteLink')}
          dir="ltr"
          onFocus={(event) => event.target.select()}
        />
        <button
          type="button"
          className="button"
          onClick={() => {
            navigator.clipboard.writeText(link).then(
              () => setCopied(true),
              () => setCopied(false),
            );
          }}
        >
          {t(copied ? 'copied' : 'copy')}
        </button>
      </div>
      <h3>{t('labels')}</h3>
      <p className="hint">{t('labelsWhat')}</p>
      <div className="row">
        <button
          type="button"
          className="button primary"
          disabled={download.busy}
          onClick={() => download.run(() => saveLabels(campaign))}
        >
          {t(download.busy ? 'downloading' : 'downloadLabels')}
        </button>
      </div>
      <Trouble error={download.problem} />
    </section>
  );
}

/** A plain link could not send the token. */
async function saveLabels(campaign: Campaign): Promise<void> {
  const headers = authorization();
  const response = heard(
    await fetch(`/api/campaigns/${campaign.id}/labels/export`, { headers }),
    headers.Authorization?.slice('Bearer '.length) ?? null,
  );
  if (!response.ok) throw new Error(`HTTP ${response.status}`);
  const address = URL.createObjectURL(await response.blob());
  const anchor = document.createElement('a');
  anchor.href = address;
  anchor.download = `${campaign.name.replaceAll(/[^\p{L}\p{N}]+/gu, '-')}.geojson`;
  anchor.click();
  URL.revokeObjectURL(address);
}
