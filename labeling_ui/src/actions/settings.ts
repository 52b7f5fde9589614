import type { Locale } from '@/i18n/locales';
import { DEFAULT_KEYS, remapped, type Command } from '@/keys/commands';
import type { Settings, State, Theme } from '@/state/state';

const set = (state: State, changes: Partial<Settings>): State => ({
  ...state,
  settings: { ...state.settings, ...changes },
});

export const speak =
  (locale: Locale) =>
  (state: State): State =>
    set(state, { locale });

export const dress =
  (theme: Theme) =>
  (state: State): State =>
    set(state, { theme });

export const putKey =
  (command: Command, code: string) =>
  (state: State): State =>
    set(state, { keys: remapped(state.settings.keys, command, code) });

export const resetKeys = (state: State): State => set(state, { keys: DEFAULT_KEYS });

export const tutorialDone = (state: State): State => set(state, { tutorialDone: true });
