/** A grid of values from 0 to 255 on pixels of the world at one zoom. */
export interface Grid {
  readonly values: Uint8Array;
  readonly width: number;
  readonly height: number;
  /** World pixels of its upper left corner. */
  readonly left: number;
  readonly top: number;
  readonly zoom: number;
}

export function blankGrid(like: Omit<Grid, 'values'>): Grid {
  return { ...like, values: new Uint8Array(like.width * like.height) };
}

/** The value at a column and row; 0 outside, so that every shape closes at the edge. */
export function valueAt(grid: Grid, column: number, row: number): number {
  if (column < 0 || row < 0 || column >= grid.width || row >= grid.height) return 0;
  return grid.values[row * grid.width + column] ?? 0;
}
