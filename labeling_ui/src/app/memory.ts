import { DEFAULT_KEYS } from '@/keys/commands';
import { isLocale } from '@/i18n/locales';
import type { Settings, State } from '@/state/state';
import type { Store } from '@/state/store';

const SETTINGS = 'tilewise.settings';
const SESSION = 'tilewise.session';

/** The state with what this browser remembers: who works here, and how they like it. */
export function remembered(state: State): State {
  const settings = read<Partial<Settings>>(SETTINGS) ?? {};
  const session = read<Pick<State['session'], 'actor' | 'token'>>(SESSION);
  return {
    ...state,
    settings: {
      ...state.settings,
      ...settings,
      locale: isLocale(settings.locale) ? settings.locale : state.settings.locale,
      keys: { ...DEFAULT_KEYS, ...settings.keys },
    },
    session: session === null ? state.session : { ...state.session, ...session },
  };
}

/** Writes settings and session whenever they change. */
export function keepRemembering(store: Store<State>): void {
  let last = store.get();
  store.subscribe(() => {
    const state = store.get();
    if (state.settings !== last.settings) write(SETTINGS, state.settings);
    if (state.session !== last.session) {
      const { actor, token } = state.session;
      write(SESSION, { actor, token });
    }
    last = state;
  });
}

function read<T>(key: string): T | null {
  try {
    const text = localStorage.getItem(key);
    return text === null ? null : (JSON.parse(text) as T);
  } catch {
    return null; // private windows may have no storage; what stands there may be another version's
  }
}

function write(key: string, value: unknown): void {
  try {
    localStorage.setItem(key, JSON.stringify(value));
  } catch {
    // Without storage the page forgets on leaving; nothing else is lost.
  }
}
