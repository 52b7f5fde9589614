import { useId, useRef } from 'react';
import type { Accuracy } from '@/api/models';
import { store } from '@/app/store';
import { useText } from '@/i18n/useText';
import { useSelected } from '@/state/store';
import { percent } from '../format';
import { chartOf, type Mark } from './chart';
import { useWidth } from './useWidth';

interface Props {
  readonly rounds: Accuracy['rounds'];
  readonly target: number;
}

const HEIGHT = 300;
const LEFT = 52;
const NARROW_PX = 420;

/** Drawn in the pixels of the screen, so that its words stay readable on a phone. */
export function AccuracyChart({ rounds, target }: Props) {
  const t = useText('desk');
  const locale = useSelected(store, (state) => state.settings.locale);
  const box = useRef<HTMLDivElement>(null);
  const id = useId();
  const width = useWidth(box);
  const frame = { left: LEFT + 16, right: width - 40, top: 30, bottom: HEIGHT - 62 };
  const chart = width === 0 ? null : chartOf(rounds, frame, target);
  const last = chart?.marks.at(-1);
  const first = chart?.marks[0];
  return (
    <div ref={box} className="chart">
      {chart === null || last === undefined || first === undefined ? null : (
        <svg width={width} height={HEIGHT} role="img" aria-labelledby={id}>
          <title id={id}>
            {t('chartSays', {
              first: percent(locale, first.value),
              last: percent(locale, last.value),
              count: chart.marks.length,
            })}
          </title>
          {chart.ticks.map(({ value, y }) => (
            <g key={value}>
              <line x1={LEFT} x2={width - 8} y1={y} y2={y} className="chart-grid" />
              <text x={LEFT - 8} y={y + 4} textAnchor="end" className="chart-text">
                {isolated(percent(locale, value))}
              </text>
            </g>
          ))}
          <path d={chart.band} className="chart-band" />
          <path d={chart.line} className="chart-line" />
          {chart.target === null ? null : (
            <g className="chart-target">
              <line x1={LEFT} x2={width - 8} y1={chart.target.y} y2={chart.target.y} />
              <text
                x={chart.target.wordsAt === 'start' ? LEFT + 4 : width - 8}
                y={chart.target.y - 6}
                textAnchor={chart.target.wordsAt}
              >
                {isolated(t('targetLine', { target: percent(locale, target) }))}
              </text>
            </g>
          )}
          {chart.marks.map((mark) => (
            <MarkShape key={mark.round} mark={mark} />
          ))}
          {chart.marks.map((mark, index) => (
            <g key={mark.round} className="chart-text">
              {width < NARROW_PX && index % 2 === 1 && index < chart.marks.length - 1 ? null : (
                <text x={mark.x} y={mark.y - 12} textAnchor="middle" className="chart-value">
                  {isolated(percent(locale, mark.value))}
                </text>
              )}
              <text x={mark.x} y={HEIGHT - 38} textAnchor="middle">
                {mark.round}
              </text>
            </g>
          ))}
          <text
            x={(frame.left + frame.right) / 2}
            y={HEIGHT - 12}
            textAnchor="middle"
            className="chart-text"
          >
            {t('chartRounds')}
          </text>
        </svg>
      )}
    </div>
  );
}

/** Text of any direction in a picture that runs from left to right. */
const isolated = (text: string): string => `\u2068${text}\u2069`;

/** A ring on its interval; a model that was held back is a cross beside the line. */
function MarkShape({ mark }: { readonly mark: Mark }) {
  const { x, y, lowY, highY, held } = mark;
  return (
    <g className={held ? 'chart-held' : 'chart-mark'}>
      {lowY === null || highY === null ? null : (
        <path d={`M${x},${lowY}V${highY}M${x - 5},${lowY}h10M${x - 5},${highY}h10`} />
      )}
      {held ? (
        <path d={`M${x - 5},${y - 5}l10,10m0,-10l-10,10`} />
      ) : (
        <circle cx={x} cy={y} r={5.5} />
      )}
    </g>
  );
}
