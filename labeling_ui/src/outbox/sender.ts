import { heard, outboxHolds } from '@/actions/outbox';
import { api, ask } from '@/api/client';
import type { NewReview } from '@/api/models';
import { noticesOf } from '@/api/notices';
import type { State } from '@/state/state';
import type { Store } from '@/state/store';
import { openDatabase, type Database } from './database';
import { createLoop, type Outcome } from './loop';
import { forgetAnswer, keepAnswer, markRefused, refusedAnswers, waitingAnswers } from './outbox';
import { verdictOf, type Verdict } from './verdict';

/** Some browsers never open their database; tiles are worth more than knowing what lay there. */
const READ_MOST_MS = 3_000;
/** A connection that died without a word would be waited for by the next answers, in all tabs. */
const ANSWER_MOST_MS = 60_000;

let database: Promise<Database> | null = null;
let store: Store<State> | null = null;
let sending: AbortController | null = null;
let others: BroadcastChannel | null = null;
const loop = createLoop(sendAll);

const opened = (): Promise<Database> => (database ??= openDatabase());

/** Sends what is kept, now and whenever the network comes back. */
export function startOutbox(state: Store<State>): void {
  store = state;
  let token = state.get().session.token;
  window.addEventListener('online', () => {
    sending?.abort(); // what was under way went over the network that is gone
    void sendNow();
  });
  // Another tab has sent what lay here, or put something in.
  others = new BroadcastChannel('tilewise-outbox');
  others.onmessage = () => void tell();
  document.addEventListener('visibilitychange', () => {
    if (document.visibilityState === 'visible') void sendNow();
  });
  state.subscribe(() => {
    const found = state.get().session.token;
    if (found !== token && found !== null) void sendNow();
    token = found;
  });
  setTimeout(() => state.apply(outboxHolds({ read: true })), READ_MOST_MS);
  void sendNow();
}

/** Keeps an answer here first; it goes out by itself. */
export async function post(
  campaignId: string,
  review: NewReview,
  replaces: string | null,
): Promise<void> {
  const open = await opened();
  await keepAnswer(open, campaignId, review);
  // A refused answer has been changed: the new one takes its place.
  if (replaces !== null) await forgetAnswer(open, replaces);
  await tell();
  void sendNow();
}

export async function dropRefused(id: string): Promise<void> {
  await forgetAnswer(await opened(), id);
  await tell();
  others?.postMessage(null);
}

export const sendNow = (): Promise<void> => loop.now();

async function sendAll(): Promise<Outcome> {
  const open = await opened();
  await tell();
  let outcome: Outcome = 'done';
  // One tab sends at a time, so that answers stay in their order.
  await alone(async () => {
    for (const entry of await waitingAnswers(open)) {
      if (store?.get().session.token === null) return;
      const verdict = await send(entry.campaignId, entry.review);
      if (verdict.kind === 'signIn') return;
      if (verdict.kind === 'later') {
        outcome = 'later';
        return tell(false);
      }
      if (verdict.kind === 'kept') {
        await forgetAnswer(open, entry.id);
        store?.apply(heard(verdict.notices));
      } else await markRefused(open, entry.id, verdict.refusal);
      await tell(true);
      others?.postMessage(null);
    }
  });
  return outcome;
}

async function send(campaignId: string, review: NewReview): Promise<Verdict> {
  const attempt = new AbortController();
  sending = attempt;
  const late = setTimeout(() => attempt.abort(), ANSWER_MOST_MS);
  try {
    const { signal } = attempt;
    const params = { path: { campaign_id: campaignId } };
    const answer = api.POST('/api/campaigns/{campaign_id}/reviews', {
      params,
      body: review,
      signal,
    });
    return { kind: 'kept', notices: noticesOf(await ask(answer)) };
  } catch (error) {
    return verdictOf(error);
  } finally {
    clearTimeout(late);
  }
}

async function tell(reachable?: boolean): Promise<void> {
  const open = await opened();
  const [waiting, refused] = [await waitingAnswers(open), await refusedAnswers(open)];
  const told = refused.map(({ id, campaignId, review, refused: refusal }) => ({
    id,
    campaignId,
    review,
    detail: refusal?.detail ?? '',
    why: refusal?.why ?? null,
    where: refusal?.where ?? null,
  }));
  store?.apply(
    outboxHolds({
      read: true,
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
