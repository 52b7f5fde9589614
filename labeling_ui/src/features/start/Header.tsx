import { signedOut } from '@/actions/session';
import { speak } from '@/actions/settings';
import { store } from '@/app/store';
import { Link } from '@/components/Link';
import { isLocale, LOCALES } from '@/i18n/locales';
import { useText } from '@/i18n/useText';
import { useSelected } from '@/state/store';

/** The name of the house, the language, and who one is. */
export function Header() {
  const t = useText('common');
  const locale = useSelected(store, (state) => state.settings.locale);
  const name = useSelected(store, (state) => state.session.actor?.name ?? null);
  const coordinates = useSelected(store, (state) => state.session.actor?.role === 'coordinator');
  return (
    <header className="start-header">
      <Link to="/" className="logo" aria-label="Tilewise">
        Tile<i>wise</i>
      </Link>
      {coordinates ? (
        <Link to="/desk" className="desk-link">
          {t('desk')}
        </Link>
      ) : null}
      <label className="language">
        <span className="visually-hidden">{t('language')}</span>
        <select
          value={locale}
          onChange={(event) => {
            if (isLocale(event.target.value)) store.apply(speak(event.target.value));
          }}
        >
          {Object.entries(LOCALES).map(([tag, { name: own }]) => (
            <option key={tag} value={tag} lang={tag}>
              {own}
            </option>
          ))}
        </select>
      </label>
      {name === null ? null : (
        <span className="who">
          {name}
          <button type="button" className="quiet" onClick={() => store.apply(signedOut)}>
            {t('signOut')}
          </button>
        </span>
      )}
    </header>
  );
}
