import { useMemo } from 'react';
import { atLevel, moved } from '@/actions/outlines';
import { say, stepEnded, worked, type Visit } from '@/actions/visits';
import { store } from '@/app/store';
import type { Grid } from '@/geometry/grid';
import { ringsToPixels } from '@/geometry/mercator';
import { withSeams } from '@/geometry/seams';
import type { Rings } from '@/geometry/shapes';
import { useText } from '@/i18n/useText';
import type { Key } from '@/i18n/text';
import type { Tool } from '@/state/tools';
import { Icon, type IconName } from './Icon';
import { useKeyName } from './KeyCap';
import { TAPPED } from './tapping';
import type { Cross } from './useCrosshair';
import { levelOf, positionOf, STEPS } from './slider';

const HOW: Record<Tool, Key<'label'>> = {
  point: 'howPoint',
  threshold: 'howThreshold',
  shift: 'howShift',
  vertices: 'howVertices',
  rectangle: 'howRectangle',
  polygon: 'howPolygon',
  brush: 'howBrush',
  eraser: 'howEraser',
  split: 'howSplit',
  merge: 'howMerge',
};

interface Props {
  readonly visit: Visit;
  readonly tool: Tool;
  readonly hint: string | null;
  readonly grid: Grid | null;
  readonly threshold: number;
  readonly corner: Cross['corner'];
}

/** How the tool in hand is used, and its handles. */
export function ToolPanel({ visit, tool, hint, grid, threshold, corner }: Props) {
  const t = useText('label');
  const next = useKeyName('nextOutline');
  const byKeys = tool === 'vertices' ? t('cornersByKeys', { next }) : t('byKeys');
  return (
    <div className="panel card">
      <p role="status">
        {corner === null || hint !== null
          ? t((hint ?? HOW[tool]) as Key<'label'>)
          : t(corner.held ? 'cornerHeld' : 'cornerHere', {
              number: corner.number,
              count: corner.count,
            })}
        {TAPPED.has(tool) && corner === null ? <span className="by-keys"> {byKeys}</span> : null}
      </p>
      {tool === 'threshold' && grid !== null ? (
        <Slider visit={visit} grid={grid} threshold={threshold} />
      ) : null}
      {tool === 'shift' ? <Arrows /> : null}
    </div>
  );
}

function Slider({ visit, grid, threshold }: { visit: Visit; grid: Grid; threshold: number }) {
  const t = useText('label');
  const level = visit.history.present.level ?? threshold;
  const { tile, outlines } = visit.task;
  // Once a tile: the line between neighbours is where the model drew it, wherever the slider stands.
  const parted = useMemo(
    () =>
      withSeams(
        grid,
        (outlines?.features ?? []).map(({ geometry }) =>
          ringsToPixels(geometry.coordinates as unknown as Rings, grid.zoom),
        ),
      ),
    [grid, outlines],
  );
  const slide = (position: number): void => {
    const next = levelOf(position, threshold);
    store.apply(worked((work) => atLevel(work, next, parted, tile), 'threshold'));
  };
  return (
    <label className="slider">
      <span>{t('smaller')}</span>
      <input
        type="range"
        min={-STEPS}
        max={STEPS}
        value={positionOf(level, threshold)}
        onChange={(event) => slide(Number(event.target.value))}
        onPointerUp={() => store.apply(stepEnded)}
        aria-label={t('threshold')}
      />
      <span>{t('larger')}</span>
    </label>
  );
}

export function nudge(dx: number, dy: number): void {
  store.apply(worked((work, visit) => moved(work, dx, dy, visit.task.tile.z), 'shift'));
  store.apply(say(null));
}

function Arrows() {
  const t = useText('label');
  const arrow = (name: IconName, text: Key<'label'>, dx: number, dy: number) => (
    <button type="button" className="tool" aria-label={t(text)} onClick={() => nudge(dx, dy)}>
      <Icon name={name} />
    </button>
  );
  return (
    <div className="arrows" dir="ltr">
      {arrow('left', 'moveLeft', -1, 0)}
      {arrow('up', 'moveUp', 0, -1)}
      {arrow('down', 'moveDown', 0, 1)}
      {arrow('right', 'moveRight', 1, 0)}
    </div>
  );
}
