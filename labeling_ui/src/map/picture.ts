import { around, TILE_PX, type Tile } from '@/geometry/mercator';
import type { PictureSource } from '@/supply/pictures';
import { NIGHT } from './looks';

export interface PictureEvents {
  /** Something new is on the canvas. */
  readonly onChange: () => void;
  /** The tile itself is there, or could not be had. */
  readonly onTile: (tile: Tile, ok: boolean) => void;
}

/** The picture of a tile, bright, with its surroundings dimmed: three tiles by three. */
export interface Picture {
  readonly canvas: HTMLCanvasElement;
  /** Resolves when all of it that can be had is there. */
  show(tile: Tile, pictures: PictureSource): Promise<void>;
}

const SIDE_PX = 3 * TILE_PX;
/** Half of the night: what lies around is seen, but not asked about. */
const DIM = `${NIGHT}85`;

export function createPicture(events: PictureEvents): Picture {
  const canvas = document.createElement('canvas');
  canvas.width = SIDE_PX;
  canvas.height = SIDE_PX;
  const context = canvas.getContext('2d', { alpha: false });
  let turn = 0;

  const paint = async (place: Tile, tile: Tile, pictures: PictureSource): Promise<boolean> => {
    const mine = turn;
    const bitmap = await pictures(place).catch(() => null);
    if (mine !== turn || bitmap === null) return false;
    const left = (place.x - tile.x + 1) * TILE_PX;
    const top = (place.y - tile.y + 1) * TILE_PX;
    context?.drawImage(bitmap, left, top);
    if (context !== null && place !== tile) {
      context.fillStyle = DIM;
      context.fillRect(left, top, TILE_PX, TILE_PX);
    }
    events.onChange();
    return true;
  };

  return {
    canvas,
    async show(tile, pictures) {
      turn += 1;
      const mine = turn;
      if (context !== null) {
        context.fillStyle = NIGHT;
        context.fillRect(0, 0, SIDE_PX, SIDE_PX);
      }
      events.onChange();
      // The tile before its surroundings: on a slow network they would share the line with it.
      const ok = await paint(tile, tile, pictures);
      if (mine !== turn) return;
      events.onTile(tile, ok);
      const [, ...neighbours] = around(tile);
      await Promise.all(neighbours.map((place) => paint(place, tile, pictures)));
    },
  };
}
