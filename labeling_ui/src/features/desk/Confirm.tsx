import type { ReactNode } from 'react';
import { Dialog } from '@/components/Dialog';
import { useText } from '@/i18n/useText';

interface Props {
  readonly title: string;
  readonly action: string;
  readonly children: ReactNode;
  readonly onConfirm: () => void;
  readonly onClose: () => void;
}

/** Asks before something that others will notice. */
export function Confirm({ title, action, children, onConfirm, onClose }: Props) {
  const t = useText('desk');
  return (
    <Dialog title={title} onClose={onClose}>
      {children}
      <div className="row end">
        <button type="button" className="button" onClick={onClose}>
          {t('cancel')}
        </button>
        <button
          type="button"
          className="button primary"
          onClick={() => {
            onConfirm();
            onClose();
          }}
        >
          {action}
        </button>
      </div>
    </Dialog>
  );
}
