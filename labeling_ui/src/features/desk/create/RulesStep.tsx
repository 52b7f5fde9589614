import { useId } from 'react';
import { useText } from '@/i18n/useText';
import { wrongRules } from '../rules';
import { RulesFields } from '../RulesFields';
import type { Form } from './request';

interface Props {
  readonly form: Form;
  readonly onChange: (part: Partial<Form>) => void;
}

/** The rules as they stand suit a first mapathon. */
export function RulesStep({ form, onChange }: Props) {
  const t = useText('desk');
  const id = useId();
  const { rules } = form;
  return (
    <section className="card" aria-labelledby={id}>
      <details open={wrongRules(rules).length > 0 ? true : undefined}>
        <summary>
          <h2 id={id}>{t('stepRules')}</h2>
          <span className="hint">{t('rulesHint')}</span>
        </summary>
        <RulesFields rules={rules} onSet={(part) => onChange({ rules: { ...rules, ...part } })} />
      </details>
    </section>
  );
}
