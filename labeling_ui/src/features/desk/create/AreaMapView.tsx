import { useEffect, useRef, useState } from 'react';
import type { Position } from '@/geometry/shapes';
import { useText } from '@/i18n/useText';
import type { AreaMap } from '@/map/areaMap';
import { MapButtons } from '../MapButtons';
import { Trouble } from '../Trouble';
import { boxOf, type Box, type Form } from './request';

/** What the buttons around the map ask of it. */
export type MapHand = Pick<AreaMap, 'goTo' | 'centre' | 'seen'>;

interface Props {
  readonly form: Form;
  /** Of the imagery, where it knows them. */
  readonly bounds: Box | null;
  readonly drawing: boolean;
  readonly onDrawn: (ring: readonly Position[]) => void;
  readonly onHand: (hand: MapHand | null) => void;
}

const WHOLE_WORLD_ZOOM = 22;

/** The live preview: the imagery as the service reads it, and the area on top. */
export function AreaMapView({ form, bounds, drawing, onDrawn, onHand }: Props) {
  const t = useText('desk');
  const box = useRef<HTMLDivElement>(null);
  const drawn = useRef(onDrawn);
  const [map, setMap] = useState<AreaMap | null>(null);
  const [trouble, setTrouble] = useState<{ key: string | null; error: Error } | null>(null);
  const { imagery, area } = form;
  const key = imagery === null ? null : previewOf(imagery);
  const shown = useRef(key);

  useEffect(() => {
    drawn.current = onDrawn;
    shown.current = key;
  }, [onDrawn, key]);

  useEffect(() => {
    const element = box.current;
    if (element === null) return;
    let made: AreaMap | null = null;
    let gone = false;
    import('@/map/areaMap').then(
      ({ createAreaMap }) => {
        if (gone) return;
        made = createAreaMap(element, {
          onDrawn: (ring) => drawn.current(ring),
          onTrouble: (error) => setTrouble({ key: shown.current, error }),
        });
        setMap(made);
        onHand(made);
      },
      () => {}, // offline: a file says where the area is just as well
    );
    return () => {
      gone = true;
      onHand(null);
      made?.destroy();
    };
  }, [onHand]);

  const edges = bounds?.join(' ') ?? null;
  useEffect(() => {
    if (map === null) return;
    const known = edges === null ? null : (edges.split(' ').map(Number) as unknown as Box);
    map.imagery(key === null ? null : { address: key, bounds: known, maxZoom: WHOLE_WORLD_ZOOM });
    if (known !== null) map.goTo(known);
  }, [map, key, edges]);

  useEffect(() => {
    map?.area(area);
    const around = area === null ? null : boxOf(area);
    if (around !== null) map?.goTo(around);
  }, [map, area]);

  useEffect(() => map?.draw(drawing), [map, drawing]);

  return (
    <div className="map-box">
      <div ref={box} className="desk-map tall" role="application" aria-label={t('areaMap')} />
      <MapButtons onZoom={(steps) => map?.zoom(steps)} />
      {trouble === null || trouble.key !== key ? null : (
        <div className="banner over">
          <Trouble error={trouble.error} />
        </div>
      )}
    </div>
  );
}

/** The address of the preview's tiles; braces are left for the map to fill in. */
function previewOf(imagery: NonNullable<Form['imagery']>): string {
  const named = new URLSearchParams({ kind: imagery.kind, location: imagery.location });
  return `/api/imagery/preview/{z}/{x}/{y}.jpg?${named.toString()}`;
}
