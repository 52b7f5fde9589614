import { useEffect, useState, type ComponentType } from 'react';
import { hasSections, loadSections, type Section } from '@/i18n/text';
import { dressPage } from '@/i18n/text';
import type { Locale } from '@/i18n/locales';
import { usePath } from '@/routing/location';
import type { PageProps, Route } from '@/routing/routes';
import { useSelected } from '@/state/store';
import { NotFound } from './NotFound';
import { Notices } from './Notices';
import { routeOf } from './routes';
import { SignIn } from './SignIn';
import { store } from './store';

const SHELL: readonly Section[] = ['common'];

/** The page at this address, in the person's language, once both have been loaded. */
export function App() {
  const path = usePath();
  const locale = useSelected(store, (state) => state.settings.locale);
  const theme = useSelected(store, (state) => state.settings.theme);
  const ended = useSelected(store, (state) => state.session.ended);
  const target = routeOf(path);
  const shown = usePage(target?.route ?? null, locale);

  useEffect(() => dressPage(locale), [locale]);
  useEffect(() => {
    document.documentElement.dataset.theme = theme;
  }, [theme]);

  if (!shown.ready) return shown.failed ? <Broken /> : null;
  const Page = shown.page;
  return (
    <>
      {Page !== null && target !== null ? (
        <Page key={target.route.path} params={target.params} />
      ) : (
        <NotFound />
      )}
      <Notices />
      {ended ? <SignIn /> : null}
    </>
  );
}

interface Shown {
  readonly ready: boolean;
  readonly failed: boolean;
  readonly page: ComponentType<PageProps> | null;
}

function usePage(route: Route | null, locale: Locale): Shown {
  const [loaded, setLoaded] = useState<{
    route: Route | null;
    locale: Locale;
    page: ComponentType<PageProps> | null;
  } | null>(null);
  const [failed, setFailed] = useState(false);

  useEffect(() => {
    let current = true;
    const sections = [...SHELL, ...(route?.sections ?? [])];
    Promise.all([route?.load() ?? null, loadSections(locale, sections)])
      .then(([module]) => {
        if (current) setLoaded({ route, locale, page: module?.default ?? null });
      })
      .catch(() => {
        if (current) setFailed(true);
      });
    return () => {
      current = false;
    };
  }, [route, locale]);

  // While another language comes, the page stays in the one it had; another page does not.
  const sections = [...SHELL, ...(route?.sections ?? [])];
  const ready = loaded !== null && loaded.route === route && hasSections(locale, sections);
  return { ready, failed, page: loaded?.page ?? null };
}

/** No catalogue could be loaded, so this one sentence has no translation. */
function Broken() {
  return (
    <main className="plain-page">
      <h1>Tilewise</h1>
      <p>The page could not be loaded. Nothing is lost.</p>
      <button type="button" className="button primary" onClick={() => location.reload()}>
        Try again
      </button>
    </main>
  );
}
