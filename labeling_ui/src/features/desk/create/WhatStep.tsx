import { useId, useState } from 'react';
import { useText } from '@/i18n/useText';
import { featuresIn, geoJsonIn, type Form } from './request';

interface Props {
  readonly form: Form;
  readonly onChange: (part: Partial<Form>) => void;
}

const CLASSES = ['building', 'road', 'tree', 'field', 'water'];

/** What is mapped, what the campaign is called, and what is known already. */
export function WhatStep({ form, onChange }: Props) {
  const t = useText('desk');
  const id = useId();
  const [problem, setProblem] = useState(false);
  const read = async (file: File | undefined): Promise<void> => {
    const found = file === undefined ? null : geoJsonIn(await file.text());
    setProblem(file !== undefined && found === null);
    onChange({ startingLabels: found });
  };
  return (
    <section className="card stack" aria-labelledby={id}>
      <h2 id={id}>{t('stepWhat')}</h2>
      <label htmlFor={`${id}-name`}>{t('name')}</label>
      <input
        id={`${id}-name`}
        className="field"
        maxLength={200}
        required
        value={form.name}
        onChange={(event) => onChange({ name: event.target.value })}
      />
      <label htmlFor={`${id}-class`}>{t('className')}</label>
      <p className="hint">{t('classHint')}</p>
      <input
        id={`${id}-class`}
        className="field"
        maxLength={200}
        required
        list={`${id}-classes`}
        value={form.className}
        onChange={(event) => onChange({ className: event.target.value })}
      />
      <datalist id={`${id}-classes`}>
        {CLASSES.map((one) => (
          <option key={one} value={one} />
        ))}
      </datalist>
      <label htmlFor={`${id}-labels`}>{t('startingLabels')}</label>
      <p className="hint">{t('startingHint')}</p>
      <input
        id={`${id}-labels`}
        type="file"
        className="field file"
        accept=".geojson,.json,application/geo+json,application/json"
        onChange={(event) => void read(event.target.files?.[0])}
      />
      <div aria-live="polite">
        {problem ? <p className="banner">{t('notGeoJson')}</p> : null}
        {form.startingLabels === null ? null : (
          <p className="good">{t('outlinesRead', { count: featuresIn(form.startingLabels) })}</p>
        )}
      </div>
    </section>
  );
}
