import 'fake-indexeddb/auto';
import { beforeEach, describe, expect, test } from 'vitest';
import type { NewReview } from '@/api/models';
import { ApiProblem, Unreachable } from '@/api/problem';
import { inMemory, openDatabase, type Database } from '@/outbox/database';
import {
  forgetAnswer,
  keepAnswer,
  markRefused,
  refusedAnswers,
  waitingAnswers,
} from '@/outbox/outbox';
import { verdictOf } from '@/outbox/verdict';

const review = (id: string): NewReview => ({
  id,
  tile: { z: 20, x: 1, y: 2 },
  answer: 'nothing',
  seconds_spent: 1,
  acts: {},
});
const ids = (entries: { id: string }[]) => entries.map((entry) => entry.id);

describe('the outbox', () => {
  let database: Database;
  let turn = 0;
  beforeEach(async () => {
    turn += 1;
    database = await openDatabase(`outbox-${turn}`);
  });

  test('keeps answers in the order in which they were given', async () => {
    for (const id of ['c', 'a', 'b']) await keepAnswer(database, 'campaign', review(id));

    expect(ids(await waitingAnswers(database))).toEqual(['c', 'a', 'b']);
  });

  test('still has them after the page was closed', async () => {
    await keepAnswer(database, 'campaign', review('a'));
    database.close();

    expect(ids(await waitingAnswers(await openDatabase(`outbox-${turn}`)))).toEqual(['a']);
  });

  test('has an answer once, however often it is kept', async () => {
    await keepAnswer(database, 'campaign', review('a'));
    await keepAnswer(database, 'campaign', review('a'));

    expect(ids(await waitingAnswers(database))).toEqual(['a']);
  });

  test('lets go of what the service has', async () => {
    await keepAnswer(database, 'campaign', review('a'));
    await forgetAnswer(database, 'a');

    expect(await waitingAnswers(database)).toEqual([]);
  });

  test('hands on what the browser does not take beside what it has', async () => {
    await keepAnswer(database, 'campaign', review('a'));
    // What cannot be copied cannot be kept: the browser says no, as it does on a full disk.
    const unkept = { ...review('b'), acts: { tell: (() => 1) as unknown as number } };
    await keepAnswer(database, 'campaign', unkept);

    expect(ids(await waitingAnswers(database))).toEqual(['a', 'b']);
    expect(database.forgetful).toBe(true);
    await forgetAnswer(database, 'a');
    await forgetAnswer(database, 'b');
    expect(await waitingAnswers(database)).toEqual([]);
  });

  test('keeps a refused answer with its reason, and does not send it again', async () => {
    await keepAnswer(database, 'campaign', review('a'));
    await markRefused(database, 'a', { kind: 'review-refused', detail: 'why', where: [1, 2] });

    expect(await waitingAnswers(database)).toEqual([]);
    expect((await refusedAnswers(database))[0]?.refused?.where).toEqual([1, 2]);
  });
});

describe('the outbox of a browser that keeps nothing', () => {
  test('says so, and hands answers on in their order', async () => {
    const database = inMemory();
    for (const id of ['c', 'a', 'b']) await keepAnswer(database, 'campaign', review(id));
    await forgetAnswer(database, 'a');

    expect(database.forgetful).toBe(true);
    expect(ids(await waitingAnswers(database))).toEqual(['c', 'b']);
  });
});

describe('what an attempt came to', () => {
  const problem = (status: number, kind: string, more = {}) =>
    new ApiProblem(status, {
      type: `urn:tilewise:problem:${kind}`,
      title: '',
      detail: '',
      ...more,
    });

  test('a dead network is tried again', () => {
    expect(verdictOf(new Unreachable()).kind).toBe('later');
    expect(verdictOf(new TypeError('aborted')).kind).toBe('later');
  });
  test('a failing service is tried again', () => {
    expect(verdictOf(problem(503, 'database-away')).kind).toBe('later');
    expect(verdictOf(problem(429, 'slow-down')).kind).toBe('later');
  });
  test('an ended session waits for its person', () => {
    expect(verdictOf(problem(401, 'not-signed-in')).kind).toBe('signIn');
  });
  test('an answer that is there under an older session is kept', () => {
    expect(verdictOf(problem(409, 'review-conflict')).kind).toBe('kept');
  });
  test('a clear no is a no, with its place', () => {
    expect(
      verdictOf(problem(422, 'review-refused', { where: [12.5, 48.1], cause: 'crosses-itself' })),
    ).toEqual({
      kind: 'refused',
      refusal: { kind: 'review-refused', detail: '', why: 'crosses-itself', where: [12.5, 48.1] },
    });
  });
});
