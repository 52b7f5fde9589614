import { NOT_LABELLING, type State } from '@/state/state';

/** Another campaign's tiles, or the practice: the line of visits begins anew. */
export const opened =
  (campaignId: string) =>
  (state: State): State => ({ ...state, labelling: { ...NOT_LABELLING, campaignId } });
