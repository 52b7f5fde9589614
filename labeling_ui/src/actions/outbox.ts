import type { Notice } from '@/api/notices';
import type { Heard, OutboxSummary, State } from '@/state/state';

export const outboxHolds =
  (found: Partial<OutboxSummary>) =>
  (state: State): State => ({ ...state, outbox: { ...state.outbox, ...found } });

/** So many answers long a notice is shown: time to read it, and it goes by itself. */
const SHOWN_FOR = 3;

/** The service has taken an answer, and says something of it. The same again is only counted. */
export const heard =
  (notices: readonly Notice[]) =>
  (state: State): State =>
    notices.length === 0 ? state : withHeard(state, notices.reduce(added, state.outbox.heard));

function added(known: readonly Heard[], notice: Notice): Heard[] {
  const same = known.find((one) => sayThe(one.notice, notice));
  const others = known.filter((one) => one !== same);
  return [...others, { notice, count: (same?.count ?? 0) + 1, answersLeft: SHOWN_FOR }];
}

const sayThe = (one: Notice, other: Notice): boolean =>
  one.code === other.code && (one.code !== null || one.text === other.text);

/** Another answer was given: what has been said for a while is said no more. */
export const heardLong = (state: State): State => {
  const { heard: known } = state.outbox;
  if (known.length === 0) return state;
  const older = known.map((one) => ({ ...one, answersLeft: one.answersLeft - 1 }));
  return withHeard(
    state,
    older.filter((one) => one.answersLeft > 0),
  );
};

/** Read, and put away. */
export const heardEnough =
  (notice: Notice) =>
  (state: State): State =>
    withHeard(
      state,
      state.outbox.heard.filter((one) => one.notice !== notice),
    );

const withHeard = (state: State, known: readonly Heard[]): State =>
  outboxHolds({ heard: known })(state);
