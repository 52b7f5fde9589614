const FIRST_PAUSE_MS = 1_000;
const LONGEST_PAUSE_MS = 30_000;

/** What an attempt came to: nothing is left that could be done now, or it must be made again. */
export type Outcome = 'done' | 'later';

/** Makes attempts until one is done: one at a time, with growing pauses, at once when asked. */
export interface Loop {
  /** Resolves when the attempt that this asks for, and those asked for meanwhile, are over. */
  now(): Promise<void>;
}

/** An attempt that fails is made again like one that says so: nothing may end the loop. */
export function createLoop(attempt: () => Promise<Outcome>): Loop {
  let running: Promise<void> | null = null;
  let again = false;
  let pause_ms = FIRST_PAUSE_MS;
  let timer: ReturnType<typeof setTimeout> | undefined;

  const run = async (): Promise<void> => {
    while (again) {
      again = false;
      const outcome = await attempt().catch((): Outcome => 'later');
      clearTimeout(timer);
      if (outcome === 'done') {
        pause_ms = FIRST_PAUSE_MS;
        continue;
      }
      timer = setTimeout(() => void now(), pause_ms);
      pause_ms = Math.min(pause_ms * 2, LONGEST_PAUSE_MS);
    }
  };
  const now = (): Promise<void> => {
    clearTimeout(timer);
    again = true;
    running ??= run().finally(() => {
      running = null;
      if (again) void now(); // asked for between the last look and now
    });
    return running;
  };
  return { now };
}
