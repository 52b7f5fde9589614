import type { Said } from '@/i18n/said';

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
