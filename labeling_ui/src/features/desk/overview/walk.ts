/** What a walk over the map needs to know of a tile. */
export interface Square {
  readonly id: number;
  readonly properties: { readonly x: number; readonly y: number };
}

/** Sideways counts more: a walk to the right stays in its row as long as there is a tile in it. */
const SIDEWAYS = 3;

/** The tile that an arrow key leads to; the middle one where none is chosen; null: there is none. */
export function nextSquare<T extends Square>(
  squares: readonly T[],
  from: T | null,
  dx: number,
  dy: number,
): T | null {
  if (from === null) return nearest(squares, (one) => distance(one, middleOf(squares)));
  const { x, y } = from.properties;
  return nearest(squares, ({ properties }) => {
    const [right, down] = [properties.x - x, properties.y - y];
    const ahead = right * dx + down * dy;
    return ahead <= 0 ? Infinity : ahead + SIDEWAYS * Math.abs(right * dy + down * dx);
  });
}

function nearest<T>(all: readonly T[], cost: (one: T) => number): T | null {
  let best: T | null = null;
  let least = Infinity;
  for (const one of all) {
    const found = cost(one);
    if (found < least) [best, least] = [one, found];
  }
  return best;
}

type Place = readonly [x: number, y: number];

const distance = ({ properties }: Square, [x, y]: Place): number =>
  Math.hypot(properties.x - x, properties.y - y);

function middleOf(squares: readonly Square[]): Place {
  const mean = (values: number[]): number => values.reduce((a, b) => a + b, 0) / values.length;
  return [
    mean(squares.map((one) => one.properties.x)),
    mean(squares.map((one) => one.properties.y)),
  ];
}
