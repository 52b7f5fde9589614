import { useEffect, useRef, useState, type KeyboardEvent } from 'react';
import type { Campaign } from '@/api/models';
import { useText } from '@/i18n/useText';
import type { TileMap } from '@/map/tileMap';
import { MapButtons } from '../MapButtons';
import { lookOfTile, type Cuts, type PaintBy } from './tileLooks';
import type { TileFeature } from './useTiles';
import { nextSquare } from './walk';

interface Props {
  readonly campaign: Campaign;
  readonly tiles: readonly TileFeature[] | null;
  readonly by: PaintBy;
  readonly cuts: Cuts;
  readonly chosen: TileFeature | null;
  readonly onTile: (id: number | null) => void;
}

const STEPS: Readonly<Record<string, readonly [dx: number, dy: number]>> = {
  ArrowLeft: [-1, 0],
  ArrowRight: [1, 0],
  ArrowUp: [0, -1],
  ArrowDown: [0, 1],
};

/** MapLibre comes after everything else on the page: figures and rounds do not wait for it. */
export function TileMapView({ campaign, tiles, by, cuts, chosen, onTile }: Props) {
  const t = useText('desk');
  const box = useRef<HTMLDivElement>(null);
  const tell = useRef(onTile);
  const [map, setMap] = useState<TileMap | null>(null);
  const { id, zoom } = campaign;
  const [west, south, east, north] = campaign.bounds;

  useEffect(() => {
    tell.current = onTile;
  }, [onTile]);

  useEffect(() => {
    const element = box.current;
    if (element === null) return;
    let made: TileMap | null = null;
    let gone = false;
    import('@/map/tileMap').then(
      ({ createTileMap }) => {
        if (gone) return;
        const imagery = {
          address: `/api/campaigns/${id}/imagery/{z}/{x}/{y}.jpg`,
          bounds: [west, south, east, north] as const,
          maxZoom: zoom,
        };
        made = createTileMap(element, imagery, zoom, (tile) => tell.current(tile));
        setMap(made);
      },
      () => {}, // offline: the legend says the same
    );
    return () => {
      gone = true;
      made?.destroy();
      setMap(null);
    };
  }, [id, zoom, west, south, east, north]);

  useEffect(() => {
    if (tiles === null) return;
    map?.tiles(
      tiles.map((tile) => ({
        type: 'Feature',
        id: tile.id,
        properties: {
          look: lookOfTile(tile.properties, by, cuts),
          audit: tile.properties.role === 'audit',
        },
        geometry: tile.geometry as GeoJSON.Polygon,
      })),
    );
  }, [map, tiles, by, cuts]);

  useEffect(() => {
    map?.selected(
      chosen === null
        ? null
        : { type: 'Feature', properties: {}, geometry: chosen.geometry as GeoJSON.Polygon },
    );
  }, [map, chosen]);

  const walk = (event: KeyboardEvent): void => {
    const step = STEPS[event.key];
    const next = step === undefined ? null : nextSquare(tiles ?? [], chosen, ...step);
    if (step !== undefined) event.preventDefault();
    if (next !== null) onTile(next.id);
  };

  return (
    <div className="map-box">
      <div
        ref={box}
        className="desk-map"
        role="application"
        aria-label={t('mapLabel')}
        onKeyDown={walk}
      />
      <MapButtons
        onZoom={(steps) => map?.zoom(steps)}
        onWhole={() => map?.goTo([west, south, east, north])}
      />
    </div>
  );
}
