import { useSyncExternalStore } from 'react';
import { store } from '@/app/store';
import { keyName, type Command } from '@/keys/commands';
import { layout, subscribeToLayout } from '@/keys/layout';
import { useText } from '@/i18n/useText';
import { useSelected } from '@/state/store';

/** The key of a command, as it is printed on this person's keyboard. */
export function useKeyName(command: Command): string {
  const code = useSelected(store, (state) => state.settings.keys[command]);
  const known = useSyncExternalStore(subscribeToLayout, layout);
  const t = useText('label');
  return code === 'Space' ? t('spaceKey') : keyName(code, known);
}

export function KeyCap({ command }: { readonly command: Command }) {
  return <kbd aria-hidden="true">{useKeyName(command)}</kbd>;
}
