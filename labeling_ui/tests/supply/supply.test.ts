import { describe, expect, test } from 'vitest';
import { outboxHolds } from '@/actions/outbox';
import { arrived, leaseOver, skipped, supplyIs } from '@/actions/visits';
import type { State } from '@/state/state';
import { holding, toGiveBack, wanted } from '@/supply/supply';
import { start, task } from '../made';

const signedIn = (): State => {
  const state = start();
  return { ...state, session: { ...state.session, token: 'token' } };
};
const known = (state: State, leases: string[] = []): State =>
  outboxHolds({ read: true, leases })(state);

describe('tiles are asked for', () => {
  test('once it is known what waits in the outbox', () => {
    expect(wanted(signedIn())).toBe(0);
    expect(wanted(known(signedIn()))).toBe(5);
  });
  test('until enough lie ready', () => {
    const five = Array.from({ length: 5 }, () => task(null));

    expect(wanted(arrived(five.slice(0, 3), 9)(known(signedIn())))).toBe(2);
    expect(wanted(arrived(five, 9)(known(signedIn())))).toBe(0);
  });
  test('by nobody who is not signed in, and of no campaign that is closed', () => {
    expect(wanted(known(start()))).toBe(0);
    expect(wanted(supplyIs('closed')(known(signedIn())))).toBe(0);
  });
});

test('leases of answers that wait are named, so that they are not handed out again', () => {
  expect(holding(known(signedIn(), ['lease-of-an-answer']))).toEqual(['lease-of-an-answer']);
});

test('of many skipped tiles the oldest goes back, the latest stay leased', () => {
  const tasks = Array.from({ length: 14 }, () => task(null));
  const twelve = tasks.slice(0, 12).reduce(skipped, arrived(tasks, 14)(start()));
  const thirteen = skipped(twelve);
  const oldest = tasks[0]?.lease_id ?? '';

  expect(toGiveBack(twelve.labelling)).toBeUndefined();
  expect(toGiveBack(thirteen.labelling)?.lease_id).toBe(oldest);
  expect(toGiveBack(leaseOver(oldest)(thirteen).labelling)).toBeUndefined();
});
