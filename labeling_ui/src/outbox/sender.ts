import { outboxHolds } from '@/actions/outbox';
import { api, ask } from '@/api/client';
import type { KeptReview, NewReview } from '@/api/models';
import type { State } from '@/state/state';
import type { Store } from '@/state/store';
import { inMemory, openDatabase, type Database } from './database';
import { forgetAnswer, keepAnswer, markRefused, refusedAnswers, waitingAnswers } from './outbox';
import { verdictOf, type Verdict } from './verdict';

const FIRST_PAUSE_MS = 1_000;
const LONGEST_PAUSE_MS = 30_000;

let database: Promise<Database> | null = null;
let store: Store<State> | null = null;
let running: Promise<void> | null = null;
let again = false;
let pause_ms = FIRST_PAUSE_MS;
let timer: ReturnType<typeof setTimeout> | undefined;
const listeners = new Set<(id: string, kept: KeptReview) => void>();

const opened = (): Promise<Database> => (database ??= openDatabase());

/** Sends what is kept, now and whenever the network comes back. */
export function startOutbox(state: Store<State>): void {
  store = state;
  let token = state.get().session.token;
  window.addEventListener('online', () => void sendNow());
  document.addEventListener('visibilitychange', () => {
    if (document.visibilityState === 'visible') void sendNow();
  });
  state.subscribe(() => {
    const found = state.get().session.token;
    if (found !== token && found !== null) void sendNow();
    token = found;
  });
  void sendNow();
}

/** Hears of every answer that the service has said yes to. */
export function onKept(listener: (id: string, kept: KeptReview) => void): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

/** Keeps an answer here first; it goes out by itself. */
export async function post(
  campaignId: string,
  review: NewReview,
  replaces: string | null,
): Promise<void> {
  let open = await opened();
  try {
    await keepAnswer(open, campaignId, review);
  } catch {
    // A full disk, or a browser that took its database back: the memory is better than nothing.
    open = inMemory();
    database = Promise.resolve(open);
    await keepAnswer(open, campaignId, review);
  }
  // A refused answer has been changed: the new one takes its place.
  if (replaces !== null) await forgetAnswer(open, replaces);
  await tell();
  void sendNow();
}

export async function dropRefused(id: string): Promise<void> {
  await forgetAnswer(await opened(), id);
  await tell();
}

export function sendNow(): Promise<void> {
  clearTimeout(timer);
  again = true;
  running ??= sendAll().finally(() => {
    running = null;
    if (again) void sendNow(); // kept between the last look and now
  });
  return running;
}

async function sendAll(): Promise<void> {
  const open = await opened();
  while (again) {
    again = false;
    await tell();
    // One tab sends at a time, so that answers stay in their order.
    await alone(async () => {
      for (const entry of await waitingAnswers(open)) {
        if (store?.get().session.token === null) return;
        const { verdict, kept } = await send(entry.campaignId, entry.review);
        if (verdict.kind === 'signIn') return;
        if (verdict.kind === 'later') return sendLater();
        pause_ms = FIRST_PAUSE_MS;
        if (verdict.kind === 'kept') await forgetAnswer(open, entry.id);
        else await markRefused(open, entry.id, verdict.refusal);
        await tell(true);
        if (kept !== null) for (const listener of listeners) listener(entry.id, kept);
      }
    });
  }
}

async function send(
  campaignId: string,
  review: NewReview,
): Promise<{ verdict: Verdict; kept: KeptReview | null }> {
  try {
    const params = { path: { campaign_id: campaignId } };
    const answer = api.POST('/api/campaigns/{campaign_id}/reviews', { params, body: review });
    return { verdict: { kind: 'kept' }, kept: await ask(answer) };
  } catch (error) {
    return { verdict: verdictOf(error), kept: null };
  }
}

function sendLater(): void {
  void tell(false);
  timer = setTimeout(() => void sendNow(), pause_ms);
  pause_ms = Math.min(pause_ms * 2, LONGEST_PAUSE_MS);
}

async function tell(reachable?: boolean): Promise<void> {
  const open = await opened();
  const [waiting, refused] = [await waitingAnswers(open), await refusedAnswers(open)];
  const told = refused.map(({ id, campaignId, review, refused: refusal }) => ({
    id,
    campaignId,
    review,
    detail: refusal?.detail ?? '',
    where: refusal?.where ?? null,
  }));
  store?.apply(
    outboxHolds({
      waiting: waiting.length,
      leases: [...waiting, ...refused].map(({ review }) => review.lease_id ?? '').filter(Boolean),
      refused: told,
      forgetful: open.forgetful,
      ...(reachable === undefined ? {} : { reachable }),
    }),
  );
}

async function alone(work: () => Promise<void>): Promise<void> {
  if (!('locks' in navigator)) return work();
  await navigator.locks.request('tilewise-outbox', work);
}
