import { describe, expect, test } from 'vitest';
import { LOCALES, preferredLocale } from '@/i18n/locales';
import { hasSections, loadSections, translator, type Message } from '@/i18n/text';

const catalogues = import.meta.glob<Record<string, Message>>('@/i18n/catalogues/*/*.ts', {
  eager: true,
  import: 'default',
});
const found = Object.entries(catalogues).map(([path, sentences]) => {
  const [locale = '', file = ''] = path.split('/').slice(-2);
  return { locale, section: file.replace('.ts', ''), sentences };
});
const english = found.filter((one) => one.locale === 'en');
const others = Object.keys(LOCALES).filter((locale) => locale !== 'en');
const forms = (message: Message | undefined): string[] =>
  message === undefined ? [] : typeof message === 'string' ? [message] : Object.values(message);
const holes = (text: string): string[] => [...new Set(text.match(/\{\w+\}/g) ?? [])].sort();

describe.each(others)('the catalogues in %s', (locale) => {
  test.each(english.map((one) => one.section))('say everything that %s says', (section) => {
    const here = found.find((one) => one.locale === locale && one.section === section);
    const there = english.find((one) => one.section === section);

    expect(Object.keys(here?.sentences ?? {}).sort()).toEqual(
      Object.keys(there?.sentences ?? {}).sort(),
    );
  });

  test.each(english.map((one) => one.section))('fill in what %s fills in', (section) => {
    const here = found.find((one) => one.locale === locale && one.section === section);
    for (const [key, message] of Object.entries(
      english.find((one) => one.section === section)?.sentences ?? {},
    )) {
      const allowed = forms(message).flatMap(holes);
      const general = typeof message === 'string' ? message : message.other;
      const mine = here?.sentences[key];
      const other = typeof mine === 'string' ? mine : (mine?.other ?? '');
      for (const form of forms(mine)) {
        expect(
          holes(form).filter((hole) => !allowed.includes(hole)),
          `${key} in ${locale}`,
        ).toEqual([]);
      }
      expect(holes(other), `${key} in ${locale}`).toEqual(holes(general));
    }
  });
});

describe('sentences', () => {
  test('Arabic has a form of its own for two', async () => {
    await loadSections('ar', ['label']);
    const t = translator('ar', 'label');

    expect(hasSections('ar', ['label'])).toBe(true);
    expect(t('tiles', { count: 2 })).toBe('مربعان');
    expect(t('tiles', { count: 3 })).not.toBe(t('tiles', { count: 11 }));
  });

  test('numbers are written as the language writes them', async () => {
    await loadSections('fr', ['label']);

    expect(translator('fr', 'label')('tiles', { count: 1200 })).toMatch(/^1\s200 carrés$/u);
  });

  test('the first language of the browser that there is is taken', () => {
    expect(preferredLocale(['de-AT', 'pt-BR', 'en'])).toBe('pt');
    expect(preferredLocale(['de'])).toBe('en');
  });
});
