import { useEffect, useId, useState } from 'react';
import { api, ask } from '@/api/client';
import type { Campaign, Round } from '@/api/models';
import { store } from '@/app/store';
import { SaidLines } from '@/components/SaidLines';
import { useText } from '@/i18n/useText';
import { useSelected } from '@/state/store';
import { Confirm } from '../Confirm';
import { duration, percent } from '../format';
import { holdReason } from '../said';
import { Trouble } from '../Trouble';
import { useAction } from '../useAction';
import { isRunning, secondsLeft, seenOf, stepsOf, type Seen, type Step } from './stages';

interface Props {
  readonly campaign: Campaign;
  readonly rounds: readonly Round[];
  readonly live: boolean;
  readonly onChanged: () => void;
}

/** The newest round: what the machines do, how far people are, and what may be done next. */
export function RoundCard({ campaign, rounds, live, onChanged }: Props) {
  const t = useText('desk');
  const heading = useId();
  const round = rounds.at(-1) ?? null;
  return (
    <section className="card" aria-labelledby={heading}>
      <div className="row between">
        <h2 id={heading}>
          {round === null
            ? t('noRoundYet')
            : t('roundIs', { number: round.number, state: t(`round_${round.state}`) })}
        </h2>
        {live ? <span className="pill live">{t('live')}</span> : null}
      </div>
      {round === null ? (
        <p className="hint">{t('firstRoundWhat')}</p>
      ) : (
        <RoundProgress round={round} before={beforeOf(rounds)} />
      )}
      <RoundActions campaign={campaign} round={round} onChanged={onChanged} />
    </section>
  );
}

function RoundProgress({
  round,
  before,
}: {
  readonly round: Round;
  readonly before: Round | null;
}) {
  const t = useText('desk');
  const locale = useSelected(store, (state) => state.settings.locale);
  const steps = stepsOf(round);
  const left = useSecondsLeft(round, steps, before);
  const now = steps.find((step) => step.status === 'now');
  return (
    <>
      <p className="hint">
        {t(
          round.state === 'held'
            ? 'heldWhat'
            : round.state === 'closed'
              ? 'closedWhat'
              : 'nobodyWaits',
        )}
      </p>
      {round.held_reason === null ? null : (
        <div className="banner" role="alert">
          <b>{t(round.state === 'held' ? 'whyHeld' : 'note')}</b>
          <SaidLines said={holdReason(locale, round)} />
        </div>
      )}
      <ol className="steps">
        {steps.map((step) => (
          <StepLine key={step.stage} step={step} round={round} />
        ))}
      </ol>
      {left === null || !isRunning(round) ? null : (
        <p className="hint">{t('timeLeft', { time: duration(locale, left) })}</p>
      )}
      <p role="status" className="visually-hidden">
        {now === undefined
          ? t(`round_${round.state}`)
          : t('nowDoing', { number: round.number, stage: t(`stage_${now.stage}`) })}
      </p>
    </>
  );
}

function StepLine({ step, round }: { readonly step: Step; readonly round: Round }) {
  const t = useText('desk');
  const locale = useSelected(store, (state) => state.settings.locale);
  const { stage, status, share, seconds } = step;
  const name =
    stage === 'train' && round.label_count > 0
      ? t('learnedFromTiles', { count: round.label_count })
      : t(`stage_${stage}`);
  const ofPeople = stage === 'label' && status !== 'next';
  const { settled, size } = round.batch;
  const note =
    status === 'done' && seconds !== null && seconds >= 1
      ? duration(locale, seconds)
      : status === 'now' && share !== null && !ofPeople
        ? percent(locale, share)
        : '';
  return (
    <li className={`step ${status}`} aria-current={status === 'now' ? 'step' : undefined}>
      <i aria-hidden="true" />
      <div>
        {name}
        <span className="visually-hidden"> ({t(`status_${status}`)})</span>
        {ofPeople ? (
          <div className="hint">{t('ofBatch', { done: settled, total: size })}</div>
        ) : null}
        {status === 'now' ? (
          <progress aria-label={name} {...(share === null ? {} : { value: share })} />
        ) : null}
      </div>
      <span>{note}</span>
    </li>
  );
}

/** Counts down between the stream's reports. */
function useSecondsLeft(round: Round, steps: readonly Step[], before: Round | null): number | null {
  const [seen, setSeen] = useState<Seen | null>(null);
  const [now_s, setNow] = useState(() => performance.now() / 1000);
  const running = isRunning(round);
  useEffect(() => {
    if (!running) return;
    const timer = setInterval(() => setNow(performance.now() / 1000), 1000);
    return () => clearInterval(timer);
  }, [running]);
  const found = seenOf(seen, steps, now_s);
  if (found?.stage !== seen?.stage) setSeen(found);
  return running ? secondsLeft(steps, before, found, now_s) : null;
}

/** The last round before the newest that trained: what a stage usually takes. */
function beforeOf(rounds: readonly Round[]): Round | null {
  return rounds.slice(0, -1).findLast((round) => 'train' in round.stage_seconds) ?? null;
}

function RoundActions({
  campaign,
  round,
  onChanged,
}: {
  readonly campaign: Campaign;
  readonly round: Round | null;
  readonly onChanged: () => void;
}) {
  const t = useText('desk');
  const action = useAction();
  const [asked, setAsked] = useState<'close' | 'start' | null>(null);
  const path = { campaign_id: campaign.id, number: round?.number ?? 0 };
  const started = (): void =>
    action.run(async () => {
      const params = { path: { campaign_id: campaign.id } };
      await ask(api.POST('/api/campaigns/{campaign_id}/rounds', { params }));
      onChanged();
    });
  const resumed = (): void =>
    action.run(async () => {
      const address = '/api/campaigns/{campaign_id}/rounds/{number}/resume';
      await ask(api.POST(address, { params: { path } }));
      onChanged();
    });
  const closed = (): void =>
    action.run(async () => {
      const address = '/api/campaigns/{campaign_id}/rounds/{number}/close';
      await ask(api.POST(address, { params: { path } }));
      onChanged();
    });

  const state = round?.state ?? null;
  const running = round !== null && isRunning(round);
  const unfinished =
    round !== null && state === 'labelling' && round.batch.settled < round.batch.size;
  return (
    <>
      <div className="row actions">
        {state === 'held' ? (
          <button type="button" className="button primary" disabled={action.busy} onClick={resumed}>
            {t('resumeRound')}
          </button>
        ) : null}
        {running ? null : (
          <button
            type="button"
            className={state === 'held' || unfinished ? 'button' : 'button primary'}
            disabled={action.busy || campaign.state !== 'active'}
            onClick={() => (unfinished ? setAsked('start') : started())}
          >
            {t(round === null ? 'startFirst' : 'startNext')}
          </button>
        )}
        {round === null || state === 'closed' ? null : (
          <button
            type="button"
            className="button"
            disabled={action.busy}
            onClick={() => setAsked('close')}
          >
            {t(running ? 'stopRound' : 'closeRound')}
          </button>
        )}
      </div>
      {campaign.state === 'active' ? null : <p className="hint">{t('goOnFirst')}</p>}
      <Trouble error={action.problem} />
      {asked === null || round === null ? null : (
        <Confirm
          title={t(asked === 'start' ? 'startEarlyTitle' : 'closeTitle', { number: round.number })}
          action={t(asked === 'start' ? 'startNext' : running ? 'stopRound' : 'closeRound')}
          onConfirm={asked === 'start' ? started : closed}
          onClose={() => setAsked(null)}
        >
          <p>
            {asked === 'start'
              ? t('startEarlyWhat', { done: round.batch.settled, total: round.batch.size })
              : t(running ? 'stopWhat' : 'closeWhat')}
          </p>
        </Confirm>
      )}
    </>
  );
}
