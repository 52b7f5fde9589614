import { useEffect, useReducer } from 'react';
import { toDegrees } from '@/geometry/mercator';
import type { Position } from '@/geometry/shapes';
import type { LabelMap } from '@/map/map';

interface Props {
  readonly map: LabelMap;
  /** In world pixels of `zoom`. */
  readonly at: Position;
  readonly zoom: number;
}

/** The cross of who draws by keyboard. */
export function Crosshair({ map, at, zoom }: Props) {
  const [, moved] = useReducer((count: number) => count + 1, 0);
  useEffect(() => {
    map.native.on('move', moved);
    return () => void map.native.off('move', moved);
  }, [map]);

  const [longitude, latitude] = toDegrees(at, zoom);
  const { x, y } = map.native.project([longitude, latitude]);
  return (
    <svg className="crosshair" style={{ left: x, top: y }} viewBox="-20 -20 40 40" aria-hidden>
      <path className="casing" d="M-18 0H-4M4 0H18M0-18V-4M0 4V18" />
      <path d="M-18 0H-4M4 0H18M0-18V-4M0 4V18" />
    </svg>
  );
}
