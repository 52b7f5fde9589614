import type { RefusedAnswer, State } from '@/state/state';

export const outboxHolds =
  (waiting: number, refused: readonly RefusedAnswer[], reachable?: boolean) =>
  (state: State): State => ({
    ...state,
    outbox: { waiting, refused, reachable: reachable ?? state.outbox.reachable },
  });
