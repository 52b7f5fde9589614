/** How a kind of tile looks: told apart by its marks as well as by its colour. */
export interface Pattern {
  readonly ground: string;
  readonly opacity: number;
  readonly marks: 'none' | 'dots' | 'stripes' | 'cross' | 'tick';
  readonly ink: string;
  /** How many marks there are along a side: more stands for more. */
  readonly density: number;
}

const NIGHT = '#0e1216';
const WHITE = '#ffffff';

export const PATTERNS = {
  open: { ground: WHITE, opacity: 0.12, marks: 'none', ink: NIGHT, density: 0 },
  asked: { ground: '#ffc247', opacity: 0.72, marks: 'dots', ink: NIGHT, density: 2 },
  settled: { ground: '#14794f', opacity: 0.72, marks: 'tick', ink: WHITE, density: 1 },
  disputed: { ground: '#ff7ad9', opacity: 0.75, marks: 'stripes', ink: NIGHT, density: 3 },
  unusable: { ground: '#5a6570', opacity: 0.8, marks: 'cross', ink: WHITE, density: 1 },
  answered: { ground: '#14794f', opacity: 0.5, marks: 'tick', ink: WHITE, density: 1 },
  sure: { ground: WHITE, opacity: 0.3, marks: 'none', ink: NIGHT, density: 0 },
  unsure1: { ground: '#c6b6e8', opacity: 0.6, marks: 'dots', ink: '#2b1a55', density: 1 },
  unsure2: { ground: '#8a6dca', opacity: 0.7, marks: 'dots', ink: '#150a30', density: 2 },
  unsure3: { ground: '#43248c', opacity: 0.85, marks: 'dots', ink: WHITE, density: 3 },
  blind: { ground: NIGHT, opacity: 0.25, marks: 'none', ink: WHITE, density: 0 },
} as const satisfies Record<string, Pattern>;

/** Paints a legend's square: ground and marks. */
export function paintSwatch(
  context: CanvasRenderingContext2D,
  pattern: Pattern,
  side: number,
): void {
  context.clearRect(0, 0, side, side);
  context.globalAlpha = pattern.opacity;
  context.fillStyle = pattern.ground;
  context.fillRect(0, 0, side, side);
  context.globalAlpha = 1;
  paintMarks(context, pattern, side);
}

/** Paints the marks alone: the map fills the ground by itself. */
export function paintMarks(
  context: CanvasRenderingContext2D,
  { marks, ink, density }: Pattern,
  side: number,
): void {
  context.fillStyle = ink;
  context.strokeStyle = ink;
  context.lineWidth = side / 11;
  const gap = side / Math.max(density, 1);
  context.beginPath();
  switch (marks) {
    case 'dots':
      for (let at = 0; at < density ** 2; at += 1) {
        const x = ((at % density) + 0.5) * gap;
        const y = (Math.floor(at / density) + 0.5) * gap;
        context.moveTo(x, y);
        context.arc(x, y, side / 12, 0, 2 * Math.PI);
      }
      context.fill();
      break;
    case 'stripes':
      for (let at = -density; at <= density; at += 1) {
        context.moveTo(at * gap, side);
        context.lineTo(at * gap + side, 0);
      }
      context.stroke();
      break;
    case 'cross':
      context.moveTo(side * 0.27, side * 0.27);
      context.lineTo(side * 0.73, side * 0.73);
      context.moveTo(side * 0.73, side * 0.27);
      context.lineTo(side * 0.27, side * 0.73);
      context.stroke();
      break;
    case 'tick':
      context.moveTo(side * 0.26, side * 0.53);
      context.lineTo(side * 0.43, side * 0.7);
      context.lineTo(side * 0.75, side * 0.32);
      context.stroke();
      break;
    case 'none':
      break;
  }
}
