import { useEffect, useRef, useState } from 'react';
import { pictureFailed } from '@/actions/visits';
import { store } from '@/app/store';
import { tileKey } from '@/geometry/mercator';
import type { Covered } from '@/geometry/frame';
import type { Position } from '@/geometry/shapes';
import { createStage, type LabelMap } from '@/map/stage';
import type { PictureSource } from '@/supply/pictures';

interface Props {
  readonly pictures: PictureSource;
  readonly covered: Covered;
  readonly onClick: (at: Position, reach: number) => void;
  readonly onReady: (map: LabelMap | null) => void;
  readonly label: string;
}

/** Holds the map; what it shows is told to it by {@link useShown} and the tools. */
export function MapView({ pictures, covered, onClick, onReady, label }: Props) {
  const box = useRef<HTMLDivElement>(null);
  const click = useRef(onClick);
  const [map, setMap] = useState<LabelMap | null>(null);

  useEffect(() => {
    click.current = onClick;
  }, [onClick]);

  useEffect(() => {
    const element = box.current;
    if (element === null) return;
    const made = createStage(element, {
      onClick: (at, reach) => click.current(at, reach),
      onPicture: (tile, ok) => {
        if (!ok) store.apply(pictureFailed(tileKey(tile)));
      },
    });
    setMap(made);
    onReady(made);
    return () => {
      onReady(null);
      made.destroy();
    };
  }, [onReady, pictures]);

  useEffect(() => map?.covered(covered), [map, covered]);

  return <div ref={box} className="map" role="application" aria-label={label} />;
}
