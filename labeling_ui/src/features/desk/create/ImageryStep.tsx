import { useId, useState } from 'react';
import { useText } from '@/i18n/useText';
import { store } from '@/app/store';
import { useSelected } from '@/state/store';
import { percent } from '../format';
import { Trouble } from '../Trouble';
import { useAction } from '../useAction';
import type { Form } from './request';
import { uploadScene } from './upload';
import type { Check } from './useCheck';
import { ZoomField } from './ZoomField';

interface Props {
  readonly form: Form;
  readonly check: Check;
  readonly onChange: (part: Partial<Form>) => void;
}

type Way = 'upload' | 'template';

/** Where the pictures come from: a file of one's own, or tiles from the web. */
export function ImageryStep({ form, check, onChange }: Props) {
  const t = useText('desk');
  const id = useId();
  const [way, setWay] = useState<Way>('upload');
  return (
    <section className="card stack" aria-labelledby={id}>
      <h2 id={id}>{t('stepImagery')}</h2>
      <fieldset className="switch">
        <legend className="visually-hidden">{t('stepImagery')}</legend>
        {(['upload', 'template'] as const).map((one) => (
          <label key={one}>
            <input
              type="radio"
              name={id}
              checked={way === one}
              onChange={() => {
                setWay(one);
                onChange({ imagery: null, zoom: null });
              }}
            />
            <span>{t(`way_${one}`)}</span>
          </label>
        ))}
      </fieldset>
      {way === 'upload' ? (
        <Upload onChange={onChange} />
      ) : (
        <Template form={form} onChange={onChange} />
      )}
      {form.imagery === null ? null : (
        <>
          <ZoomField form={form} check={check} onChange={onChange} />
          <CheckWords check={check} form={form} />
        </>
      )}
    </section>
  );
}

/** Enough for roofs, and not four times the tiles that they need. */
const ZOOM_MOST = 20;

function Upload({ onChange }: Pick<Props, 'onChange'>) {
  const t = useText('desk');
  const locale = useSelected(store, (state) => state.settings.locale);
  const field = useId();
  const action = useAction();
  const [share, setShare] = useState(0);
  const send = (file: File): void =>
    action.run(async () => {
      onChange({ imagery: null });
      setShare(0);
      const scene = await uploadScene(file, setShare);
      const imagery = { kind: scene.kind, location: scene.location, attribution: '' };
      onChange({ imagery, zoom: Math.min(scene.max_zoom, ZOOM_MOST) });
    });
  return (
    <div className="stack">
      <label htmlFor={field}>{t('sceneFile')}</label>
      <p className="hint" id={`${field}-hint`}>
        {t('sceneHint')}
      </p>
      <input
        id={field}
        type="file"
        className="field file"
        accept=".tif,.tiff,.mbtiles,image/tiff"
        aria-describedby={`${field}-hint`}
        disabled={action.busy}
        onChange={(event) => {
          const file = event.target.files?.[0];
          if (file !== undefined) send(file);
        }}
      />
      {action.busy ? (
        <p role="status">
          {t('uploading', { share: percent(locale, share) })}
          <progress value={share} aria-label={t('uploadProgress')} />
        </p>
      ) : null}
      <Trouble error={action.problem} />
    </div>
  );
}

/** Deep enough for roofs in most places; the template itself does not say. */
const USUAL_ZOOM = 19;

function Template({ form, onChange }: Pick<Props, 'form' | 'onChange'>) {
  const t = useText('desk');
  const field = useId();
  const [text, setText] = useState('');
  const [credit, setCredit] = useState('');
  const change = (location: string, attribution: string): void => {
    const whole = /\{[^}]+\}/.test(location);
    const imagery = whole ? { kind: 'xyz' as const, location: location.trim(), attribution } : null;
    onChange({ imagery, zoom: whole ? (form.zoom ?? USUAL_ZOOM) : null });
  };
  return (
    <div className="stack">
      <label htmlFor={field}>{t('template')}</label>
      <p className="hint" id={`${field}-hint`}>
        {t('templateHint')} <code dir="ltr">{'https://…/{z}/{x}/{y}.png'}</code>
      </p>
      <input
        id={field}
        className="field"
        dir="ltr"
        inputMode="url"
        autoComplete="off"
        spellCheck={false}
        aria-describedby={`${field}-hint`}
        value={text}
        onChange={(event) => {
          setText(event.target.value);
          change(event.target.value, credit);
        }}
      />
      <label htmlFor={`${field}-credit`}>{t('credit')}</label>
      <p className="hint">{t('creditHint')}</p>
      <input
        id={`${field}-credit`}
        className="field"
        maxLength={500}
        value={credit}
        onChange={(event) => {
          setCredit(event.target.value);
          change(text, event.target.value);
        }}
      />
    </div>
  );
}

/** What the service has seen: said at once, and again as soon as there is an area to look in. */
function CheckWords({ check, form }: Pick<Props, 'check' | 'form'>) {
  const t = useText('desk');
  const { answer, busy, problem } = check;
  const area = form.area !== null;
  // A template does not say how deep it goes.
  const deepest = form.imagery?.kind === 'xyz' ? null : (answer?.info.max_zoom ?? null);
  return (
    <div aria-live="polite" className="check">
      {busy ? <p className="hint">{t('checking')}</p> : null}
      {problem === null ? null : (
        <div className="banner">
          <b>{t('imageryProblem')}</b>
          <Trouble error={problem} />
        </div>
      )}
      {busy || answer === null ? null : (
        <p className="good">
          {t(answer.sample_tile === null && !area ? 'imageryReadable' : 'imageryAnswers')}{' '}
          {deepest === null ? null : t('deepestZoom', { zoom: deepest })}
        </p>
      )}
    </div>
  );
}
