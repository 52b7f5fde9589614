/** States of a thing, with those before and after the present one. Undo needs no code of its own. */
export interface History<T> {
  readonly past: readonly T[];
  readonly present: T;
  readonly future: readonly T[];
  /** Changes with the same tag, one after the other, are one step: a drag, a row of nudges. */
  readonly tag: string | null;
}

export function begun<T>(present: T): History<T> {
  return { past: [], present, future: [], tag: null };
}

export function changed<T>(history: History<T>, present: T, tag: string | null = null): History<T> {
  if (present === history.present) return history;
  const sameStep = tag !== null && tag === history.tag;
  const past = sameStep ? history.past : [...history.past, history.present];
  return { past, present, future: [], tag };
}

/** The next change is a step of its own, whatever its tag. */
export function sealed<T>(history: History<T>): History<T> {
  return history.tag === null ? history : { ...history, tag: null };
}

/** One step back, or null where there is none. */
export function undone<T>(history: History<T>): History<T> | null {
  const present = history.past.at(-1);
  if (present === undefined) return null;
  return {
    past: history.past.slice(0, -1),
    present,
    future: [history.present, ...history.future],
    tag: null,
  };
}

export function redone<T>(history: History<T>): History<T> | null {
  const [present, ...future] = history.future;
  if (present === undefined) return null;
  return { past: [...history.past, history.present], present, future, tag: null };
}
