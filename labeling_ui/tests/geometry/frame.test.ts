import { describe, expect, test } from 'vitest';
import { fitted, toScreen, toWorld } from '@/geometry/frame';

const ROOM = { top: 100, right: 90, bottom: 158, left: 90 };
const TILE = { z: 20, x: 628_450, y: 542_330 };

describe('the frame of a tile', () => {
  test('stands in the middle of what the panels leave', () => {
    // 1280 - 180 = 1100 wide, 800 - 258 = 542 high: the height decides.
    expect(fitted(1280, 800, ROOM)).toEqual({ left: 90 + (1100 - 542) / 2, top: 100, side: 542 });
  });

  test('is never so small that its surroundings leave the screen bare', () => {
    // A third of 3000; the free height would give 242 only.
    expect(fitted(3000, 500, ROOM).side).toBe(1000);
  });

  test('places go to the screen and back', () => {
    const frame = { left: 40, top: -10, side: 512 };
    const corner = [TILE.x * 256, TILE.y * 256] as const;

    expect(toScreen(frame, TILE, corner)).toEqual([40, -10]);
    expect(toScreen(frame, TILE, [corner[0] + 128, corner[1] + 256])).toEqual([296, 502]);
    expect(toWorld(frame, TILE, [296, 502])).toEqual([corner[0] + 128, corner[1] + 256]);
  });
});
