import { useEffect, useReducer } from 'react';
import { toScreen } from '@/geometry/frame';
import type { Tile } from '@/geometry/mercator';
import type { Position } from '@/geometry/shapes';
import type { LabelMap } from '@/map/stage';

interface Props {
  readonly map: LabelMap;
  /** In world pixels of the tile's zoom. */
  readonly at: Position;
  readonly tile: Tile;
}

/** The cross of who draws by keyboard. */
export function Crosshair({ map, at, tile }: Props) {
  const [, moved] = useReducer((count: number) => count + 1, 0);
  useEffect(() => map.follow(moved), [map]);

  const [left, top] = toScreen(map.frame(), tile, at);
  return (
    <svg className="crosshair" style={{ left, top }} viewBox="-20 -20 40 40" aria-hidden>
      <path className="casing" d="M-18 0H-4M4 0H18M0-18V-4M0 4V18" />
      <path d="M-18 0H-4M4 0H18M0-18V-4M0 4V18" />
    </svg>
  );
}
