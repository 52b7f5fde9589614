import type { CantTellReason } from '@/api/models';
import { Dialog } from '@/components/Dialog';
import type { Key } from '@/i18n/text';
import { useText } from '@/i18n/useText';
import { commandOf, type Command } from '@/keys/commands';
import { store } from '@/app/store';
import { KeyCap } from './KeyCap';

const REASONS: readonly { reason: CantTellReason; command: Command & Key<'label'> }[] = [
  { reason: 'cloud', command: 'cloud' },
  { reason: 'blurred', command: 'blurred' },
  { reason: 'offset', command: 'offset' },
  { reason: 'other', command: 'other' },
];

interface Props {
  readonly onReason: (reason: CantTellReason) => void;
  readonly onClose: () => void;
}

export function CantTell({ onReason, onClose }: Props) {
  const t = useText('label');
  const common = useText('common');
  return (
    <Dialog
      title={t('whyCantTell')}
      onClose={onClose}
      onKey={(code) => {
        const command = commandOf(store.get().settings.keys, code);
        const found = REASONS.find((one) => one.command === command);
        if (found !== undefined) onReason(found.reason);
        else if (command === 'cantTell') onClose();
      }}
    >
      <div className="reasons">
        {REASONS.map(({ reason, command }) => (
          <button key={reason} type="button" className="button" onClick={() => onReason(reason)}>
            {t(command)} <KeyCap command={command} />
          </button>
        ))}
        <button type="button" className="button" onClick={onClose}>
          {common('close')}
        </button>
      </div>
    </Dialog>
  );
}
