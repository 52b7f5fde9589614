import type common from './catalogues/en/common';
import type desk from './catalogues/en/desk';
import type label from './catalogues/en/label';
import type service from './catalogues/en/service';
import type start from './catalogues/en/start';
import type tutorial from './catalogues/en/tutorial';
import { LOCALES, type Locale } from './locales';

/** A sentence, or one for each number that a language tells apart. `{name}` is filled in. */
export type Message = string | Plural;
export type Plural = Partial<Record<Intl.LDMLPluralRule, string>> & { readonly other: string };
export type Values = Readonly<Record<string, string | number>>;

/** The catalogue of another language for the same section: the same keys, the same kinds. */
export type Translation<C> = {
  readonly [K in keyof C]: C[K] extends string ? string : Plural;
};

export interface Catalogues {
  common: typeof common;
  start: typeof start;
  tutorial: typeof tutorial;
  label: typeof label;
  desk: typeof desk;
  service: typeof service;
}

export type Section = keyof Catalogues;
export type Key<S extends Section> = keyof Catalogues[S] & string;
export type Translate<S extends Section> = (key: Key<S>, values?: Values) => string;

type Catalogue = Readonly<Record<string, Message>>;

const files = import.meta.glob<Catalogue>('./catalogues/*/*.ts', { import: 'default' });
const loaded = new Map<string, Catalogue>();

const fileOf = (locale: Locale, section: string): string => `./catalogues/${locale}/${section}.ts`;

/** Brings sections of a language here; afterwards {@link translator} answers at once. */
export async function loadSections(locale: Locale, sections: readonly Section[]): Promise<void> {
  await Promise.all(
    sections.map(async (section) => {
      const file = fileOf(locale, section);
      if (loaded.has(file)) return;
      const load = files[file];
      if (load === undefined) throw new Error(`There is no catalogue ${file}`);
      loaded.set(file, await load());
    }),
  );
}

export function hasSections(locale: Locale, sections: readonly Section[]): boolean {
  return sections.every((section) => loaded.has(fileOf(locale, section)));
}

/** Whether a name that came from outside, such as a problem's kind, has a sentence. */
export function hasSentence<S extends Section>(
  locale: Locale,
  section: S,
  key: string,
): key is Key<S> {
  return Object.hasOwn(loaded.get(fileOf(locale, section)) ?? {}, key);
}

export function translator<S extends Section>(locale: Locale, section: S): Translate<S> {
  const catalogue = loaded.get(fileOf(locale, section)) ?? {};
  const rules = new Intl.PluralRules(locale);
  const numbers = new Intl.NumberFormat(locale);
  return (key, values = {}) => {
    const message = catalogue[key];
    return message === undefined ? key : filled(message, values, rules, numbers);
  };
}

function filled(
  message: Message,
  values: Values,
  rules: Intl.PluralRules,
  numbers: Intl.NumberFormat,
): string {
  const text =
    typeof message === 'string'
      ? message
      : (message[rules.select(Number(values.count ?? 0))] ?? message.other);
  return text.replace(/\{(\w+)\}/g, (hole, name: string) => {
    const value = values[name];
    return value === undefined ? hole : typeof value === 'number' ? numbers.format(value) : value;
  });
}

/** Turns the page to a language: for screen readers, hyphens and right-to-left writing. */
export function dressPage(locale: Locale): void {
  document.documentElement.lang = locale;
  document.documentElement.dir = LOCALES[locale].direction;
}
