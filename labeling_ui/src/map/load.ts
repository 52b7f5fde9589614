import type * as map from './map';

/**
 * The map, by far the largest part of the page: it comes when the first tile is on the screen.
 * Without a network and without a kept shell, it is asked for again later.
 */
export function loadMap(): Promise<Pick<typeof map, 'createGround'>> {
  return import('./map').catch(async () => {
    await new Promise((resolve) => setTimeout(resolve, AGAIN_MS));
    return loadMap();
  });
}

const AGAIN_MS = 2_000;
