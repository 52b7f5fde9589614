import { signedIn } from '@/actions/session';
import { api, ask } from '@/api/client';
import { store } from './store';

/** Signs up by a name; the token stays in this browser. */
export async function signUp(name: string): Promise<void> {
  const { token, ...actor } = await ask(api.POST('/api/actors', { body: { name } }));
  store.apply(signedIn(actor, token));
}

/**
 * Takes a token from the address (`…#token=…`), as coordinators' links carry it, and removes it
 * there, so that it is neither in the history nor in what people share.
 */
export async function adoptToken(): Promise<void> {
  const found = new URLSearchParams(location.hash.slice(1)).get('token');
  if (found === null) return;
  history.replaceState(null, '', location.pathname + location.search);
  await signInWith(found);
}

/** Signs in by a token that somebody was given; false where nobody here has it. */
export async function signInWith(token: string): Promise<boolean> {
  const response = await fetch('/api/me', { headers: { Authorization: `Bearer ${token}` } });
  if (response.ok) store.apply(signedIn(await response.json(), token));
  return response.ok;
}
