import { useMemo } from 'react';
import { store } from '@/app/store';
import { useSelected } from '@/state/store';
import { translator, type Section, type Translate } from './text';

/** The sentences of one section in the person's language. The route names the section to load. */
export function useText<S extends Section>(section: S): Translate<S> {
  const locale = useSelected(store, (state) => state.settings.locale);
  return useMemo(() => translator(locale, section), [locale, section]);
}
