import type { Notice } from '@/api/notices';
import { ApiProblem } from '@/api/problem';
import type { Refusal } from './database';

/** What an attempt to send an answer came to. */
export type Verdict =
  | { readonly kind: 'kept'; readonly notices: readonly Notice[] }
  | { readonly kind: 'later' }
  | { readonly kind: 'signIn' }
  | { readonly kind: 'refused'; readonly refusal: Refusal };

/** Reads an error. Only a clear no of the service is a no; all else is tried again. */
export function verdictOf(error: unknown): Verdict {
  if (!(error instanceof ApiProblem)) return { kind: 'later' };
  if (error.status === 401) return { kind: 'signIn' };
  // The id is there already: the answer was kept under the session that ended since.
  if (error.kind === 'review-conflict') return { kind: 'kept', notices: [] };
  const final =
    error.status >= 400 && error.status < 500 && ![408, 425, 429].includes(error.status);
  return final ? { kind: 'refused', refusal: refusalOf(error) } : { kind: 'later' };
}

function refusalOf(error: ApiProblem): Refusal {
  const where = error.problem.where;
  const place =
    Array.isArray(where) && where.length === 2 && where.every((value) => typeof value === 'number')
      ? ([where[0], where[1]] as [number, number])
      : null;
  return { kind: error.kind, detail: error.message, why: error.why, where: place };
}
