import { preferredLocale } from '@/i18n/locales';
import { initialState, type State } from '@/state/state';
import { createStore, type Store } from '@/state/store';
import { remembered } from './memory';

/** The page's one store. */
export const store: Store<State> = createStore(
  remembered(
    initialState(preferredLocale(typeof navigator === 'undefined' ? [] : navigator.languages)),
  ),
);
