/** Strokes on a 24-pixel square. */
const PATHS = {
  point: 'M9 4l10 8-5 1 3 6-3 1-2-6-4 3z',
  threshold: 'M4 12h16M8 8l-4 4 4 4M16 8l4 4-4 4',
  shift:
    'M12 3v18M3 12h18M12 3l-3 3M12 3l3 3M12 21l-3-3M12 21l3-3M3 12l3-3M3 12l3 3M21 12l-3-3M21 12l-3 3',
  vertices: 'M6 7l12-2-1 12-10 2zM6 5v4M4 7h4M18 3v4M16 5h4M17 15v4M15 17h4M7 17v4M5 19h4',
  rectangle: 'M4 9l12-5 4 10-12 5z',
  polygon: 'M5 8l7-4 7 6-3 9H8z',
  brush: 'M4 20c4 0 6-1 6-4l9-11M10 16l-3-3 9-9 3 2',
  eraser: 'M4 15l9-10 7 6-8 8H8zM9 10l7 6M8 19h12',
  split: 'M5 5h14v14H5zM12 2v20',
  merge: 'M4 8h9v9H4zM11 5h9v9h-9z',
  undo: 'M4 10h10a5 5 0 010 10H9M4 10l5-5M4 10l5 5',
  redo: 'M20 10H10a5 5 0 000 10h5M20 10l-5-5M20 10l-5 5',
  close: 'M6 6l12 12M18 6L6 18',
  menu: 'M4 7h16M4 12h16M4 17h16',
  eye: 'M3 12s3-6 9-6 9 6 9 6-3 6-9 6-9-6-9-6zM12 10a2 2 0 100 4 2 2 0 000-4z',
  up: 'M12 19V5M6 11l6-6 6 6',
  down: 'M12 5v14M6 13l6 6 6-6',
  left: 'M19 12H5M11 6l-6 6 6 6',
  right: 'M5 12h14M13 6l6 6-6 6',
} as const;

export type IconName = keyof typeof PATHS;

export function Icon({ name }: { readonly name: IconName }) {
  return (
    <svg className="icon" viewBox="0 0 24 24" aria-hidden="true">
      <path d={PATHS[name]} />
    </svg>
  );
}
