import { useState } from 'react';

export interface Action {
  readonly busy: boolean;
  /** What the service said no with. */
  readonly problem: Error | null;
  run(act: () => Promise<unknown>): void;
}

/** One act at a time, with what came of it if it failed. */
export function useAction(): Action {
  const [busy, setBusy] = useState(false);
  const [problem, setProblem] = useState<Error | null>(null);
  return {
    busy,
    problem,
    run(act) {
      setBusy(true);
      setProblem(null);
      act()
        .catch((error: Error) => setProblem(error))
        .finally(() => setBusy(false));
    },
  };
}
