import type { OutboxSummary, State } from '@/state/state';

export const outboxHolds =
  (found: Partial<OutboxSummary>) =>
  (state: State): State => ({ ...state, outbox: { ...state.outbox, ...found } });
