import { store } from '@/app/store';
import { useText } from '@/i18n/useText';
import { dropRefused } from '@/outbox/sender';
import { useSelected } from '@/state/store';
import { KeyCap } from './KeyCap';

/** Saving is silent until it fails; then it says what is kept. */
export function StatusCorner() {
  const t = useText('label');
  const { waiting, refused, reachable } = useSelected(store, (state) => state.outbox);
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
      {first === undefined ? null : (
        <span className="card refused" role="alert">
          {t('refused', { count: refused.length, detail: first.detail })}
          <button type="button" className="choice" onClick={() => void dropRefused(first.id)}>
            {t('letItGo')}
          </button>
        </span>
      )}
    </div>
  );
}
