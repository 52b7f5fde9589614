import { store } from '@/app/store';
import { SaidLines } from '@/components/SaidLines';
import { useSelected } from '@/state/store';
import { saidOf } from './said';

/** What went wrong, in the reader's language. */
export function Trouble({ error }: { readonly error: Error | null }) {
  const locale = useSelected(store, (state) => state.settings.locale);
  return error === null ? null : (
    <div role="alert">
      <SaidLines said={saidOf(locale, error)} />
    </div>
  );
}
