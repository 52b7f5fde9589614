import { authorization } from '@/api/client';
import type { Grid } from '@/geometry/grid';
import { around, TILE_PX, tileKey, type Tile } from '@/geometry/mercator';

/** What the model thinks of a tile and the tiles around it; null where there is no model here. */
export type GridSource = (tile: Tile, checkpointId: string) => Promise<Grid | null>;

const KEPT_MOST = 6;

export function campaignProbability(campaignId: string): GridSource {
  const kept = new Map<string, Promise<Grid | null>>();
  return (tile, checkpointId) => {
    const key = `${checkpointId} ${tileKey(tile)}`;
    const known = kept.get(key);
    if (known !== undefined) return known;
    const coming = fetchGrid(campaignId, tile);
    kept.set(key, coming);
    coming.catch(() => kept.delete(key));
    const oldest = kept.keys().next().value;
    if (kept.size > KEPT_MOST && oldest !== undefined) kept.delete(oldest);
    return coming;
  };
}

async function fetchGrid(campaignId: string, tile: Tile): Promise<Grid | null> {
  const tiles = around(tile);
  const pictures = await Promise.all(tiles.map((one) => fetchGrey(campaignId, one)));
  if (pictures[0] === null) return null;
  const [width, height] = [3 * TILE_PX, 3 * TILE_PX];
  const values = new Uint8Array(width * height);
  for (const [index, grey] of pictures.entries()) {
    const place = tiles[index];
    if (grey === null || grey === undefined || place === undefined) continue;
    const left = (place.x - tile.x + 1) * TILE_PX;
    const top = (place.y - tile.y + 1) * TILE_PX;
    for (let row = 0; row < TILE_PX; row += 1) {
      values.set(grey.subarray(row * TILE_PX, (row + 1) * TILE_PX), (top + row) * width + left);
    }
  }
  return {
    values,
    width,
    height,
    left: (tile.x - 1) * TILE_PX,
    top: (tile.y - 1) * TILE_PX,
    zoom: tile.z,
  };
}

async function fetchGrey(campaignId: string, tile: Tile): Promise<Uint8Array | null> {
  const address = `/api/campaigns/${campaignId}/probability/${tileKey(tile)}.png`;
  const response = await fetch(address, { headers: authorization() });
  if (response.status === 404) return null;
  if (!response.ok) throw new Error(`HTTP ${response.status}`);
  return greyOf(await response.blob());
}

/** The grey values of a picture, untouched by colour management. */
export async function greyOf(picture: Blob): Promise<Uint8Array> {
  const bitmap = await createImageBitmap(picture, {
    colorSpaceConversion: 'none',
    premultiplyAlpha: 'none',
  });
  const canvas = new OffscreenCanvas(bitmap.width, bitmap.height);
  const context = canvas.getContext('2d', { willReadFrequently: true });
  if (context === null) throw new Error('This browser gives no canvas.');
  context.drawImage(bitmap, 0, 0);
  const { data } = context.getImageData(0, 0, bitmap.width, bitmap.height);
  bitmap.close();
  const grey = new Uint8Array(data.length / 4);
  for (let index = 0; index < grey.length; index += 1) grey[index] = data[4 * index] ?? 0;
  return grey;
}
