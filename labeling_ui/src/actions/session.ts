import type { Me } from '@/api/models';
import type { State } from '@/state/state';

export const signedIn =
  (actor: Me, token: string) =>
  (state: State): State => ({ ...state, session: { actor, token, ended: false } });

/** The service does not know the token any more. Everything else stays: no work is lost. */
export const sessionEnded = (state: State): State =>
  state.session.token === null
    ? state
    : { ...state, session: { ...state.session, token: null, ended: true } };

export const signedOut = (state: State): State => ({
  ...state,
  session: { actor: null, token: null, ended: false },
});

export const pageOutdated = (state: State): State =>
  state.outdated ? state : { ...state, outdated: true };
