import type { Notice } from '@/api/notices';
import type { Locale } from './locales';
import { hasSentence, translator, type Values } from './text';

// What the service says by codes, from the catalogue `service`: for volunteers and for the desk.

/** A sentence for the reader, and the service's own English where it says more. */
export interface Said {
  readonly text: string | null;
  readonly english: string | null;
}

/**
 * What became of something that was sent; the service's English where no sentence fits.
 *
 * @param count how often it was said, where the sentence counts that.
 */
export function noticeSaid(
  locale: Locale,
  { code, params, text: english }: Notice,
  count = 1,
): Said {
  const values = Object.entries(valuesOf(params)).map(
    ([name, value]) => [name, typeof value === 'string' ? apart(value) : value] as const,
  );
  const text = sentence(locale, `notice_${code}`, { count, ...Object.fromEntries(values) });
  return { text, english: text === null ? english : null };
}

export function sentence(locale: Locale, key: string, values: Values = {}): string | null {
  return hasSentence(locale, 'service', key) ? translator(locale, 'service')(key, values) : null;
}

export function valuesOf(params: Readonly<Record<string, unknown>>): Values {
  return Object.fromEntries(
    Object.entries(params).filter(
      (pair): pair is [string, string | number] =>
        typeof pair[1] === 'string' || typeof pair[1] === 'number',
    ),
  );
}

/** Keeps signs and commas in their order where the sentence around runs from right to left. */
export const apart = (text: string): string => `\u2066${text}\u2069`;
