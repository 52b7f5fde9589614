import { useId, useState, type FormEvent, type ReactNode } from 'react';
import { signInWith } from '@/app/account';
import { store } from '@/app/store';
import { Link } from '@/components/Link';
import { Header } from '@/features/start/Header';
import '@/features/start/start.css';
import { useText } from '@/i18n/useText';
import { useSelected } from '@/state/store';
import './desk.css';

/** The desk's pages, for coordinators; everybody else is told what this is and where to go. */
export function DeskFrame({ children }: { readonly children: ReactNode }) {
  const actor = useSelected(store, (state) => state.session.actor);
  const token = useSelected(store, (state) => state.session.token);
  const coordinates = token !== null && actor?.role === 'coordinator';
  return (
    <>
      <Header />
      {coordinates ? children : <ForCoordinators name={token === null ? null : actor?.name} />}
    </>
  );
}

function ForCoordinators({ name }: { readonly name: string | null | undefined }) {
  const t = useText('desk');
  const field = useId();
  const [token, setToken] = useState('');
  const [refused, setRefused] = useState(false);

  const submit = (event: FormEvent): void => {
    event.preventDefault();
    signInWith(token.trim()).then(
      (known) => setRefused(!known),
      () => setRefused(true),
    );
  };

  return (
    <main className="desk desk-narrow">
      <h1>{t('forCoordinators')}</h1>
      <p>{name ? t('youAreVolunteer', { name }) : t('signInFirst')}</p>
      <form className="card stack" onSubmit={submit}>
        <label htmlFor={field}>{t('token')}</label>
        <p className="hint">{t('tokenHint')}</p>
        <div className="row">
          <input
            id={field}
            className="field grow"
            type="password"
            autoComplete="off"
            value={token}
            onChange={(event) => setToken(event.target.value)}
          />
          <button type="submit" className="button primary" disabled={token.trim() === ''}>
            {t('signIn')}
          </button>
        </div>
        {refused ? <p role="alert">{t('tokenRefused')}</p> : null}
      </form>
      <p>
        <Link to="/" className="button">
          {t('toMapping')}
        </Link>
      </p>
    </main>
  );
}
