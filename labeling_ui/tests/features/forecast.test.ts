import { beforeAll, describe, expect, test } from 'vitest';
import type { Forecast } from '@/api/models';
import { foretold } from '@/features/desk/overview/forecast';
import { LOCALES, type Locale } from '@/i18n/locales';
import { loadSections, translator } from '@/i18n/text';

const locales = Object.keys(LOCALES) as Locale[];

function forecast(part: Partial<Forecast> = {}): Forecast {
  return {
    target: 0.75,
    outlook: 'within_reach',
    why: null,
    more_tiles: { estimate: 60, low: 40, high: 110 },
    gain: { estimate: 0.012, low: 0.005, high: 0.019 },
    gain_tiles: 20,
    labels: 1200,
    rounds: 5,
    rounds_needed: 4,
    audit_tiles: 48,
    ...part,
  };
}

const without = { more_tiles: null, gain: null } as const;

function said(told: Forecast, locale: Locale = 'en'): string {
  const t = translator(locale, 'desk');
  return foretold(told, locale)
    .map(({ key, values }) => t(key, values))
    .join(' ');
}

beforeAll(async () => {
  for (const locale of locales) await loadSections(locale, ['desk']);
});

describe('the forecast', () => {
  test('says how many more squares, what the next are worth, and from where that counts', () => {
    expect(said(forecast())).toBe(
      'About 60 more squares to reach 75% (40 to 110). ' +
        'The next 20 squares are worth about 1.2 percentage points. ' +
        'Counted from the 1,200 squares that the serving model has learned from.',
    );
  });

  test('says when the next squares are hardly worth it', () => {
    const flat = { gain: { estimate: 0.002, low: 0, high: 0.0049 } };

    expect(said(forecast(flat))).toContain('The next 20 squares will hardly change the map.');
    expect(said(forecast({ gain: { ...flat.gain, high: 0.005 } }))).toContain('about 0.2 perc');
  });

  test('says that a target is reached, and no number of squares', () => {
    expect(said(forecast({ outlook: 'reached', ...without }))).toBe(
      'Your target of 75% is most likely reached.',
    );
  });

  test.each([
    [0, 'Your target of 75% is just about reached.'],
    [90, 'Your target of 75% is just about reached; to be surer, it may take up to 90 more'],
  ])('never asks for about 0 more squares (up to %i)', (high, text) => {
    const more_tiles = { estimate: 0, low: 0, high };

    expect(said(forecast({ more_tiles }))).toContain(text);
    expect(said(forecast({ more_tiles }))).not.toContain('0 more squares to reach');
  });

  test('says that more squares alone will not do', () => {
    const told = said(forecast({ outlook: 'out_of_reach', more_tiles: null }));

    expect(told).toContain('More squares alone will hardly reach 75%');
    expect(told).toContain('Counted from');
  });

  test.each([
    ['too_few_rounds', 'takes 4 measured models that have served; so far: 2.'],
    ['too_few_tiles', 'too few squares for measuring'],
    ['too_unsure', 'does not say'],
  ] as const)('says why it cannot be told: %s', (why, text) => {
    const told = said(forecast({ outlook: 'cannot_tell', why, rounds: 2, ...without }));

    expect(told).toContain(text);
    expect(told).not.toContain('Counted from');
  });

  test.each(locales)('leaves no hole in %s, and no key', (locale) => {
    const outlooks = ['reached', 'within_reach', 'out_of_reach', 'cannot_tell'] as const;
    const reasons = ['too_few_rounds', 'too_few_tiles', 'too_unsure'] as const;
    for (const outlook of outlooks) {
      for (const why of reasons) {
        expect(said(forecast({ outlook, why }), locale)).not.toMatch(/[{}]|forecast_/u);
      }
    }
  });
});
