import { useState } from 'react';
import { dress, putKey, resetKeys, speak } from '@/actions/settings';
import { store } from '@/app/store';
import { Dialog } from '@/components/Dialog';
import { Link } from '@/components/Link';
import { isLocale, LOCALES } from '@/i18n/locales';
import type { Key } from '@/i18n/text';
import { useText } from '@/i18n/useText';
import { COMMANDS, type Command } from '@/keys/commands';
import type { Theme } from '@/state/state';
import { useSelected } from '@/state/store';
import { KeyCap } from './KeyCap';

interface Props {
  readonly campaignId: string | null;
  readonly onClose: () => void;
}

const THEMES: readonly Theme[] = ['system', 'light', 'dark'];

/** Language, appearance, and which key does what. */
export function SettingsDialog({ campaignId, onClose }: Props) {
  const t = useText('label');
  const common = useText('common');
  const settings = useSelected(store, (state) => state.settings);
  const [waiting, setWaiting] = useState<Command | null>(null);

  const key = (code: string): void => {
    if (waiting === null || code === 'Escape' || code === 'Tab') return setWaiting(null);
    store.apply(putKey(waiting, code));
    setWaiting(null);
  };

  return (
    <Dialog title={t('menu')} onClose={onClose} onKey={key}>
      <div className="settings">
        <label>
          {common('language')}
          <select
            value={settings.locale}
            onChange={({ target }) => isLocale(target.value) && store.apply(speak(target.value))}
          >
            {Object.entries(LOCALES).map(([tag, { name }]) => (
              <option key={tag} value={tag} lang={tag}>
                {name}
              </option>
            ))}
          </select>
        </label>
        <label>
          {t('appearance')}
          <select
            value={settings.theme}
            onChange={({ target }) => store.apply(dress(target.value as Theme))}
          >
            {THEMES.map((theme) => (
              <option key={theme} value={theme}>
                {t(theme)}
              </option>
            ))}
          </select>
        </label>
        {/* Who has no keyboard is spared them. */}
        <details open={window.matchMedia('(hover: hover)').matches}>
          <summary>{t('keys')}</summary>
          <p>{t('keysHelp')}</p>
          <ul className="keys">
            {COMMANDS.map((command) => (
              <li key={command}>
                <button
                  type="button"
                  className="button"
                  onClick={(event) => {
                    // Enter and space may be the wanted key; the dialog still hears it.
                    event.currentTarget.closest('dialog')?.focus();
                    setWaiting(command);
                  }}
                >
                  <span>{t(command as Key<'label'>)}</span>
                  {waiting === command ? t('pressKey') : <KeyCap command={command} />}
                </button>
              </li>
            ))}
          </ul>
          <button type="button" className="button" onClick={() => store.apply(resetKeys)}>
            {t('resetKeys')}
          </button>
        </details>
        <div className="row">
          {campaignId === null ? null : (
            <Link to={`/c/${campaignId}`} className="button">
              {t('leave')}
            </Link>
          )}
          <button type="button" className="button primary" onClick={onClose}>
            {common('close')}
          </button>
        </div>
      </div>
    </Dialog>
  );
}
