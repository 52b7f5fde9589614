import type { components } from '@/api/schema';

export type TileProperties = components['schemas']['TileProperties'];
export type PaintBy = 'state' | 'uncertainty';

export const STATE_LOOKS = ['open', 'asked', 'settled', 'disputed', 'unusable'] as const;
export const UNSURE_LOOKS = ['answered', 'sure', 'unsure1', 'unsure2', 'unsure3', 'blind'] as const;
export type TileLook = (typeof STATE_LOOKS)[number] | (typeof UNSURE_LOOKS)[number];

/** Where one class of uncertainty ends and the next begins: the map shows ranks, not bits. */
export type Cuts = readonly number[];

const QUARTERS = [0.25, 0.5, 0.75];

/** The quartiles of what has no answer yet. */
export function cutsOf(tiles: readonly TileProperties[]): Cuts {
  const values = tiles
    .filter((tile) => tile.state === 'open')
    .map((tile) => tile.uncertainty)
    .filter((value) => typeof value === 'number')
    .sort((a, b) => a - b);
  if (values.length === 0) return [];
  return QUARTERS.map((share) => values[Math.floor(share * values.length)] ?? 0);
}

export function lookOfTile(tile: TileProperties, by: PaintBy, cuts: Cuts): TileLook {
  if (by === 'state') {
    return tile.state === 'open' && tile.in_batch ? 'asked' : tile.state;
  }
  if (tile.state !== 'open') return 'answered';
  const value = tile.uncertainty;
  if (typeof value !== 'number' || cuts.length === 0) return 'blind';
  const above = cuts.filter((cut) => value >= cut).length;
  return (['sure', 'unsure1', 'unsure2', 'unsure3'] as const)[above] ?? 'unsure3';
}

/** How many tiles have each look: the legend says it, for those who do not see the map. */
export function countLooks(
  tiles: readonly TileProperties[],
  by: PaintBy,
  cuts: Cuts,
): ReadonlyMap<TileLook, number> {
  const counts = new Map<TileLook, number>();
  for (const tile of tiles) {
    const look = lookOfTile(tile, by, cuts);
    counts.set(look, (counts.get(look) ?? 0) + 1);
  }
  return counts;
}

/** Of the tiles without an answer, the share that the model is surer of than of this one. */
export function rankOf(tile: TileProperties, tiles: readonly TileProperties[]): number | null {
  const value = tile.uncertainty;
  if (typeof value !== 'number') return null;
  const others = tiles.filter((one) => one.state === 'open' && typeof one.uncertainty === 'number');
  if (others.length === 0) return null;
  return others.filter((one) => (one.uncertainty ?? 0) < value).length / others.length;
}
