import { useId, useState } from 'react';
import { useText } from '@/i18n/useText';
import { AreaMapView, type MapHand } from './AreaMapView';
import { NoticeList } from './NoticeList';
import { boxArea, boxOf, geoJsonIn, placeIn, type Form } from './request';
import type { Check } from './useCheck';

interface Props {
  readonly form: Form;
  readonly check: Check;
  readonly onChange: (part: Partial<Form>) => void;
}

/** The area, drawn on the imagery itself, taken from the view, or from a file. */
export function AreaStep({ form, check, onChange }: Props) {
  const t = useText('desk');
  const id = useId();
  const [hand, setHand] = useState<MapHand | null>(null);
  const [drawing, setDrawing] = useState(false);
  const [problem, setProblem] = useState<string | null>(null);
  const [place, setPlace] = useState('');
  const bounds = check.answer?.info.bounds ?? null;

  const take = (area: Form['area']): void => {
    setDrawing(false);
    setProblem(null);
    onChange({ area });
  };
  const read = async (file: File): Promise<void> => {
    const area = geoJsonIn(await file.text());
    const box = area === null ? null : boxOf(area);
    if (area === null || box === null) {
      setProblem(t('notGeoJson'));
      return;
    }
    take(area);
    hand?.goTo(box);
  };

  return (
    <section className="card stack create-map" aria-labelledby={id}>
      <h2 id={id}>{t('stepArea')}</h2>
      <p className="hint">{t(form.imagery === null ? 'areaAfterImagery' : 'areaHint')}</p>
      <AreaMapView
        form={form}
        bounds={bounds}
        drawing={drawing}
        onDrawn={(ring) => take({ type: 'Polygon', coordinates: [ring.map(([x, y]) => [x, y])] })}
        onHand={setHand}
      />
      <div className="row">
        <button
          type="button"
          className="button"
          aria-pressed={drawing}
          disabled={form.imagery === null}
          onClick={() => setDrawing(!drawing)}
        >
          {t(drawing ? 'stopDrawing' : 'drawArea')}
        </button>
        <button
          type="button"
          className="button"
          disabled={hand === null || form.imagery === null}
          onClick={() => hand !== null && take(boxArea(hand.seen()))}
        >
          {t('takeView')}
        </button>
        {bounds === null ? null : (
          <button type="button" className="button" onClick={() => take(boxArea(bounds))}>
            {t('takeWhole')}
          </button>
        )}
      </div>
      {drawing ? <p role="status">{t('howToDraw')}</p> : null}
      <div className="two">
        <div className="stack">
          <label htmlFor={`${id}-file`}>{t('areaFile')}</label>
          <input
            id={`${id}-file`}
            type="file"
            className="field file"
            accept=".geojson,.json,application/geo+json,application/json"
            onChange={(event) => {
              const file = event.target.files?.[0];
              if (file !== undefined) void read(file);
            }}
          />
        </div>
        <div className="stack">
          <label htmlFor={`${id}-place`}>{t('goToPlace')}</label>
          <div className="row">
            <input
              id={`${id}-place`}
              className="field grow"
              dir="ltr"
              placeholder="27.634, 85.521"
              value={place}
              onChange={(event) => setPlace(event.target.value)}
            />
            <button
              type="button"
              className="button"
              disabled={placeIn(place) === null}
              onClick={() => {
                const found = placeIn(place);
                if (found !== null) hand?.centre(found);
              }}
            >
              {t('go')}
            </button>
          </div>
        </div>
      </div>
      <div aria-live="polite">
        {problem === null ? null : <p className="banner">{problem}</p>}
        {form.area !== null && check.answer?.tiles ? (
          <p className="good">{t('areaTakes', { count: check.answer.tiles })}</p>
        ) : null}
        <NoticeList notices={check.answer?.notices ?? []} />
      </div>
    </section>
  );
}
