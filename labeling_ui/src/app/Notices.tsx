import { useText } from '@/i18n/useText';
import { useSelected } from '@/state/store';
import { store } from './store';

/** A newer page waits: it asks to load once every answer has been sent, never by itself. */
export function Notices() {
  const t = useText('common');
  const outdated = useSelected(store, (state) => state.outdated);
  const waiting = useSelected(store, (state) => state.outbox.waiting);
  if (!outdated) return null;
  return (
    <div className="notice" role="status">
      <span>{waiting > 0 ? t('outdatedWaiting', { count: waiting }) : t('outdated')}</span>
      <button
        type="button"
        className="button"
        disabled={waiting > 0}
        onClick={() => location.reload()}
      >
        {t('reload')}
      </button>
    </div>
  );
}
