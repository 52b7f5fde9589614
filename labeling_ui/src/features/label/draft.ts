import type { Work } from '@/actions/outlines';
import { currentVisit, untouched, worked, type Visit } from '@/actions/visits';
import { tileKey } from '@/geometry/mercator';
import type { State } from '@/state/state';
import type { Store } from '@/state/store';

const KEY = 'tilewise.draft';
const SETTLE_MS = 200;

/** Half a work: what was drawn on a tile before the page was closed. */
interface Draft {
  readonly campaignId: string;
  readonly tile: string;
  readonly checkpoint: string | null;
  readonly work: Work;
}

/**
 * Keeps what is being drawn, so that a reload or a crash costs nothing, and takes it up again when
 * the same tile is there with the same model's outlines.
 */
export function startDrafts(store: Store<State>, campaignId: string): () => void {
  let lease: string | null = null;
  let timer: ReturnType<typeof setTimeout> | undefined;

  const keep = (): void => {
    const visit = currentVisit(store.get().labelling);
    if (visit === null || visit.given !== null) return;
    if (untouched(visit)) return forget(tileKey(visit.task.tile));
    write({ campaignId, ...placeOf(visit), work: visit.history.present });
  };
  const look = (): void => {
    const visit = currentVisit(store.get().labelling);
    if (visit !== null && visit.task.lease_id !== lease) {
      lease = visit.task.lease_id;
      const draft = read();
      if (draft !== null && isOf(draft, visit, campaignId))
        return store.apply(worked(() => draft.work));
    }
    clearTimeout(timer);
    timer = setTimeout(keep, SETTLE_MS);
  };

  const unsubscribe = store.subscribe(look);
  window.addEventListener('pagehide', keep);
  return () => {
    clearTimeout(timer);
    keep();
    unsubscribe();
    window.removeEventListener('pagehide', keep);
  };
}

const placeOf = ({ task }: Visit): Pick<Draft, 'tile' | 'checkpoint'> => ({
  tile: tileKey(task.tile),
  checkpoint: task.checkpoint_id ?? null,
});

function isOf(draft: Draft, visit: Visit, campaignId: string): boolean {
  const { tile, checkpoint } = placeOf(visit);
  return (
    draft.campaignId === campaignId &&
    draft.tile === tile &&
    draft.checkpoint === checkpoint &&
    visit.given === null &&
    untouched(visit)
  );
}

function read(): Draft | null {
  try {
    const text = localStorage.getItem(KEY);
    return text === null ? null : (JSON.parse(text) as Draft);
  } catch {
    return null; // no storage, no drafts
  }
}

function write(draft: Draft): void {
  try {
    localStorage.setItem(KEY, JSON.stringify(draft));
  } catch {
    // Without storage, or with a full one, a reload costs what was not answered yet.
  }
}

/** The tile is as the model left it again: nothing is to be taken up. */
function forget(tile: string): void {
  if (read()?.tile !== tile) return;
  try {
    localStorage.removeItem(KEY);
  } catch {
    // what cannot be read cannot be removed
  }
}
