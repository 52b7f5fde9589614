import { describe, expect, test } from 'vitest';
import { heard, heardEnough, heardLong } from '@/actions/outbox';
import type { Notice } from '@/api/notices';
import type { State } from '@/state/state';
import { start } from '../made';

const notice = (code: string | null, text = 'So it is.'): Notice => ({ code, params: {}, text });
const told = ({ outbox }: State) => outbox.heard.map((one) => [one.notice.code, one.count]);

describe('what the service says of answers', () => {
  test('is counted where it is said again, and the latest comes last', () => {
    const state = [['late'], ['newer'], ['late', 'late']]
      .map((codes) => heard(codes.map((code) => notice(code))))
      .reduce((now, action) => action(now), start());

    expect(told(state)).toEqual([
      ['newer', 1],
      ['late', 3],
    ]);
  });

  test('without a code is the same only in the same words', () => {
    const state = heard([notice(null, 'A.'), notice(null, 'B.'), notice(null, 'A.')])(start());

    expect(state.outbox.heard.map((one) => [one.notice.text, one.count])).toEqual([
      ['B.', 1],
      ['A.', 2],
    ]);
  });

  test('goes by itself after three answers more, or when it is put away', () => {
    const said = notice('late');
    const state = heard([said])(start());

    const after = (answers: number) =>
      Array.from({ length: answers }, () => heardLong).reduce((now, action) => action(now), state);
    expect(told(after(2))).toEqual([['late', 1]]);
    expect(told(after(3))).toEqual([]);
    expect(told(heardEnough(said)(state))).toEqual([]);
  });

  test('that is nothing changes nothing', () => {
    const state = start();

    expect(heard([])(state)).toBe(state);
    expect(heardLong(state)).toBe(state);
  });
});
