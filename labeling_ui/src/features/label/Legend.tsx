import type { Outline } from '@/actions/outlines';
import { useText } from '@/i18n/useText';
import type { Key } from '@/i18n/text';
import { lookOf, type Look } from '@/map/looks';

const TEXTS: readonly [Look, Key<'label'>][] = [
  ['sure', 'legendSure'],
  ['unsure', 'legendUnsure'],
  ['mine', 'legendMine'],
  ['gone', 'legendGone'],
];

/** The kinds of lines on the map at this moment, and no others. */
export function Legend({ outlines }: { readonly outlines: readonly Outline[] }) {
  const t = useText('label');
  const looks = new Set(outlines.map(lookOf));
  const rows = TEXTS.filter(([look]) => looks.has(look));
  if (rows.length === 0) return null;
  return (
    <div className="legend card">
      {rows.map(([look, text]) => (
        <span key={look}>
          <i className={look} /> {t(text)}
        </span>
      ))}
    </div>
  );
}
