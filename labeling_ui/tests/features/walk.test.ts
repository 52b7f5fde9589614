import { describe, expect, test } from 'vitest';
import { nextSquare } from '@/features/desk/overview/walk';

const square = (x: number, y: number) => ({ id: 100 * x + y, properties: { x, y } });
// Three by three with a hole in the middle, and a lonely one far to the right, a row lower.
const squares = [
  ...[0, 1, 2].flatMap((x) => [0, 1, 2].map((y) => square(x, y))).filter((one) => one.id !== 101),
  square(7, 3),
];
const step = (x: number, y: number, dx: number, dy: number) => {
  const found = nextSquare(squares, square(x, y), dx, dy);
  return found === null ? null : [found.properties.x, found.properties.y];
};

describe('a walk over the tiles by arrow keys', () => {
  test('goes to the neighbour, and over a hole', () => {
    expect(step(0, 0, 1, 0)).toEqual([1, 0]);
    expect(step(0, 1, 1, 0)).toEqual([2, 1]);
    expect(step(1, 2, 0, -1)).toEqual([1, 0]);
  });

  test('reaches what lies apart, and ends at the edge', () => {
    expect(step(2, 2, 1, 0)).toEqual([7, 3]);
    expect(step(0, 0, -1, 0)).toBeNull();
  });

  test('begins in the middle', () => {
    expect(nextSquare(squares, null, 1, 0)?.properties).toEqual({ x: 2, y: 1 });
    expect(nextSquare([], null, 1, 0)).toBeNull();
  });
});
