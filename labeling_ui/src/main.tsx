import { createRoot } from 'react-dom/client';
import { pageOutdated, sessionEnded } from '@/actions/session';
import { listenToApi } from '@/api/client';
import { adoptToken } from '@/app/account';
import { App } from '@/app/App';
import { keepRemembering } from '@/app/memory';
import { store } from '@/app/store';
import { installShell } from '@/offline/install';
import { startOutbox } from '@/outbox/sender';
import '@/styles/tokens.css';
import '@/styles/base.css';
import '@/styles/components.css';
import '@/styles/large.css';

let version: string | null = null;

keepRemembering(store);
listenToApi({
  token: () => store.get().session.token,
  signedOut: () => store.apply(sessionEnded),
  version: (found) => {
    version ??= found;
    if (found !== version) store.apply(pageOutdated);
  },
});
startOutbox(store);
installShell();

const root = document.getElementById('root');
if (root === null) throw new Error('index.html has no #root');
// A coordinator's link brings its token: it is taken before the first page asks for anything.
adoptToken().finally(() => createRoot(root).render(<App />));
