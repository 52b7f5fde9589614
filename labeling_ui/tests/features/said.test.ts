import { beforeAll, describe, expect, test } from 'vitest';
import type { components } from '@/api/schema';
import { ApiProblem, Unreachable } from '@/api/problem';
import type { Checkpoint, Round } from '@/api/models';
import { noticesOf, type Notice } from '@/api/notices';
import { gateReason, holdReason, saidOf } from '@/features/desk/said';
import { noticeSaid } from '@/i18n/said';
import { loadSections } from '@/i18n/text';

type Told = Pick<Checkpoint, 'state_code' | 'state_params' | 'state_reason'>;
type Held = Pick<Round, 'held_code' | 'held_params' | 'held_reason'>;

const refused = (kind: string, members: Record<string, unknown> = {}): ApiProblem =>
  new ApiProblem(422, {
    type: `urn:tilewise:problem:${kind}`,
    title: 'No',
    detail: 'It is so.',
    ...members,
  });

beforeAll(async () => {
  for (const locale of ['en', 'fr', 'ar'] as const) await loadSections(locale, ['service', 'desk']);
});

describe('a refusal', () => {
  test('is told in the language of the reader, with the service’s own words beside it', () => {
    expect(saidOf('fr', refused('area-too-large', { estimate: 1200, limit: 1000 }))).toEqual({
      text: expect.stringMatching(/^La zone prend environ 1\s200 carrés ; 1\s000 au plus/u),
      english: 'It is so.',
    });
  });
  test('names its cause where there is one', () => {
    const { text } = saidOf('fr', refused('imagery-refused', { cause: 'wrong-bands' }));

    expect(text).toContain('rouge, vert et bleu');
  });
  test('of a kind that has no sentence is told in English', () => {
    expect(saidOf('ar', refused('brand-new'))).toEqual({ text: null, english: 'It is so.' });
  });
  test('is told once to those who read English', () => {
    expect(saidOf('en', refused('area-refused'))).toEqual({ text: 'It is so.', english: null });
  });
  test('that never came, because nobody answered, has a sentence as well', () => {
    expect(saidOf('fr', new Unreachable())).toEqual({
      text: expect.stringContaining('injoignable'),
      english: null,
    });
  });
});

describe('why a model was held', () => {
  const worse: Told = {
    state_code: 'worse',
    state_params: { gain: -0.0375, low: -0.06, high: -0.012, tiles: 30 },
    state_reason: 'worse on the audit set: …',
  };
  test('is told with differences in points', () => {
    const { text, english } = gateReason('fr', worse as Checkpoint);

    expect([text?.replaceAll(/[\u2066\u2069]/gu, ''), english]).toEqual([
      'Sûrement moins bon que le précédent : −3,8 points d’IoU, entre −6,0 et −1,2 (carrés de mesure : 30).',
      null,
    ]);
  });
  test('is told in English where it was decided before there were codes', () => {
    const old = { ...worse, state_code: null, state_params: {} };

    expect(gateReason('fr', old as Checkpoint)).toEqual({
      text: null,
      english: 'worse on the audit set: …',
    });
  });
});

test('why a round is held names the step as the page does', () => {
  const held: Held = {
    held_code: 'job_failed',
    held_params: { stage: 'train', attempts: 3 },
    held_reason: 'The train job failed 3 times, last so: the disk is full. Resume the round.',
  };
  const { text, english } = holdReason('fr', held as Round);

  expect(text).toMatch(/^Cette étape a échoué 3 fois : Apprendre des réponses\./u);
  expect(english).toContain('the disk is full');
});

describe('a notice', () => {
  const outside: Notice = {
    code: 'tiles_beyond_imagery',
    params: { count: 1200, total: 5000 },
    text: "1200 of 5000 tiles lie beyond the imagery's edges; left out.",
  };
  test('is told in the language of the reader alone', () => {
    const { text, english } = noticeSaid('fr', outside);

    expect(text).toMatch(/: 1\s200 sur 5\s000\.$/u);
    expect(english).toBeNull();
  });
  test('is told in the page’s own words to those who read English, too', () => {
    expect(noticeSaid('en', outside).text).toContain('1,200 of 5,000');
  });
  test('keeps the order of a place where the sentence runs from right to left', () => {
    const repaired: Notice = {
      code: 'area_repaired',
      params: { place: '27.63200, -85.52100' },
      text: 'The area was repaired.',
    };

    expect(noticeSaid('ar', repaired).text).toContain('\u206627.63200, -85.52100\u2069');
  });
  test('that a newer service has brought is told in English', () => {
    const newer = { ...outside, code: 'brand_new' };

    expect(noticeSaid('ar', newer)).toEqual({ text: null, english: outside.text });
  });
});

describe('what stands in an answer as notices', () => {
  test('is read whatever version of the service has given it', () => {
    const text = 'You held no lease of this tile any more.';

    expect(noticesOf({ notices: [{ code: 'extra_without_lease', params: {}, text }] })).toEqual([
      { code: 'extra_without_lease', params: {}, text },
    ]);
    expect(noticesOf({ notices: [text] })).toEqual([{ code: null, params: {}, text }]);
    expect(noticesOf({ notices: [{ text }] })).toEqual([{ code: null, params: {}, text }]);
    for (const strange of [undefined, null, '', [], {}, { notices: null }, { notices: [7, {}] }]) {
      expect(noticesOf(strange)).toEqual([]);
    }
  });
  test('is told in English where an older service knew no codes', () => {
    const [plain] = noticesOf({ notices: ['It is kept as an extra vote.'] });

    expect(plain && noticeSaid('fr', plain)).toEqual({
      text: null,
      english: 'It is kept as an extra vote.',
    });
  });
  test('is told once of several answers, with their number', () => {
    const late: Notice = { code: 'extra_without_lease', params: {}, text: 'Late.' };

    expect(noticeSaid('fr', late).text).toContain('Votre réponse est gardée');
    expect(noticeSaid('fr', late, 4).text).toMatch(/voix supplémentaires : 4\.$/u);
  });
});

describe('the catalogue', () => {
  const ANSWERS: Record<components['schemas']['AnswerNotice'], true> = {
    newer_stands: true,
    tile_was_done: true,
    counted_without_lease: true,
    extra_without_lease: true,
  };
  const NOTICES: Record<components['schemas']['CampaignNotice'], true> = {
    area_repaired: true,
    area_not_polygons: true,
    tiles_beyond_imagery: true,
    no_audit: true,
    labels_repaired: true,
    labels_broken: true,
    labels_not_polygons: true,
    labels_outside: true,
    labels_all_outside: true,
  };
  const GATE: Record<components['schemas']['GateReason'], true> = {
    first: true,
    not_measured: true,
    too_few_tiles: true,
    worse: true,
    not_worse: true,
    by_coordinator: true,
  };
  const HOLD: Record<components['schemas']['HoldReason'], true> = {
    too_few_labels: true,
    one_sided_labels: true,
    imagery_unreachable: true,
    imagery_unusable: true,
    worker_lost: true,
    job_failed: true,
    job_refused: true,
  };
  test.each(Object.keys(GATE))('has a sentence for a model that is judged %s', (code) => {
    const told = { state_code: code, state_params: {}, state_reason: '' };

    expect(gateReason('ar', told as unknown as Checkpoint).text).not.toBeNull();
  });
  test.each(Object.keys(HOLD))('has a sentence for a round that is held by %s', (code) => {
    const told = { held_code: code, held_params: { stage: 'train' }, held_reason: '' };

    expect(holdReason('ar', told as unknown as Round).text).not.toBeNull();
  });
  test.each(Object.keys({ ...NOTICES, ...ANSWERS }))('has a sentence for the notice %s', (code) => {
    expect(noticeSaid('ar', { code, params: {}, text: '' }).text).not.toBeNull();
  });
});
