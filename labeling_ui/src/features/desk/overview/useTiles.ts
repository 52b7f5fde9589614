import { useEffect, useState } from 'react';
import { api, ask } from '@/api/client';
import type { components } from '@/api/schema';

export type TileFeature = components['schemas']['TileFeature'];

const PAGE = 5_000;
/** More squares than this are smaller than a pixel, and a laptop's patience. */
const TILES_MOST = 40_000;

export interface FoundTiles {
  readonly tiles: readonly TileFeature[] | null;
  /** Whether there are more than are shown. */
  readonly cut: boolean;
  readonly error: Error | null;
}

/** The campaign's tiles, page by page; `version` says when they are worth asking for again. */
export function useTiles(campaignId: string, version: string): FoundTiles {
  const [found, setFound] = useState<FoundTiles>({ tiles: null, cut: false, error: null });
  useEffect(() => {
    let current = true;
    load(campaignId)
      .then((loaded) => {
        if (current) setFound({ ...loaded, error: null });
      })
      .catch((error: Error) => {
        if (current) setFound((before) => ({ ...before, error }));
      });
    return () => {
      current = false;
    };
  }, [campaignId, version]);
  return found;
}

async function load(
  campaign_id: string,
): Promise<{ readonly tiles: readonly TileFeature[]; readonly cut: boolean }> {
  const tiles: TileFeature[] = [];
  let cursor: string | null | undefined;
  do {
    const query = { limit: PAGE, ...(cursor ? { cursor } : {}) };
    const params = { path: { campaign_id }, query };
    const page = await ask(api.GET('/api/campaigns/{campaign_id}/tiles', { params }));
    tiles.push(...page.features);
    cursor = page.next_cursor;
  } while (cursor && tiles.length < TILES_MOST);
  return { tiles, cut: Boolean(cursor) };
}
