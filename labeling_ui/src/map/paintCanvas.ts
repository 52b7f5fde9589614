import type { Painter } from './overlay';
import type { Strand } from './strands';

/** Paints strands where the browser has no WebGL. */
export function createCanvasPainter(canvas: HTMLCanvasElement): Painter | null {
  const context = canvas.getContext('2d');
  if (context === null) return null;
  const paint = ({ points, width_px, colour, dash_px }: Strand): void => {
    const [first, ...rest] = points;
    if (first === undefined) return;
    context.beginPath();
    context.moveTo(...first);
    for (const at of rest.length === 0 ? [first] : rest) context.lineTo(...at);
    context.lineWidth = width_px;
    context.lineCap = dash_px.length === 0 ? 'round' : 'butt';
    context.lineJoin = 'round';
    context.strokeStyle = colour;
    context.setLineDash([...dash_px]);
    context.stroke();
  };
  return {
    paint(strands, veil, [left, top], density) {
      context.resetTransform();
      context.clearRect(0, 0, canvas.width, canvas.height);
      context.setTransform(density, 0, 0, density, -left * density, -top * density);
      context.globalAlpha = 1;
      strands.forEach(paint);
      if (veil === null) return;
      context.globalAlpha = veil.alpha;
      paint(veil.strand);
    },
    destroy() {},
  };
}
