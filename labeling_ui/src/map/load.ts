import type * as map from './map';

/**
 * The map, by far the largest part of the page: while it comes, the first tile is claimed and its
 * picture fetched. Without a network and without a kept shell, it is asked for again later.
 */
export function loadMap(): Promise<Pick<typeof map, 'createMap'>> {
  return import('./map').catch(async () => {
    await new Promise((resolve) => setTimeout(resolve, AGAIN_MS));
    return loadMap();
  });
}

const AGAIN_MS = 2_000;
