import { describe, expect, test } from 'vitest';
import { hit, nearestOn } from '@/geometry/hit';
import { place, squarePixels } from '../made';

const house = squarePixels(10, 10, 40);
const shed = squarePixels(20, 20, 10);
const far = squarePixels(100, 10, 20);

describe('a tap', () => {
  test('means the outline that it lies in', () => {
    expect(hit([house, far], place(110, 20), 0)).toBe(1);
  });

  test('means the smallest of those around it', () => {
    expect(hit([house, shed], place(25, 25), 0)).toBe(1);
    expect(hit([shed, house], place(25, 25), 0)).toBe(0);
    expect(hit([house, shed], place(45, 45), 0)).toBe(0);
  });

  test('means a line in reach, the nearest of them, but no farther one', () => {
    expect(hit([house, far], place(55, 30), 4)).toBeNull();
    expect(hit([house, far], place(55, 30), 6)).toBe(0);
    expect(hit([house, far], place(80, 20), 60)).toBe(1);
  });

  test('means what it lies in before what is only near', () => {
    expect(hit([house, far], place(101, 20), 200)).toBe(1);
  });

  test('in a hole means nothing', () => {
    const ring = [house[0] ?? [], shed[0] ?? []];

    expect(hit([ring], place(25, 25), 2)).toBeNull();
    expect(hit([ring], place(25, 21), 2)).toBe(0); // its inner line is near
  });
});

test('the nearest place on a side lies between its ends', () => {
  expect(nearestOn([0, 0], [10, 0], [4, 7])).toEqual([4, 0]);
  expect(nearestOn([0, 0], [10, 0], [-4, 7])).toEqual([0, 0]);
  expect(nearestOn([3, 3], [3, 3], [9, 9])).toEqual([3, 3]);
});
