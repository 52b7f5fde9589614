import { authorization, heard } from '@/api/client';
import { tileKey, type Tile } from '@/geometry/mercator';

/** Where pictures of tiles come from. Null: there is none at this place, and never will be. */
export type PictureSource = (tile: Tile) => Promise<ImageBitmap | null>;

/** Decoded tiles that are kept: 256 KiB each. */
const KEPT_MOST = 96;

/** The campaign's imagery, decoded, the latest kept at hand. */
export function campaignPictures(campaignId: string): PictureSource {
  const kept = new Map<string, Promise<ImageBitmap | null>>();
  return (tile) => {
    const key = tileKey(tile);
    const known = kept.get(key);
    if (known !== undefined) {
      kept.delete(key); // to the end: the least used goes first
      kept.set(key, known);
      return known;
    }
    const coming = fetchPicture(`/api/campaigns/${campaignId}/imagery/${key}.jpg`);
    kept.set(key, coming);
    // A dead network is no answer: asked again the next time.
    coming.catch(() => kept.delete(key));
    for (const [old, picture] of kept) {
      if (kept.size <= KEPT_MOST) break;
      kept.delete(old);
      picture.then((bitmap) => bitmap?.close()).catch(() => {});
    }
    return coming;
  };
}

async function fetchPicture(address: string): Promise<ImageBitmap | null> {
  const headers = authorization();
  const response = heard(
    await fetch(address, { headers }),
    headers.Authorization?.slice(7) ?? null,
  );
  if (response.status === 404) return null;
  if (!response.ok) throw new Error(`HTTP ${response.status}`);
  return createImageBitmap(await response.blob());
}
