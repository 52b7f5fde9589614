import { useEffect, useRef } from 'react';
import { paintSwatch, PATTERNS } from '@/map/tilePatterns';
import type { TileLook } from './tileLooks';

/** Twice what is shown, for sharp screens. */
const SIDE_PX = 52;

/** The pattern of a kind of tile, painted as the map paints it. */
export function Swatch({ look }: { readonly look: TileLook }) {
  const canvas = useRef<HTMLCanvasElement>(null);
  useEffect(() => {
    const context = canvas.current?.getContext('2d') ?? null;
    if (context !== null) paintSwatch(context, PATTERNS[look], SIDE_PX);
  }, [look]);
  return (
    <canvas ref={canvas} className="swatch" width={SIDE_PX} height={SIDE_PX} aria-hidden="true" />
  );
}
