import { useId, type ReactNode } from 'react';
import { api, ask } from '@/api/client';
import { useText } from '@/i18n/useText';
import { useResource } from '@/state/resource';
import { LIMITS, PRESETS, wrongRules, type NumberRule, type Preset, type Rules } from './rules';

interface Props {
  readonly rules: Rules;
  readonly onSet: (part: Partial<Rules>) => void;
  /** The campaign stands: its audit set has been drawn. */
  readonly standing?: boolean;
}

const KNOWN = [
  'suited',
  'drawn_entropy',
  'spread_entropy',
  'power_entropy',
  'power_entropy_per_second',
  'random',
  'foreground_random',
  'entropy_top_k',
  'tta_bald',
  'coreset',
  'badge',
  'typiclust',
] as const;
type Known = (typeof KNOWN)[number];

const COUNTS = ['batch_size', 'reviews_per_tile', 'audit_reviews'] as const;
const FLAGS = ['second_looks', 'auto_rounds'] as const;
const SHARES = ['random_share', 'audit_share'] as const;

/** The rules, each with what it does. */
export function RulesFields({ rules, onSet, standing = false }: Props) {
  const t = useText('desk');
  const wrong = wrongRules(rules);
  const shares = SHARES.filter((name) => !standing || name !== 'audit_share');
  return (
    <div className="stack rules">
      {COUNTS.map((name) => (
        <NumberField key={name} name={name} rules={rules} wrong={wrong} scale={1} onSet={onSet} />
      ))}
      {shares.map((name) => (
        <NumberField key={name} name={name} rules={rules} wrong={wrong} scale={100} onSet={onSet} />
      ))}
      <Choosing value={rules.acquisition} onSet={(acquisition) => onSet({ acquisition })} />
      <Rule name="outlines">
        {(field) => (
          <select
            id={field}
            className="field"
            value={rules.outlines}
            onChange={(event) => onSet({ outlines: event.target.value as Preset })}
          >
            {PRESETS.map((preset) => (
              <option key={preset} value={preset}>
                {t(`preset_${preset}`)}
              </option>
            ))}
          </select>
        )}
      </Rule>
      {FLAGS.map((name) => (
        <label key={name} className="check-row">
          <input
            type="checkbox"
            checked={rules[name]}
            onChange={(event) => onSet({ [name]: event.target.checked })}
          />
          <span>
            {t(`rule_${name}`)}
            <span className="hint block">{t(`why_${name}`)}</span>
          </span>
        </label>
      ))}
    </div>
  );
}

interface NumberProps {
  readonly name: NumberRule;
  readonly rules: Rules;
  readonly wrong: readonly NumberRule[];
  /** 100 where a share is asked for in per cent. */
  readonly scale: 1 | 100;
  readonly onSet: (part: Partial<Rules>) => void;
}

function NumberField({ name, rules, wrong, scale, onSet }: NumberProps) {
  const t = useText('desk');
  const { min, max } = LIMITS[name];
  const value = rules[name];
  const invalid = wrong.includes(name);
  return (
    <Rule name={name}>
      {(field) => (
        <>
          <span className="suffixed">
            <input
              id={field}
              type="number"
              className="field small"
              min={min * scale}
              max={max * scale}
              step={1}
              value={Number.isNaN(value) ? '' : Number((value * scale).toFixed(4))}
              aria-invalid={invalid}
              aria-describedby={`${field}-hint`}
              onChange={(event) => onSet({ [name]: event.target.valueAsNumber / scale })}
            />
            {scale === 100 ? '%' : null}
          </span>
          {invalid ? (
            <p role="alert">{t('outOfRange', { low: min * scale, high: max * scale })}</p>
          ) : null}
        </>
      )}
    </Rule>
  );
}

/** Only what this service can score: it says so itself. */
function Choosing({
  value,
  onSet,
}: {
  readonly value: string;
  readonly onSet: (name: string) => void;
}) {
  const t = useText('desk');
  const menu = useResource('acquisitions', () => ask(api.GET('/api/acquisitions')));
  const known = (name: string): Known | undefined => KNOWN.find((one) => one === name);
  const entries = menu.data?.acquisitions ?? [{ name: value, explanation: '' }];
  return (
    <Rule name="acquisition">
      {(field) => (
        <select
          id={field}
          className="field"
          value={value}
          onChange={(event) => onSet(event.target.value)}
        >
          {entries.map(({ name, explanation }) => {
            const one = known(name);
            return (
              <option key={name} value={name}>
                {one === undefined ? `${name}: ${explanation}` : t(`choose_${one}`)}
              </option>
            );
          })}
        </select>
      )}
    </Rule>
  );
}

interface RuleProps {
  readonly name: NumberRule | 'acquisition' | 'outlines';
  readonly children: (field: string) => ReactNode;
}

function Rule({ name, children }: RuleProps) {
  const t = useText('desk');
  const field = useId();
  return (
    <div className="rule">
      <label htmlFor={field}>{t(`rule_${name}`)}</label>
      <p className="hint" id={`${field}-hint`}>
        {t(`why_${name}`)}
      </p>
      {children(field)}
    </div>
  );
}
