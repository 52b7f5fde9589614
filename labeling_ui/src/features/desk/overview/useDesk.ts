import { useCallback, useEffect, useRef, useState } from 'react';
import { api, ask } from '@/api/client';
import type { Accuracy, Campaign, Checkpoint, Round } from '@/api/models';
import { follow } from './follow';

export interface Desk {
  readonly campaign: Campaign;
  readonly accuracy: Accuracy;
  readonly checkpoints: readonly Checkpoint[];
  /** Oldest first; the newest as the stream last told it. */
  readonly rounds: readonly Round[];
}

export interface Watched {
  readonly desk: Desk | null;
  readonly error: Error | null;
  /** Whether the running round tells its progress by itself. */
  readonly live: boolean;
  reload(): void;
}

/** Accuracy grows while people answer, and no stream tells that. */
const RELOAD_EVERY_MS = 20_000;

/** All that the overview shows, kept fresh; what was seen stays while the network is away. */
export function useDesk(campaignId: string): Watched {
  const [desk, setDesk] = useState<Desk | null>(null);
  const [error, setError] = useState<Error | null>(null);
  const [live, setLive] = useState(false);
  const turn = useRef(0);

  const reload = useCallback(() => {
    turn.current += 1;
    const mine = turn.current;
    load(campaignId)
      .then((found) => {
        if (mine !== turn.current) return;
        setDesk(found);
        setError(null);
      })
      .catch((problem: Error) => {
        if (mine === turn.current) setError(problem);
      });
  }, [campaignId]);

  useEffect(() => {
    reload();
    const timer = setInterval(() => {
      if (document.visibilityState === 'visible') reload();
    }, RELOAD_EVERY_MS);
    return () => {
      clearInterval(timer);
      turn.current += 1;
    };
  }, [reload]);

  const newest = desk?.rounds.at(-1);
  const number = newest === undefined || newest.state === 'closed' ? null : newest.number;
  useEffect(() => {
    if (number === null) return;
    let state: Round['state'] | null = null;
    const stop = follow(campaignId, number, {
      onLive: setLive,
      onRound: (round) => {
        setDesk((before) => (before === null ? null : withRound(before, round)));
        // Another stage: what was measured or promoted in between is asked for.
        if (state !== null && state !== round.state) reload();
        state = round.state;
      },
    });
    return () => {
      stop();
      setLive(false);
    };
  }, [campaignId, number, reload]);

  return { desk, error, live, reload };
}

function withRound(desk: Desk, round: Round): Desk {
  const others = desk.rounds.filter((one) => one.number !== round.number);
  return { ...desk, rounds: [...others, round].sort((a, b) => a.number - b.number) };
}

async function load(campaign_id: string): Promise<Desk> {
  const params = { params: { path: { campaign_id } } };
  const [campaign, accuracy, { checkpoints }, { rounds }] = await Promise.all([
    ask(api.GET('/api/campaigns/{campaign_id}', params)),
    ask(api.GET('/api/campaigns/{campaign_id}/accuracy', params)),
    ask(api.GET('/api/campaigns/{campaign_id}/checkpoints', params)),
    ask(api.GET('/api/campaigns/{campaign_id}/rounds', params)),
  ]);
  return { campaign, accuracy, checkpoints, rounds };
}
