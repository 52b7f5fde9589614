import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { createLoop, type Outcome } from '@/outbox/loop';

describe('the loop that sends', () => {
  beforeEach(() => void vi.useFakeTimers());
  afterEach(() => void vi.useRealTimers());

  /** Attempts that come to these outcomes, the last one for ever; an error is thrown. */
  function attempts(...outcomes: (Outcome | Error)[]) {
    let made = 0;
    const attempt = async (): Promise<Outcome> => {
      const outcome = outcomes[Math.min(made, outcomes.length - 1)] ?? 'done';
      made += 1;
      if (outcome instanceof Error) throw outcome;
      return outcome;
    };
    return { attempt, made: () => made };
  }

  test('tries again after a pause, and rests when all is done', async () => {
    const { attempt, made } = attempts('later', 'done');
    await createLoop(attempt).now();

    expect(made()).toBe(1);
    await vi.advanceTimersByTimeAsync(60_000);
    expect(made()).toBe(2);
  });

  test('an attempt that breaks, as where the database is lost, does not end it', async () => {
    const { attempt, made } = attempts(new Error('the database is closed'), 'done');
    await createLoop(attempt).now();
    await vi.advanceTimersByTimeAsync(1_000);

    expect(made()).toBe(2);
  });

  test('pauses grow up to half a minute, and begin anew after success', async () => {
    const { attempt, made } = attempts(...Array<Outcome>(7).fill('later'), 'done', 'later', 'done');
    const loop = createLoop(attempt);
    await loop.now();
    for (const [index, pause_s] of [1, 2, 4, 8, 16, 30, 30].entries()) {
      await vi.advanceTimersByTimeAsync(pause_s * 1000 - 1);
      expect(made()).toBe(index + 1);
      await vi.advanceTimersByTimeAsync(1);
      expect(made()).toBe(index + 2);
    }
    await loop.now();
    await vi.advanceTimersByTimeAsync(1_000);
    expect(made()).toBe(10);
  });

  test('what is asked for meanwhile is done afterwards, never beside it', async () => {
    let open: ((outcome: Outcome) => void)[] = [];
    const loop = createLoop(() => new Promise<Outcome>((resolve) => open.push(resolve)));
    void loop.now();
    void loop.now();
    const over = loop.now();
    await vi.advanceTimersByTimeAsync(0);
    expect(open).toHaveLength(1);
    open[0]?.('done');
    await vi.advanceTimersByTimeAsync(0);
    expect(open).toHaveLength(2);
    open[1]?.('done');
    await over;
    open = [];
    await vi.advanceTimersByTimeAsync(60_000);

    expect(open).toHaveLength(0);
  });

  test('asking makes an end of waiting, and leaves one timer at most', async () => {
    const { attempt, made } = attempts('later', 'later', 'later', 'done');
    const loop = createLoop(attempt);
    await loop.now();
    await loop.now();
    expect(made()).toBe(2);
    await vi.advanceTimersByTimeAsync(1_999); // the first pause is forgotten
    expect(made()).toBe(2);
    await vi.advanceTimersByTimeAsync(1);
    expect(made()).toBe(3);
  });
});
