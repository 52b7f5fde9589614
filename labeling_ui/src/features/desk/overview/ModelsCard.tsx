import { useId, useState } from 'react';
import { api, ask } from '@/api/client';
import type { Accuracy, Campaign, Checkpoint } from '@/api/models';
import { store } from '@/app/store';
import { SaidLines } from '@/components/SaidLines';
import { useText } from '@/i18n/useText';
import { useSelected } from '@/state/store';
import { Confirm } from '../Confirm';
import { day, percent, points } from '../format';
import { gateReason } from '../said';
import { Trouble } from '../Trouble';
import { useAction } from '../useAction';

interface Props {
  readonly campaign: Campaign;
  readonly accuracy: Accuracy;
  readonly checkpoints: readonly Checkpoint[];
  readonly onChanged: () => void;
}

/** Every model that was trained, which one draws the outlines, and the way back to another. */
export function ModelsCard({ campaign, accuracy, checkpoints, onChanged }: Props) {
  const t = useText('desk');
  const heading = useId();
  const action = useAction();
  const [asked, setAsked] = useState<Checkpoint | null>(null);
  const promote = (checkpoint: Checkpoint): void =>
    action.run(async () => {
      const path = { campaign_id: campaign.id, checkpoint_id: checkpoint.id };
      const address = '/api/campaigns/{campaign_id}/checkpoints/{checkpoint_id}/promote';
      await ask(api.POST(address, { params: { path } }));
      onChanged();
    });
  return (
    <section className="card wide" aria-labelledby={heading}>
      <h2 id={heading}>{t('models')}</h2>
      <p className="hint">{t('modelsWhat')}</p>
      {checkpoints.length === 0 ? (
        <p className="empty">{t('noModels')}</p>
      ) : (
        <div className="scroll" tabIndex={0} role="group" aria-label={t('models')}>
          <table className="models">
            <thead>
              <tr>
                <th scope="col">{t('round')}</th>
                <th scope="col">{t('iou')}</th>
                <th scope="col">{t('againstBefore')}</th>
                <th scope="col">{t('state')}</th>
                <th scope="col">
                  <span className="visually-hidden">{t('whatToDo')}</span>
                </th>
              </tr>
            </thead>
            <tbody>
              {checkpoints.map((checkpoint) => (
                <ModelRow
                  key={checkpoint.id}
                  checkpoint={checkpoint}
                  accuracy={accuracy}
                  busy={action.busy}
                  onPromote={() => setAsked(checkpoint)}
                />
              ))}
            </tbody>
          </table>
        </div>
      )}
      <Trouble error={action.problem} />
      {asked === null ? null : (
        <Confirm
          title={t('promoteTitle', { number: asked.round })}
          action={t(asked.state === 'retired' ? 'rollBack' : 'letServe')}
          onConfirm={() => promote(asked)}
          onClose={() => setAsked(null)}
        >
          <p>{t('promoteWhat')}</p>
        </Confirm>
      )}
    </section>
  );
}

interface RowProps {
  readonly checkpoint: Checkpoint;
  readonly accuracy: Accuracy;
  readonly busy: boolean;
  readonly onPromote: () => void;
}

function ModelRow({ checkpoint, accuracy, busy, onPromote }: RowProps) {
  const t = useText('desk');
  const locale = useSelected(store, (state) => state.settings.locale);
  const measured = accuracy.rounds.find((round) => round.checkpoint_id === checkpoint.id);
  const gain = measured?.gain ?? null;
  const iou = measured?.iou?.estimate ?? null;
  const { state } = checkpoint;
  return (
    <tr>
      <th scope="row" data-label={t('round')}>
        {checkpoint.round}
        <span className="hint block">{day(locale, checkpoint.created_at)}</span>
      </th>
      <td data-label={t('iou')}>{iou === null ? '–' : percent(locale, iou, 1)}</td>
      <td data-label={t('againstBefore')}>
        {gain === null || gain.estimate === null ? (
          '–'
        ) : (
          <>
            <bdi>{points(locale, gain.estimate)}</bdi>
            {gain.low === null || gain.high === null ? null : (
              <span className="hint block">
                <bdi>
                  {points(locale, gain.low)} … {points(locale, gain.high)}
                </bdi>
              </span>
            )}
          </>
        )}
      </td>
      <td data-label={t('state')}>
        <span className={`pill ${state}`}>{t(`model_${state}`)}</span>
        {tellsWhy(checkpoint) ? (
          <div className="hint">
            <SaidLines said={gateReason(locale, checkpoint)} />
          </div>
        ) : null}
      </td>
      <td className="act">
        {state === 'held' || state === 'retired' ? (
          <button type="button" className="button" disabled={busy} onClick={onPromote}>
            {t(state === 'retired' ? 'rollBack' : 'letServe')}
          </button>
        ) : null}
      </td>
    </tr>
  );
}

/** A model that passed the gate on its numbers has them beside it: they need no sentence. */
function tellsWhy({ state, state_code: code }: Checkpoint): boolean {
  return state === 'held' || (state === 'promoted' && code !== null && code !== 'not_worse');
}
