import { reopened } from '@/actions/reopening';
import { store } from '@/app/store';
import { useText } from '@/i18n/useText';
import { dropRefused } from '@/outbox/sender';
import { useSelected } from '@/state/store';
import { Heard } from './Heard';
import { KeyCap } from './KeyCap';
import { refusalIn } from './reason';

/** Saving is silent until it fails; then it says what is kept. */
export function StatusCorner() {
  const t = useText('label');
  const { waiting, refused, reachable, forgetful } = useSelected(store, (state) => state.outbox);
  const campaign = useSelected(store, (state) => state.labelling.campaignId);
  const [first] = refused;
  return (
    <div className="net">
      <span className="hide-hint">
        {t('hold')} <KeyCap command="hide" /> {t('holdToHide')}
      </span>
      <span role="status" className={waiting === 0 ? 'quiet-state' : 'state'}>
        {waiting === 0 ? t('saved') : t('waiting', { count: waiting })}
        {!reachable && waiting > 0 ? <b>{t('offline')}</b> : null}
      </span>
      <Heard />
      {forgetful ? (
        <span role="status" className="state">
          <b>{t('forgetful')}</b>
        </span>
      ) : null}
      {first === undefined ? null : (
        <span className="card refused" role="alert">
          {t('refused', { count: refused.length, detail: refusalIn(t, first) })}
          {first.campaignId === campaign ? (
            <button
              type="button"
              className="choice lead"
              onClick={() => store.apply(reopened(first))}
            >
              {t('showRefused')}
            </button>
          ) : null}
          <button type="button" className="choice" onClick={() => void dropRefused(first.id)}>
            {t('letItGo')}
          </button>
        </span>
      )}
    </div>
  );
}
