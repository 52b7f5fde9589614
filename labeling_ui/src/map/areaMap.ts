import { ApiProblem, type Problem } from '@/api/problem';
import type { Position } from '@/geometry/shapes';
import { createPen, type Pen } from './draw';
import { createPlainMap, EMPTY, type Box, type Imagery } from './plainMap';

/** The map on which a coordinator draws the area of a campaign. */
export interface AreaMap {
  imagery(imagery: Imagery | null): void;
  area(area: GeoJSON.GeoJSON | null): void;
  goTo(box: Box): void;
  centre(place: Position): void;
  seen(): Box;
  /** Corner by corner, until the first corner is met again. */
  draw(on: boolean): void;
  zoom(by: number): void;
  destroy(): void;
}

export interface AreaEvents {
  readonly onDrawn: (ring: readonly Position[]) => void;
  /** The imagery does not come; what the service says about it. */
  readonly onTrouble: (error: ApiProblem) => void;
}

/** A place without a box of its own is shown this close. */
const CLOSE_ZOOM = 15;

export function createAreaMap(container: HTMLElement, events: AreaEvents): AreaMap {
  const map = createPlainMap(
    container,
    ['area'],
    [
      {
        id: 'area-fill',
        type: 'fill',
        source: 'area',
        paint: { 'fill-color': '#56d4ff', 'fill-opacity': 0.18 },
      },
      {
        id: 'area-casing',
        type: 'line',
        source: 'area',
        paint: { 'line-color': '#0e1216', 'line-width': 6, 'line-opacity': 0.6 },
      },
      {
        id: 'area-line',
        type: 'line',
        source: 'area',
        paint: { 'line-color': '#ffffff', 'line-width': 3, 'line-dasharray': [3, 1.5] },
      },
    ],
  );
  let pen: Pen | null = null;
  let drawing = false;
  let ready = false;
  const todo: (() => void)[] = [];
  const whenReady = (act: () => void): void => {
    if (ready) act();
    else todo.push(act);
  };
  map.native.on('load', () => {
    ready = true;
    for (const act of todo) act();
  });

  const draw = (on: boolean): void => {
    drawing = on;
    if (on) {
      pen ??= createPen(map.native, container, {
        onDrawn: (_, positions) => {
          if (drawing) events.onDrawn(positions);
        },
        onReshaped: () => {},
      });
      pen.mode('polygon', []);
    } else {
      pen?.stop();
      pen = null;
    }
  };

  map.native.on('error', ({ error }) => {
    // Where imagery ends there are no tiles (404): no trouble.
    const { status, body } = error as { status?: number; body?: Blob };
    if (status === undefined || status === 404 || body === undefined) return;
    body.text().then(
      (text) => events.onTrouble(new ApiProblem(status, problemIn(text))),
      () => {},
    );
  });

  return {
    imagery: (imagery) =>
      whenReady(() => {
        map.imagery(imagery);
        map.beyond(imagery?.bounds ?? null);
      }),
    area: (area) => whenReady(() => map.setData('area', area ?? EMPTY)),
    goTo: (box) => map.goTo(box),
    centre: ([longitude, latitude]) =>
      map.native.jumpTo({ center: [longitude, latitude], zoom: CLOSE_ZOOM }),
    seen: () => map.seen(),
    draw: (on) => whenReady(() => draw(on)),
    zoom: (by) => map.native.zoomTo(map.native.getZoom() + by, { duration: 0 }),
    destroy: () => {
      pen?.stop();
      map.native.remove();
    },
  };
}

function problemIn(text: string): Problem {
  const unknown = { type: 'about:blank', title: text, detail: '' };
  try {
    return { ...unknown, ...(JSON.parse(text) as Partial<Problem>) };
  } catch {
    return unknown;
  }
}
