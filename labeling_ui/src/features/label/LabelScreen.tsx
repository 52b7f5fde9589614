import {
  useCallback,
  useEffect,
  useMemo,
  useState,
  type CSSProperties,
  type ReactNode,
} from 'react';
import { toggled, type Outline } from '@/actions/outlines';
import {
  acceptance,
  canRedo,
  canUndo,
  currentVisit,
  fix,
  pick,
  redo,
  select,
  undo,
  worked,
  type Visit,
} from '@/actions/visits';
import type { CantTellReason } from '@/api/models';
import { store } from '@/app/store';
import { tileKey } from '@/geometry/mercator';
import { useText } from '@/i18n/useText';
import type { LabelMap } from '@/map/stage';
import { NEEDS_MODEL, TOOLS, type Tool } from '@/state/tools';
import { useSelected } from '@/state/store';
import type { PictureSource } from '@/supply/pictures';
import type { GridSource } from '@/supply/probability';
import { AnswerBar } from './AnswerBar';
import type { Answers } from './answering';
import { CantTell } from './CantTell';
import { Crosshair } from './Crosshair';
import { TAPPED } from './tapping';
import { Legend } from './Legend';
import { MapView } from './MapView';
import { OutlineList } from './OutlineList';
import { nudge, ToolPanel } from './ToolPanel';
import { Toolbox } from './Toolbox';
import { useCrosshair } from './useCrosshair';
import { useLongPress } from './useLongPress';
import { useCovered } from './useCovered';
import { useGrid } from './useGrid';
import { useShortcuts, type Commands } from './useShortcuts';
import { useShown } from './useShown';
import { useTools } from './useTools';
import './label.css';

interface Props {
  readonly answering: Answers;
  readonly pictures: PictureSource;
  readonly grids: GridSource;
  readonly threshold: number;
  /** The card that asks the question. */
  readonly question: (visit: Visit) => ReactNode;
  /** Cards of the upper right corner. */
  readonly corner: ReactNode;
  /** What stands in place of a tile while there is none. */
  readonly nothing: ReactNode;
  /** Outlines to compare with. */
  readonly known?: readonly Outline[] | undefined;
  /** What else lies over the map. */
  readonly children?: ReactNode;
}

/** A tile, its outlines, the answers and the tools: for campaigns, and for practising. */
export function LabelScreen(props: Props) {
  const { answering, pictures, grids, threshold } = props;
  const t = useText('label');
  const labelling = useSelected(store, (state) => state.labelling);
  const { tool, fixing, selected, hidden, hint } = labelling;
  const visit = currentVisit(labelling);
  const [map, setMap] = useState<LabelMap | null>(null);
  const [why, setWhy] = useState(false);
  const [top, setTop] = useState<HTMLElement | null>(null);
  const covered = useCovered(fixing ? null : top);
  const model = visit !== null && visit.task.checkpoint_id !== null;
  const grid = useGrid(visit, fixing && model, grids);
  const { onClick } = useTools(map, visit, tool, grids);
  const cross = useCrosshair(map, visit, tool, onClick);
  useLongPress(map, visit, tool);
  const review = visit?.given?.reviewId ?? null;
  const wrong = useSelected(
    store,
    (state) => state.outbox.refused.find((one) => one.id === review)?.where ?? null,
  );
  useShown({
    map,
    visit,
    pictures,
    selected,
    hidden,
    editing: tool === 'vertices',
    known: props.known,
    wrong,
  });

  const cantTell = useCallback(
    (reason: CantTellReason) => {
      setWhy(false);
      answering.answer('cant_tell', reason);
    },
    [answering],
  );
  const commands = useMemo(
    () => commandsOf(visit, fixing, answering, () => setWhy(true), why ? cantTell : null, model),
    [visit, fixing, answering, why, cantTell, model],
  );
  const shifts = model && (tool === 'shift' || tool === 'threshold' || !fixing);
  const draws = fixing && TAPPED.has(tool);
  const keyed = tool === 'vertices' ? { ...commands, nextOutline: cross.next } : commands;
  useShortcuts(keyed, shifts ? nudge : draws ? cross.move : null, draws ? cross : null);
  useClock(answering, visit);

  const missing = visit !== null && labelling.pictureless.includes(tileKey(visit.task.tile));
  return (
    <div
      className={fixing ? 'label-screen fixing' : 'label-screen'}
      data-tile={visit === null ? '' : tileKey(visit.task.tile)}
      style={{ '--below-question': `${covered.top}px` } as CSSProperties}
    >
      <MapView
        pictures={pictures}
        covered={covered}
        onClick={onClick}
        onReady={setMap}
        label={t('map')}
      />
      <div className="top" ref={setTop}>
        {visit === null ? <span /> : props.question(visit)}
        {props.corner}
      </div>
      {missing ? (
        <div className="middle card" role="alert">
          <p>
            {t('pictureMissing')} <bdi>{tileKey(visit.task.tile)}</bdi>
          </p>
          <button type="button" className="choice" onClick={() => cantTell('no_imagery')}>
            {t('cantTell')}
          </button>
        </div>
      ) : null}
      {visit === null ? (
        <div className="middle card" role="status">
          {props.nothing}
        </div>
      ) : (
        <>
          <OutlineList outlines={visit.history.present.outlines} bounds={visit.task.bounds} />
          <Toolbox
            tool={tool}
            fixing={fixing}
            canUndo={canUndo(labelling)}
            canRedo={canRedo(labelling)}
            commands={commands}
            model={model}
          />
          {fixing ? (
            <ToolPanel
              visit={visit}
              tool={tool}
              hint={hint}
              grid={grid}
              threshold={threshold}
              corner={cross.corner}
            />
          ) : (
            <Legend outlines={visit.history.present.outlines} />
          )}
          {draws && cross.at !== null && map !== null ? (
            <Crosshair map={map} at={cross.at} tile={visit.task.tile} />
          ) : null}
          <AnswerBar visit={visit} fixing={fixing} commands={commands} />
        </>
      )}
      {why ? <CantTell onReason={cantTell} onClose={() => setWhy(false)} /> : null}
      {props.children}
    </div>
  );
}

function commandsOf(
  visit: Visit | null,
  fixing: boolean,
  answering: Answers,
  askWhy: () => void,
  cantTell: ((reason: CantTellReason) => void) | null,
  model: boolean,
): Commands {
  const here = (act: () => void) => (visit === null ? undefined : act);
  const verdict = visit === null ? null : acceptance(visit);
  const reason = (key: CantTellReason) => (cantTell === null ? undefined : () => cantTell(key));
  const tools = Object.fromEntries(
    TOOLS.map((tool) => [
      tool,
      here(() => {
        if (model || !NEEDS_MODEL.has(tool)) store.apply(pick(tool));
      }),
    ]),
  ) as Record<Tool, (() => void) | undefined>;
  return {
    ...tools,
    accept: verdict === null ? undefined : () => answering.answer(verdict),
    fix: here(() => store.apply(fix(!fixing))),
    nothing: here(() => answering.answer('nothing')),
    cantTell: here(askWhy),
    wrong: here(() => answering.answer('wrong')),
    skip: here(() => answering.skip()),
    undo: () => store.apply(undo),
    redo: () => store.apply(redo),
    hide: undefined, // held, not pressed: useShortcuts does it
    nextOutline: here(selectNext),
    toggleOutline: here(toggleSelected),
    cloud: reason('cloud'),
    blurred: reason('blurred'),
    offset: reason('offset'),
    other: reason('other'),
  };
}

function selectNext(): void {
  const { labelling } = store.get();
  const outlines = currentVisit(labelling)?.history.present.outlines ?? [];
  const at = outlines.findIndex((outline) => outline.id === labelling.selected);
  store.apply(select(outlines[(at + 1) % outlines.length]?.id ?? null));
}

function toggleSelected(): void {
  const { selected } = store.get().labelling;
  if (selected !== null) store.apply(worked((work) => toggled(work, selected)));
}

/** Counts the seconds that a person spends on a tile. */
function useClock(answering: Answers, visit: Visit | null): void {
  const tile = visit?.task.lease_id ?? null;
  useEffect(() => {
    const { stopwatch } = answering;
    stopwatch.take(); // what lies before this tile is not its time
    const tick = (): void => stopwatch.tick(performance.now());
    const look = (): void => {
      if (document.visibilityState === 'hidden') stopwatch.pause(performance.now());
      else tick();
    };
    window.addEventListener('pointermove', tick, { passive: true });
    window.addEventListener('keydown', tick, { passive: true });
    document.addEventListener('visibilitychange', look);
    return () => {
      window.removeEventListener('pointermove', tick);
      window.removeEventListener('keydown', tick);
      document.removeEventListener('visibilitychange', look);
    };
  }, [answering, tile]);
}
