/** The tools in the order of reach: the quickest repair first. */
export const QUICK_TOOLS = ['point', 'threshold', 'shift'] as const;
export const HAND_TOOLS = [
  'vertices',
  'rectangle',
  'polygon',
  'brush',
  'eraser',
  'split',
  'merge',
] as const;
export const TOOLS = [...QUICK_TOOLS, ...HAND_TOOLS] as const;

export type Tool = (typeof TOOLS)[number];

/** What changes the model's outlines as a whole: of no use where there is no model. */
export const NEEDS_MODEL: ReadonlySet<Tool> = new Set<Tool>(['threshold', 'shift']);
