import { fitted, toWorld, type Covered, type Frame } from '@/geometry/frame';
import { TILE_PX, tileKey, type Tile } from '@/geometry/mercator';
import type { Position } from '@/geometry/shapes';
import type { PictureSource } from '@/supply/pictures';
import { loadMap } from './load';
import type { Ground, NativeMap } from './map';
import { createOverlay, type Drawing, type Stroke } from './overlay';
import { createPicture } from './picture';

export interface StageEvents {
  /** A click or tap: where, and how far around it a finger may mean; world pixels. */
  readonly onClick: (at: Position, reach: number) => void;
  /** The picture of the tile itself is there, or could not be had. */
  readonly onPicture: (tile: Tile, ok: boolean) => void;
}

/**
 * What is seen of a tile: its picture, its outlines, and beneath them the native map, by far the
 * largest part of the page. All but moving, zooming and drawing by hand works before that is here.
 */
export interface LabelMap {
  /** What hears pointers. */
  readonly surface: HTMLElement;
  /** The native map, once it is here; never where the browser cannot paint it. */
  readonly native: Promise<NativeMap>;
  show(tile: Tile, pictures: PictureSource): void;
  draw(drawing: Drawing): void;
  hide(hidden: boolean): void;
  stroke(stroke: Stroke | null): void;
  /** Turns taps into clicks, or leaves them to a drawing tool. */
  listen(on: boolean): void;
  /** Whether the map stands still under one finger. */
  still(on: boolean): void;
  covered(by: Covered): void;
  /** The place under a pixel of the window, and how much of the world a pixel is; world pixels. */
  at(clientX: number, clientY: number): Position;
  worldPerPixel(): number;
  frame(): Frame;
  /** Calls whenever the tile stands elsewhere on the screen. */
  follow(listener: () => void): () => void;
  destroy(): void;
}

/** A finger is wider than a line: so far from an outline a tap still means it. */
const TAP_PX = 8;
/** A pointer that went farther than this has moved the map, and does not click. */
const STILL_PX = 4;
/** Pictures may be slow in coming: the map is fetched now, whether they are here or not. */
const MAP_AT_LATEST_MS = 2_500;

export function createStage(container: HTMLElement, events: StageEvents): LabelMap {
  const [below, above] = [layer('div', 'ground'), layer('canvas', 'overlay')];
  const overlay = createOverlay(above);
  let ground: Ground | null = null;
  let standing = false;
  let destroyed = false;
  let shown: Tile | null = null;
  let frame: Frame = { left: 0, top: 0, side: TILE_PX };
  let room: Covered = { top: 0, right: 0, bottom: 0, left: 0 };
  let listening = true;
  let fixed = false;
  const followers = new Set<() => void>();

  /** What is on the screen, for whoever looks from outside: journeys, and the benchmark. */
  const note = (name: 'painted' | 'frame' | 'map', value: string): void => {
    container.dataset[name] = value;
  };

  const picture = createPicture({
    onChange: () => ground?.refresh(),
    onTile(tile, ok) {
      events.onPicture(tile, ok);
      if (!ok) return;
      const painted = (): void => {
        if (shown === tile) note('painted', tileKey(tile));
      };
      if (standing) ground?.refresh(painted);
      else requestAnimationFrame(painted);
    },
  });
  picture.canvas.className = 'picture';
  container.replaceChildren(below, picture.canvas, above);

  const stand = (now: Frame): void => {
    frame = now;
    if (shown === null) return;
    note('frame', [now.left, now.top, now.side].map((value) => value.toFixed(2)).join(' '));
    if (!standing) laid(picture.canvas, now);
    overlay.place(now, shown);
    for (const follower of followers) follower();
  };
  const fit = (): void => {
    if (shown === null) return;
    const next = fitted(container.clientWidth, container.clientHeight, room);
    ground?.place(shown, next);
    stand(next);
  };

  let nativeIsHere: (map: NativeMap) => void = () => {};
  const native = new Promise<NativeMap>((resolve) => {
    nativeIsHere = resolve;
  });
  const build = async (): Promise<void> => {
    const { createGround } = await loadMap();
    if (destroyed || ground !== null) return;
    try {
      const made = createGround(below, picture.canvas, {
        onReady: () => nativeIsHere(made.native),
        onFrame: (now) => {
          if (!same(now, frame)) stand(now);
        },
        onStanding: () => {
          standing = true;
          picture.canvas.hidden = true;
          note('map', 'ready');
        },
      });
      ground = made;
    } catch {
      return; // no WebGL here: tiles can be seen and answered, outlines dropped and proposed
    }
    ground.still(fixed);
    fit();
  };
  const latest = setTimeout(() => void build(), MAP_AT_LATEST_MS);

  const unlisten = clicks(container, (event) => {
    if (!listening || shown === null) return;
    events.onClick(at(event.clientX, event.clientY), TAP_PX * worldPerPixel());
  });
  const at = (clientX: number, clientY: number): Position => {
    const box = container.getBoundingClientRect();
    const tile = shown ?? { z: 0, x: 0, y: 0 };
    return toWorld(frame, tile, [clientX - box.left, clientY - box.top]);
  };
  const worldPerPixel = (): number => TILE_PX / frame.side;
  const watch = new ResizeObserver(fit);
  watch.observe(container);

  return {
    surface: container,
    native,
    show(tile, pictures) {
      shown = tile;
      delete container.dataset.painted;
      fit();
      void picture.show(tile, pictures).then(build);
    },
    draw: overlay.draw,
    hide: overlay.hide,
    stroke: overlay.stroke,
    listen(on) {
      listening = on;
    },
    still(on) {
      fixed = on;
      container.style.touchAction = on ? 'none' : '';
      ground?.still(on);
    },
    covered(by) {
      room = by;
      fit();
    },
    at,
    worldPerPixel,
    frame: () => frame,
    follow(listener) {
      followers.add(listener);
      return () => followers.delete(listener);
    },
    destroy() {
      destroyed = true;
      clearTimeout(latest);
      watch.disconnect();
      unlisten();
      overlay.destroy();
      ground?.destroy();
      container.replaceChildren();
    },
  };
}

function layer<Name extends 'div' | 'canvas'>(
  name: Name,
  role: string,
): HTMLElementTagNameMap[Name] {
  const element = document.createElement(name);
  element.className = role;
  return element;
}

/** The picture of three tiles by three, the middle one in the frame. */
function laid(canvas: HTMLCanvasElement, { left, top, side }: Frame): void {
  canvas.style.left = `${left - side}px`;
  canvas.style.top = `${top - side}px`;
  canvas.style.width = canvas.style.height = `${3 * side}px`;
}

const SAME_PX = 0.005;

const same = (one: Frame, other: Frame): boolean =>
  Math.abs(one.left - other.left) < SAME_PX &&
  Math.abs(one.top - other.top) < SAME_PX &&
  Math.abs(one.side - other.side) < SAME_PX;

/** Clicks, but not those that end a drag. */
function clicks(container: HTMLElement, onClick: (event: MouseEvent) => void): () => void {
  let from: Position = [0, 0];
  const down = (event: PointerEvent): void => {
    from = [event.clientX, event.clientY];
  };
  const click = (event: MouseEvent): void => {
    if (Math.hypot(event.clientX - from[0], event.clientY - from[1]) <= STILL_PX) onClick(event);
  };
  container.addEventListener('pointerdown', down, true);
  container.addEventListener('click', click);
  return () => {
    container.removeEventListener('pointerdown', down, true);
    container.removeEventListener('click', click);
  };
}
