import { NameForm } from '@/components/NameForm';
import { Dialog } from '@/components/Dialog';
import { useText } from '@/i18n/useText';
import { useSelected } from '@/state/store';
import { store } from './store';

/** The session ended: the same name again, and the work goes on where it was. */
export function SignIn() {
  const t = useText('common');
  const name = useSelected(store, (state) => state.session.actor?.name ?? '');
  const waiting = useSelected(store, (state) => state.outbox.waiting);
  return (
    <Dialog title={t('signInAgain')}>
      <p>{waiting > 0 ? t('signInKept', { count: waiting }) : t('signInNothingLost')}</p>
      <NameForm name={name} action={t('goOn')} />
    </Dialog>
  );
}
