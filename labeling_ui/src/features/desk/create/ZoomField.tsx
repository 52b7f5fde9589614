import { useId } from 'react';
import { store } from '@/app/store';
import { useText } from '@/i18n/useText';
import { useSelected } from '@/state/store';
import { boxOf, groundOf, type Form } from './request';
import type { Check } from './useCheck';

interface Props {
  readonly form: Form;
  readonly check: Check;
  readonly onChange: (part: Partial<Form>) => void;
}

const DEEPEST = 23;

/** The zoom of the tiles, with what it means on the ground. */
export function ZoomField({ form, check, onChange }: Props) {
  const t = useText('desk');
  const locale = useSelected(store, (state) => state.settings.locale);
  const field = useId();
  const box = form.area === null ? (check.answer?.info.bounds ?? null) : boxOf(form.area);
  const latitude = box === null ? 0 : (box[1] + box[3]) / 2;
  const metres = (value: number, digits: number): string =>
    new Intl.NumberFormat(locale, {
      style: 'unit',
      unit: 'meter',
      unitDisplay: 'short',
      maximumFractionDigits: digits,
    }).format(value);
  const ground = form.zoom === null ? null : groundOf(form.zoom, latitude);
  return (
    <div className="stack">
      <label htmlFor={field}>{t('zoom')}</label>
      <div className="row">
        <input
          id={field}
          type="number"
          className="field small"
          min={0}
          max={DEEPEST}
          step={1}
          value={form.zoom ?? ''}
          aria-describedby={`${field}-hint`}
          onChange={(event) => {
            const wanted = event.target.valueAsNumber;
            const fits = Number.isInteger(wanted) && wanted >= 0 && wanted <= DEEPEST;
            onChange({ zoom: fits ? wanted : null });
          }}
        />
        <span className="hint grow" id={`${field}-hint`}>
          {ground === null
            ? t('zoomOwn')
            : t('zoomMeans', {
                tile: metres(ground.tile_m, 0),
                pixel: metres(ground.pixel_m, 2),
              })}{' '}
          {t('zoomHint')}
        </span>
      </div>
    </div>
  );
}
