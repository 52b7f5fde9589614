import { toggled, type Outline } from '@/actions/outlines';
import { select, worked } from '@/actions/visits';
import { store } from '@/app/store';
import { centroid, type Bounds } from '@/geometry/shapes';
import { useText } from '@/i18n/useText';
import type { Key } from '@/i18n/text';
import { lookOf } from '@/map/looks';
import { sideOf } from './reason';

const TEXTS: Record<ReturnType<typeof lookOf>, Key<'label'>> = {
  sure: 'outlineSure',
  unsure: 'outlineUnsure',
  mine: 'outlineMine',
  gone: 'outlineGone',
  known: 'outlineSure',
};

interface Props {
  readonly outlines: readonly Outline[];
  readonly bounds: Bounds;
}

/** The outlines in words, for who works by keyboard or screen reader: each can be pressed. */
export function OutlineList({ outlines, bounds }: Props) {
  const t = useText('label');
  return (
    <div className="outline-list" role="group" aria-label={t('outlines')}>
      {outlines.map((outline, index) => (
        <button
          key={outline.id}
          type="button"
          aria-pressed={!outline.gone}
          title={t('pressToToggle')}
          onFocus={() => store.apply(select(outline.id))}
          onBlur={() => store.apply(select(null))}
          onClick={() => store.apply(worked((work) => toggled(work, outline.id)))}
        >
          {t(TEXTS[lookOf(outline)], {
            number: index + 1,
            count: outlines.length,
            where: t(sideOf(bounds, centroid(outline.rings))),
          })}
        </button>
      ))}
    </div>
  );
}
