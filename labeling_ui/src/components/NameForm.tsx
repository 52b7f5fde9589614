import { useId, useState, type FormEvent } from 'react';
import { signUp } from '@/app/account';
import { ApiProblem, Unreachable } from '@/api/problem';
import type { Translate } from '@/i18n/text';
import { useText } from '@/i18n/useText';

interface Props {
  readonly name?: string;
  readonly action: string;
  readonly onDone?: () => void;
}

/** A name is all that the demo asks for. */
export function NameForm({ name = '', action, onDone }: Props) {
  const t = useText('common');
  const field = useId();
  const [value, setValue] = useState(name);
  const [problem, setProblem] = useState<Error | null>(null);
  const [busy, setBusy] = useState(false);

  const submit = (event: FormEvent): void => {
    event.preventDefault();
    setBusy(true);
    signUp(value.trim())
      .then(() => onDone?.())
      .catch((error: Error) => setProblem(error))
      .finally(() => setBusy(false));
  };

  return (
    <form className="name-form" onSubmit={submit}>
      <label htmlFor={field}>{t('yourName')}</label>
      <div className="name-row">
        <input
          id={field}
          value={value}
          onChange={(event) => setValue(event.target.value)}
          autoComplete="nickname"
          maxLength={80}
          required
        />
        <button
          type="submit"
          className="button primary"
          disabled={busy || value.trim().length === 0}
        >
          {action}
        </button>
      </div>
      {problem === null ? null : <p role="alert">{wordsFor(problem, t)}</p>}
    </form>
  );
}

function wordsFor(error: Error, t: Translate<'common'>): string {
  if (error instanceof Unreachable) return t('unreachable');
  const closed = error instanceof ApiProblem && error.kind === 'signup-closed';
  return closed ? t('signupClosed') : error.message;
}
