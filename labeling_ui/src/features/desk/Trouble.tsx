import { store } from '@/app/store';
import { useSelected } from '@/state/store';
import { saidOf, type Said } from './said';

/** What went wrong, in the reader's language. */
export function Trouble({ error }: { readonly error: Error | null }) {
  const locale = useSelected(store, (state) => state.settings.locale);
  return error === null ? null : (
    <div role="alert">
      <SaidLines said={saidOf(locale, error)} />
    </div>
  );
}

/** A sentence, and under it what the service itself says. */
export function SaidLines({ said }: { readonly said: Said }) {
  const { text, english } = said;
  return (
    <>
      {text === null ? null : <p>{text}</p>}
      {english === null || english === text ? null : (
        <p lang="en" dir="ltr" className={text === null ? undefined : 'hint'}>
          {english}
        </p>
      )}
    </>
  );
}
