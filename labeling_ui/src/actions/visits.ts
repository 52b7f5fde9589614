import type { Answer, CantTellReason, Task } from '@/api/models';
import { tileBounds } from '@/geometry/mercator';
import { meets } from '@/geometry/shapes';
import { begun, changed, redone, sealed, undone, type History } from '@/state/history';
import type { Labelling, State } from '@/state/state';
import type { Tool } from '@/state/tools';
import { packed, unpacked } from './earlier';
import { standing, type Outline, type Work } from './outlines';

/** What was answered, and with which work: another answer with other work replaces it. */
export interface Given {
  readonly reviewId: string;
  readonly answer: Answer;
  readonly reason: CantTellReason | null;
  readonly work: Work;
}

/** One tile that a person has had before them, with all that they did to it. */
export interface Visit {
  readonly task: Task;
  readonly history: History<Work>;
  readonly given: Given | null;
}

/** So many visits are at hand; those before them are packed until somebody goes back to them. */
export const AT_HAND = 100;

export function shownWork(task: Task): Work {
  const outlines = (task.outlines?.features ?? []).map((feature): Outline => ({
    id: `model-${feature.id}`,
    rings: feature.geometry.coordinates as unknown as Outline['rings'],
    kind: 'model',
    confidence: feature.properties.confidence,
    gone: false,
  }));
  return { outlines, level: null, acts: {}, next: 1 };
}

export const currentVisit = (labelling: Labelling): Visit | null =>
  labelling.visits[labelling.at] ?? null;

/** Whether the person is still there: what comes late must not land on another tile. */
export const isShown = (labelling: Labelling, { task }: Visit): boolean =>
  currentVisit(labelling)?.task.lease_id === task.lease_id;

/** Whether all outlines still are as the model made them. */
export const untouched = (visit: Visit): boolean => {
  const { outlines } = visit.history.present;
  const shown = visit.task.outlines?.features.length ?? 0;
  return outlines.length === shown && outlines.every((one) => one.kind === 'model' && !one.gone);
};

/** The outlines that an answer holds: what was moved off the tile is its neighbours' matter. */
export const reported = ({ task, history }: Visit): Outline[] =>
  standing(history.present).filter(
    (one) => one.kind !== 'adjusted' || meets(one.rings, tileBounds(task.tile)),
  );

/** What accepting the tile as it looks now says; null where it would say nothing. */
export function acceptance(visit: Visit): Answer | null {
  const left = reported(visit).length;
  if (!untouched(visit)) return left > 0 ? 'corrected' : 'nothing';
  return left > 0 ? 'right' : null;
}

export const update = (state: State, changes: Partial<Labelling>): State => ({
  ...state,
  labelling: { ...state.labelling, ...changes },
});

export const FRESH: Pick<Labelling, 'tool' | 'fixing' | 'selected' | 'hint' | 'hidden'> = {
  tool: 'point',
  fixing: false,
  selected: null,
  hint: null,
  hidden: false,
};

const visitOf = (task: Task): Visit => ({ task, history: begun(shownWork(task)), given: null });

/** The line of visits goes on to its next tile: one visited before, or the first that waits. */
function onward(labelling: Labelling): Labelling {
  const at = labelling.at + 1;
  if (at < labelling.visits.length) return { ...labelling, ...FRESH, at };
  const [task, ...ready] = labelling.ready;
  if (task === undefined) return { ...labelling, ...FRESH, at: labelling.visits.length };
  const visits = [...labelling.visits, visitOf(task)];
  const over = Math.max(0, visits.length - AT_HAND);
  return {
    ...labelling,
    ...FRESH,
    earlier: [...labelling.earlier, ...visits.slice(0, over).map(packed)],
    visits: visits.slice(over),
    at: visits.length - 1 - over,
    ready,
  };
}

/** The line with all that was visited from the given place on at hand again. */
export function unpackedFrom(labelling: Labelling, place: number): Labelling {
  const { earlier, visits, at } = labelling;
  const back = earlier.slice(place).map(unpacked);
  return {
    ...labelling,
    earlier: earlier.slice(0, place),
    visits: [...back, ...visits],
    at: at + back.length,
  };
}

/** Tiles have come. Who was waiting for one gets it at once. */
export const arrived =
  (tasks: readonly Task[], waiting: number) =>
  (state: State): State => {
    const { labelling } = state;
    const known = new Set([...labelling.ready, ...labelling.skipped].map((task) => task.lease_id));
    for (const visit of labelling.visits) if (visit.given === null) known.add(visit.task.lease_id);
    const fresh = tasks.filter((task) => !known.has(task.lease_id));
    const next: Labelling = {
      ...labelling,
      ready: [...labelling.ready, ...fresh],
      waiting,
      supply: 'flowing',
    };
    const idle = currentVisit(next) === null;
    const moved = idle ? onward({ ...next, at: next.visits.length - 1 }) : next;
    const empty = fresh.length === 0 && moved.ready.length === 0;
    return { ...state, labelling: empty ? { ...moved, supply: 'empty' } : moved };
  };

/** The person has answered. The answer itself lies in the outbox already. */
export const answered =
  (given: Given) =>
  (state: State): State => {
    const { labelling } = state;
    const visits = labelling.visits.map((visit, index) =>
      index === labelling.at ? { ...visit, given } : visit,
    );
    return { ...state, labelling: onward({ ...labelling, visits }) };
  };

/** Another person may have this tile. */
export const skipped = (state: State): State => {
  const { labelling } = state;
  const visit = currentVisit(labelling);
  if (visit === null) return state;
  if (visit.given !== null) return { ...state, labelling: onward(labelling) };
  const visits = labelling.visits.filter((one) => one !== visit);
  return {
    ...state,
    labelling: onward({
      ...labelling,
      visits,
      at: labelling.at - 1,
      skipped: [...labelling.skipped, visit.task],
    }),
  };
};

/** Leases that ended by themselves: what waits is not shown any more, what is open may stay. */
export const leaseOver =
  (leaseId: string) =>
  (state: State): State =>
    update(state, {
      ready: state.labelling.ready.filter((task) => task.lease_id !== leaseId),
      skipped: state.labelling.skipped.filter((task) => task.lease_id !== leaseId),
    });

export const worked =
  (change: (work: Work, visit: Visit) => Work, tag: string | null = null) =>
  (state: State): State => {
    const { labelling } = state;
    const visit = currentVisit(labelling);
    if (visit === null) return state;
    const history = changed(visit.history, change(visit.history.present, visit), tag);
    return history === visit.history ? state : withHistory(state, history);
  };

function withHistory(state: State, history: History<Work>): State {
  const { visits, at } = state.labelling;
  const changedVisits = visits.map((visit, index) =>
    index === at ? { ...visit, history } : visit,
  );
  return update(state, { visits: changedVisits, hint: null });
}

/** The running step is over: the next nudge or drag can be undone by itself. */
export const stepEnded = (state: State): State => {
  const visit = currentVisit(state.labelling);
  if (visit === null) return state;
  const history = sealed(visit.history);
  return history === visit.history ? state : withHistory(state, history);
};

/** One step back: in this tile, or to the tile before, as it was answered. */
export const undo = (state: State): State => {
  const { labelling } = state;
  const visit = currentVisit(labelling);
  const history = visit === null ? null : undone(visit.history);
  if (history !== null) return withHistory(update(state, { selected: null }), history);
  const line =
    labelling.at > 0
      ? labelling
      : unpackedFrom(labelling, Math.max(0, labelling.earlier.length - 1));
  return line.at <= 0 ? state : update(state, { ...line, ...FRESH, at: line.at - 1 });
};

/** One step forward again: in this tile, or to the tile after. */
export const redo = (state: State): State => {
  const { labelling } = state;
  const visit = currentVisit(labelling);
  const history = visit === null ? null : redone(visit.history);
  if (history !== null) return withHistory(update(state, { selected: null }), history);
  return labelling.at + 1 < labelling.visits.length
    ? update(state, { ...FRESH, at: labelling.at + 1 })
    : state;
};

/** How many tiles this person has answered since the page was opened. */
export const countGiven = ({ earlier, visits }: Labelling): number =>
  earlier.length + visits.filter((visit) => visit.given !== null).length;

export const canUndo = (labelling: Labelling): boolean =>
  labelling.at > 0 ||
  labelling.earlier.length > 0 ||
  (currentVisit(labelling)?.history.past.length ?? 0) > 0;

export const canRedo = (labelling: Labelling): boolean =>
  (currentVisit(labelling)?.history.future.length ?? 0) > 0 ||
  labelling.at + 1 < labelling.visits.length;

export const pick =
  (tool: Tool) =>
  (state: State): State =>
    stepEnded(update(state, { tool, fixing: true, hint: null }));

export const fix =
  (fixing: boolean) =>
  (state: State): State =>
    update(state, { fixing, tool: 'point', hint: null });

export const select =
  (selected: string | null) =>
  (state: State): State =>
    update(state, { selected });

export const hide =
  (hidden: boolean) =>
  (state: State): State =>
    state.labelling.hidden === hidden ? state : update(state, { hidden });

export const say =
  (hint: string | null) =>
  (state: State): State =>
    update(state, { hint });

export const pictureFailed =
  (tile: string) =>
  (state: State): State =>
    state.labelling.pictureless.includes(tile)
      ? state
      : update(state, { pictureless: [...state.labelling.pictureless, tile] });

export const supplyIs =
  (supply: Labelling['supply']) =>
  (state: State): State =>
    state.labelling.supply === supply ? state : update(state, { supply });
