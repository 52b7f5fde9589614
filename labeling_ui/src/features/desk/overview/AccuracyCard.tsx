import { useId } from 'react';
import type { Accuracy } from '@/api/models';
import { store } from '@/app/store';
import { useText } from '@/i18n/useText';
import { useSelected } from '@/state/store';
import { duration, percent } from '../format';
import { AccuracyChart } from './AccuracyChart';
import { ForecastLine } from './ForecastLine';
import { noChartBecause } from './verdict';

interface Props {
  readonly campaignId: string;
  readonly accuracy: Accuracy;
  readonly target: number;
  readonly onTarget: (target: number) => void;
}

/** How good the map was after each round, as a picture, in words, and as a table. */
export function AccuracyCard({ campaignId, accuracy, target, onTarget }: Props) {
  const t = useText('desk');
  const field = useId();
  const measured = accuracy.rounds.some((round) => typeof round.iou?.estimate === 'number');
  const { settled, tiles } = accuracy.audit;
  return (
    <section className="card wide" aria-labelledby={`${field}-title`}>
      <div className="row between">
        <h2 id={`${field}-title`}>{t('accuracyOverRounds')}</h2>
        <label htmlFor={field} className="target">
          {t('myTarget')}
          <span className="suffixed">
            <input
              id={field}
              type="number"
              min={1}
              max={99}
              step={1}
              className="field small"
              value={Math.round(100 * target)}
              onChange={(event) => {
                const wanted = Number(event.target.value) / 100;
                if (wanted > 0 && wanted < 1) onTarget(wanted);
              }}
            />
            %
          </span>
        </label>
      </div>
      {measured ? (
        <>
          <ForecastLine campaignId={campaignId} accuracy={accuracy} target={target} />
          <p className="hint">{t('whatTheBandIs')}</p>
          <AccuracyChart rounds={accuracy.rounds} target={target} />
          {accuracy.rounds.some((round) => round.state === 'held') ? (
            <p className="hint">{t('heldMark')}</p>
          ) : null}
        </>
      ) : (
        <p className="empty">{t(noChartBecause(accuracy), { settled, tiles })}</p>
      )}
      <details>
        <summary>{t('whatIsIou')}</summary>
        <IouPicture />
        <p>{t('iouIs')}</p>
        <p>{t('howMeasured', { count: tiles })}</p>
        <p>{t('bandIs')}</p>
      </details>
      {measured ? (
        <details>
          <summary>{t('asTable')}</summary>
          <AccuracyTable accuracy={accuracy} />
        </details>
      ) : null}
    </section>
  );
}

/** Two overlapping shapes: what both cover, and what either covers. */
function IouPicture() {
  const t = useText('desk');
  return (
    <svg className="iou-picture" viewBox="0 0 300 92" role="img" aria-label={t('iouPicture')}>
      <g className="iou-either">
        <rect x="14" y="10" width="80" height="54" />
        <rect x="50" y="28" width="80" height="54" />
      </g>
      <rect className="iou-both" x="50" y="28" width="44" height="36" />
      <g className="iou-key">
        <rect className="iou-both" x="166" y="20" width="22" height="16" />
        <text x="198" y="33">
          {t('iouBoth')}
        </text>
        <rect className="iou-either" x="166" y="56" width="22" height="16" />
        <text x="198" y="69">
          {t('iouEither')}
        </text>
      </g>
    </svg>
  );
}

function AccuracyTable({ accuracy }: { readonly accuracy: Accuracy }) {
  const t = useText('desk');
  const locale = useSelected(store, (state) => state.settings.locale);
  const share = (value: number | null | undefined): string =>
    typeof value === 'number' ? percent(locale, value, 1) : '–';
  return (
    <div className="scroll" tabIndex={0} role="group" aria-label={t('asTable')}>
      <table>
        <thead>
          <tr>
            <th scope="col">{t('round')}</th>
            <th scope="col">{t('iou')}</th>
            <th scope="col">{t('from')}</th>
            <th scope="col">{t('to')}</th>
            <th scope="col">{t('found')}</th>
            <th scope="col">{t('real')}</th>
            <th scope="col">{t('learnedFrom')}</th>
            <th scope="col">{t('peoplesTime')}</th>
          </tr>
        </thead>
        <tbody>
          {accuracy.rounds.map((round) => (
            <tr key={round.checkpoint_id}>
              <th scope="row">{round.round}</th>
              <td>{share(round.iou?.estimate)}</td>
              <td>{share(round.iou?.low)}</td>
              <td>{share(round.iou?.high)}</td>
              <td>{share(round.object_recall?.estimate)}</td>
              <td>{share(round.object_precision?.estimate)}</td>
              <td>{round.labels}</td>
              <td>{duration(locale, round.person_seconds)}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}
