import type { RefusedAnswer, State } from '@/state/state';

export const outboxHolds =
  (leases: readonly (string | null)[], refused: readonly RefusedAnswer[], reachable?: boolean) =>
  (state: State): State => ({
    ...state,
    outbox: {
      waiting: leases.length,
      refused,
      reachable: reachable ?? state.outbox.reachable,
      leases: leases.filter((lease) => lease !== null),
    },
  });
