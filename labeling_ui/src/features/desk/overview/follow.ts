import { authorization, heard } from '@/api/client';
import type { Round } from '@/api/models';
import { eventsIn } from './sse';

const AGAIN_AFTER_MS = 3_000;

export interface Follower {
  readonly onRound: (round: Round) => void;
  /** Whether the stream stands; while it does not, it is asked for again. */
  readonly onLive: (live: boolean) => void;
}

/** Follows a round until it is closed, or until the returned function is called. */
export function follow(campaignId: string, number: number, follower: Follower): () => void {
  const stopped = new AbortController();
  const run = async (): Promise<void> => {
    while (!stopped.signal.aborted) {
      try {
        if (await listen(campaignId, number, follower, stopped.signal)) return;
      } catch {
        // The network is away, or the service starts anew: asked again below.
      }
      if (stopped.signal.aborted) return;
      follower.onLive(false);
      await new Promise((resolve) => setTimeout(resolve, AGAIN_AFTER_MS));
    }
  };
  void run();
  return () => stopped.abort();
}

/** Whether there is nothing more to hear: the round is closed, or must not be asked for. */
async function listen(
  campaignId: string,
  number: number,
  { onRound, onLive }: Follower,
  signal: AbortSignal,
): Promise<boolean> {
  const headers = authorization();
  const address = `/api/campaigns/${campaignId}/rounds/${number}/events`;
  const response = heard(
    await fetch(address, { headers, signal }),
    headers.Authorization?.slice('Bearer '.length) ?? null,
  );
  if (response.status >= 400 && response.status < 500) return true;
  if (!response.ok || response.body === null) return false;
  onLive(true);
  const reader = response.body.pipeThrough(new TextDecoderStream()).getReader();
  let kept = '';
  let state: Round['state'] | null = null;
  for (;;) {
    const { done, value } = await reader.read();
    if (done) return state === 'closed';
    const { events, rest } = eventsIn(kept, value);
    kept = rest;
    for (const sent of events) {
      if (sent.event !== 'round') continue;
      const round = JSON.parse(sent.data) as Round;
      state = round.state;
      onRound(round);
    }
  }
}
