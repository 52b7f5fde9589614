import type { Position } from '@/geometry/shapes';
import type { Painter } from './overlay';
import type { Strand } from './strands';

// Each side of a strand is a rectangle, as wide as the line and longer by a round end at both of its
// ends; what is not line in it stays clear.
const VERTEX = `#version 300 es
in vec4 side; in vec2 line; in vec4 colour; in vec4 dash;
uniform vec2 size, corner; uniform float density;
out vec2 at; flat out vec3 span; flat out vec4 paint; flat out vec4 dashes;
void main() {
  vec2 from = (side.xy - corner) * density, along = (side.zw - side.xy) * density;
  float far = length(along), reach = line.x * density / 2.0 + 1.0;
  vec2 way = far > 0.0 ? along / far : vec2(1, 0);
  vec2 corner = vec2(gl_VertexID & 1, gl_VertexID >> 1);
  at = mix(vec2(-reach), vec2(far + reach, reach), corner);
  vec2 place = from + way * at.x + vec2(-way.y, way.x) * at.y;
  gl_Position = vec4(place / size * vec2(2, -2) + vec2(-1, 1), 0, 1);
  span = vec3(far, line.x * density / 2.0, line.y * density);
  paint = colour;
  dashes = dash * density;
}`;
const FRAGMENT = `#version 300 es
precision highp float;
in vec2 at; flat in vec3 span; flat in vec4 paint; flat in vec4 dashes;
out vec4 seen;
void main() {
  float inside = clamp(at.x, 0.0, span.x);
  float cover = clamp(span.y + 0.5 - length(vec2(at.x - inside, at.y)), 0.0, 1.0);
  float whole = dashes.x + dashes.y + dashes.z + dashes.w;
  if (whole > 0.0) {
    float here = mod(span.z + inside, whole), second = here - dashes.x - dashes.y;
    float dashed = max(min(here, dashes.x - here), min(second, dashes.z - second));
    cover *= clamp(dashed + 0.5, 0.0, 1.0);
  }
  seen = paint * cover;
}`;

/** Numbers of one side, in the order of {@link FIELDS}. */
const FIELDS = { side: 4, line: 2, colour: 4, dash: 4 } as const;
const NUMBERS = Object.values(FIELDS).reduce((sum, count) => sum + count, 0);
const BYTES = Float32Array.BYTES_PER_ELEMENT;

/**
 * Paints strands as rectangles, all in one call: a 2D canvas takes each path apart, side by side,
 * which costs more than all the rest of the page where the processor draws.
 */
export function createGlPainter(canvas: HTMLCanvasElement): Painter | null {
  const gl = canvas.getContext('webgl2', { antialias: false, depth: false });
  if (gl === null) return null;
  let program = prepared(gl);
  const restore = (): void => {
    program = prepared(gl);
  };
  // Without this, a browser that took the context away would not give it back.
  const lose = (event: Event): void => event.preventDefault();
  canvas.addEventListener('webglcontextlost', lose);
  canvas.addEventListener('webglcontextrestored', restore);

  const draw = (strands: readonly Strand[], alpha: number): void => {
    const numbers = strands.flatMap((strand) => numbersOf(strand, alpha));
    gl.bufferData(gl.ARRAY_BUFFER, new Float32Array(numbers), gl.DYNAMIC_DRAW);
    gl.drawArraysInstanced(gl.TRIANGLE_STRIP, 0, 4, numbers.length / NUMBERS);
  };
  return {
    paint(strands, veil, corner, density) {
      if (program === null) return;
      gl.viewport(0, 0, canvas.width, canvas.height);
      gl.uniform2f(gl.getUniformLocation(program, 'size'), canvas.width, canvas.height);
      gl.uniform2f(gl.getUniformLocation(program, 'corner'), ...corner);
      gl.uniform1f(gl.getUniformLocation(program, 'density'), density);
      gl.clear(gl.COLOR_BUFFER_BIT);
      gl.blendEquation(gl.FUNC_ADD);
      draw(strands, 1);
      if (veil === null) return;
      gl.blendEquation(gl.MAX); // sides that overlap would be denser there
      draw([veil.strand], veil.alpha);
    },
    destroy() {
      canvas.removeEventListener('webglcontextlost', lose);
      canvas.removeEventListener('webglcontextrestored', restore);
      // Browsers keep few contexts at a time.
      gl.getExtension('WEBGL_lose_context')?.loseContext();
    },
  };
}

/** A program in use, its buffer bound; null while the context is lost. */
function prepared(gl: WebGL2RenderingContext): WebGLProgram | null {
  const program = gl.createProgram();
  for (const [kind, source] of [
    [gl.VERTEX_SHADER, VERTEX],
    [gl.FRAGMENT_SHADER, FRAGMENT],
  ] as const) {
    const shader = gl.createShader(kind);
    if (shader === null) return null;
    gl.shaderSource(shader, source);
    gl.compileShader(shader);
    gl.attachShader(program, shader);
  }
  gl.linkProgram(program);
  if (gl.getProgramParameter(program, gl.LINK_STATUS) !== true) return null;
  gl.useProgram(program);
  gl.bindBuffer(gl.ARRAY_BUFFER, gl.createBuffer());
  let offset = 0;
  for (const [name, count] of Object.entries(FIELDS)) {
    const place = gl.getAttribLocation(program, name);
    gl.enableVertexAttribArray(place);
    gl.vertexAttribPointer(place, count, gl.FLOAT, false, NUMBERS * BYTES, offset * BYTES);
    gl.vertexAttribDivisor(place, 1);
    offset += count;
  }
  gl.enable(gl.BLEND);
  gl.blendFunc(gl.ONE, gl.ONE_MINUS_SRC_ALPHA);
  return program;
}

function numbersOf({ points, width_px, colour, dash_px }: Strand, alpha: number): number[] {
  const shade = [1, 3, 5].map((at) => (alpha * parseInt(colour.slice(at, at + 2), 16)) / 255);
  const style = [...shade, alpha, ...[0, 1, 2, 3].map((index) => dash_px[index] ?? 0)];
  const numbers: number[] = [];
  let run = 0;
  points.forEach((from, index) => {
    const to: Position | undefined = points[index + 1] ?? (points.length === 1 ? from : undefined);
    if (to === undefined) return;
    numbers.push(...from, ...to, width_px, run, ...style);
    run += Math.hypot(to[0] - from[0], to[1] - from[1]);
  });
  return numbers;
}
