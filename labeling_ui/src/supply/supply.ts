import { arrived, currentVisit, leaseOver, supplyIs, untouched } from '@/actions/visits';
import { api, ask, authorization } from '@/api/client';
import type { Task } from '@/api/models';
import { ApiProblem, Unreachable } from '@/api/problem';
import { around, type Tile } from '@/geometry/mercator';
import { loadMap } from '@/map/load';
import type { Labelling, State } from '@/state/state';
import type { Store } from '@/state/store';
import type { PictureSource } from './pictures';

/** Tiles that wait behind the one on the screen, pictures decoded. */
const READY_WANTED = 4;
const KEEP_EVERY_MS = 60_000;
/** Who has not touched the page for so long has left it. */
const AWAY_MS = 5 * 60_000;
const LOOK_AGAIN_MS = 15_000;
const TRY_AGAIN_MS = 3_000;

/** Leases that this page holds: of the tiles at hand, and of those it must not be given again. */
export function held(labelling: Labelling): Task[] {
  const open = labelling.visits.filter((visit) => visit.given === null).map((visit) => visit.task);
  return [...open, ...labelling.ready, ...labelling.skipped];
}

/**
 * Of the tiles that were skipped so many stay leased, so that they do not come again at once. The
 * oldest go back: an actor holds 24 leases, and who skips a lot must not run out of tiles.
 */
const SKIPPED_MOST = 12;

export const toGiveBack = ({ skipped }: Labelling): Task | undefined =>
  skipped.length > SKIPPED_MOST ? skipped[0] : undefined;

/** So many leases the service takes as being at hand; an actor holds fewer at a time. */
const HOLDING_MOST = 64;

/**
 * Leases that must not be handed out again: those at hand, and those whose answer is on its way.
 * The service would take a tile whose answer it has not seen yet for one that this page has lost.
 */
export function holding({ labelling, outbox }: State): string[] {
  const answered = labelling.visits.filter((visit) => visit.given !== null).reverse();
  const known = [
    ...held(labelling).map((task) => task.lease_id),
    ...outbox.leases,
    ...answered.map((visit) => visit.task.lease_id),
  ];
  return [...new Set(known)].slice(0, HOLDING_MOST);
}

/**
 * How many tiles to ask for. None before it is known what lies in the outbox: the service would
 * hand out once more what was answered without a network before the page was opened anew.
 */
export function wanted({ labelling, session, outbox }: State): number {
  if (session.token === null || !outbox.read || labelling.supply === 'closed') return 0;
  return READY_WANTED - labelling.ready.length + (currentVisit(labelling) === null ? 1 : 0);
}

/**
 * Keeps tiles coming while the label screen is open: claims ahead, fetches and decodes pictures,
 * renews leases while someone works, and gives them back when they leave.
 */
export function startSupply(
  store: Store<State>,
  campaignId: string,
  pictures: PictureSource,
): () => void {
  const params = { path: { campaign_id: campaignId } };
  let stopped = false;
  let asking = false;
  let resting = false;
  let active_ms = Date.now();
  let timer: ReturnType<typeof setTimeout> | undefined;

  /** Asks again after a while; whatever happens on the page until then asks nothing. */
  const rest = (pause_ms: number): void => {
    resting = true;
    timer = setTimeout(() => {
      resting = false;
      void fill();
    }, pause_ms);
  };

  const fill = async (): Promise<void> => {
    if (stopped || asking || resting || wanted(store.get()) <= 0) return;
    asking = true;
    try {
      const came = await claim();
      asking = false;
      if (came > 0) void fill();
      else rest(LOOK_AGAIN_MS);
    } catch (error) {
      asking = false;
      const closed = error instanceof ApiProblem && error.kind === 'campaign-not-active';
      store.apply(supplyIs(closed ? 'closed' : 'unreachable'));
      if (!closed) rest(error instanceof Unreachable ? TRY_AGAIN_MS : LOOK_AGAIN_MS);
    }
  };

  const claim = async (): Promise<number> => {
    const { labelling } = store.get();
    // The first tile comes alone: it should not wait for those behind it.
    const count = labelling.visits.length === 0 ? 1 : wanted(store.get());
    const body = { count, holding: holding(store.get()) };
    const claimed = await ask(
      api.POST('/api/campaigns/{campaign_id}/tasks/claim', { params, body }),
    );
    if (stopped) {
      for (const task of claimed.tasks) void give(task);
      return 0;
    }
    store.apply(arrived(claimed.tasks, claimed.queue.waiting));
    for (const task of claimed.tasks) void prefetch(task, labelling.visits.length === 0);
    return claimed.tasks.length;
  };

  const fetchAll = (places: readonly Tile[]): Promise<unknown> =>
    Promise.allSettled(places.map(pictures));
  let opening: Promise<unknown> = Promise.resolve();
  /**
   * Fetches and decodes. On a slow network the first tile comes first, then its surroundings, then
   * the tiles behind it beside the map, and at last what lies around those.
   */
  const prefetch = async (task: Task, isFirst: boolean): Promise<void> => {
    const [tile, ...neighbours] = around(task.tile);
    if (tile === undefined) return;
    if (isFirst) {
      opening = fetchAll([tile]).then(() => fetchAll(neighbours));
      return;
    }
    await opening;
    await fetchAll([tile]);
    await loadMap();
    if (!stopped) await fetchAll(neighbours);
  };

  const keep = async (): Promise<void> => {
    if (document.visibilityState === 'hidden' || Date.now() - active_ms > AWAY_MS) return;
    const { labelling } = store.get();
    const kept = held(labelling).filter((task) => !labelling.skipped.includes(task));
    await Promise.all(
      kept.map(async ({ lease_id }) => {
        try {
          await ask(
            api.POST('/api/tasks/{lease_id}/heartbeat', { params: { path: { lease_id } } }),
          );
        } catch (error) {
          // Over, or of a session that ended: an answer is welcome all the same.
          if (error instanceof ApiProblem && error.status !== 401) store.apply(leaseOver(lease_id));
        }
      }),
    );
    void fill();
  };

  const give = async (task: Task): Promise<void> => {
    // `keepalive`: it is sent even while the page closes.
    await fetch(`/api/tasks/${task.lease_id}/release`, {
      method: 'POST',
      headers: authorization(),
      keepalive: true,
    }).catch(() => {}); // the lease ends by itself
  };
  let giving = false;
  const giveSkipped = async (): Promise<void> => {
    const oldest = toGiveBack(store.get().labelling);
    if (giving || oldest === undefined) return;
    giving = true;
    await give(oldest); // until then it is named as held, or the service would hand it out again
    giving = false;
    store.apply(leaseOver(oldest.lease_id));
  };

  const giveAllBack = (): void => {
    for (const task of held(store.get().labelling)) void give(task);
  };
  /** Who closes the page on half a work comes back to it: that tile stays theirs for a while. */
  const leave = (): void => {
    const { labelling } = store.get();
    const visit = currentVisit(labelling);
    const begun = visit !== null && !untouched(visit) ? visit.task : null;
    for (const task of held(labelling)) if (task !== begun) void give(task);
  };
  /** The browser kept the page as it was left, but its leases are gone. */
  const comeBack = (event: PageTransitionEvent): void => {
    if (event.persisted) location.reload();
  };
  const touched = (): void => {
    active_ms = Date.now();
  };
  let token = store.get().session.token;
  let idle = true;
  const wakeUp = (): void => {
    const { session, labelling } = store.get();
    const [wasIdle, was] = [idle, token];
    idle = currentVisit(labelling) === null;
    token = session.token;
    void giveSkipped();
    // Signed in again, or just out of tiles: no need to wait for the next look.
    if (token !== was || (idle && !wasIdle)) online();
    else void fill();
  };
  const online = (): void => {
    clearTimeout(timer);
    resting = false;
    void fill();
  };

  const heart = setInterval(() => void keep(), KEEP_EVERY_MS);
  const unsubscribe = store.subscribe(wakeUp);
  window.addEventListener('pointerdown', touched, { passive: true });
  window.addEventListener('keydown', touched, { passive: true });
  window.addEventListener('online', online);
  window.addEventListener('pagehide', leave);
  window.addEventListener('pageshow', comeBack);
  void fill();

  return () => {
    stopped = true;
    clearInterval(heart);
    clearTimeout(timer);
    unsubscribe();
    window.removeEventListener('pointerdown', touched);
    window.removeEventListener('keydown', touched);
    window.removeEventListener('online', online);
    window.removeEventListener('pagehide', leave);
    window.removeEventListener('pageshow', comeBack);
    giveAllBack();
  };
}
