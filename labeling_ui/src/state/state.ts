import type { Me, NewReview, Task } from '@/api/models';
import type { Notice } from '@/api/notices';
import type { Earlier } from '@/actions/earlier';
import type { Visit } from '@/actions/visits';
import type { Tool } from '@/state/tools';
import { DEFAULT_KEYS, type KeyMap } from '@/keys/commands';
import type { Locale } from '@/i18n/locales';

export type Theme = 'system' | 'light' | 'dark';

/** Who works here. A session that ended keeps its name, so that signing in again is one tap. */
export interface Session {
  readonly actor: Me | null;
  readonly token: string | null;
  readonly ended: boolean;
}

export interface Settings {
  readonly locale: Locale;
  readonly theme: Theme;
  readonly keys: KeyMap;
  /** Campaigns whose tutorial was finished or skipped. */
  readonly tutorialDone: boolean;
}

/** What the outbox holds, as the page says it. */
export interface OutboxSummary {
  /** Whether it has been looked at since the page was opened. */
  readonly read: boolean;
  readonly waiting: number;
  readonly refused: readonly RefusedAnswer[];
  readonly reachable: boolean;
  /** Leases of tiles that are answered here, and not (or not well) over there. */
  readonly leases: readonly string[];
  /** This browser keeps nothing: what has not been sent is lost with the page. */
  readonly forgetful: boolean;
  /** What the service said of answers that it took, the latest last. */
  readonly heard: readonly Heard[];
}

export interface Heard {
  readonly notice: Notice;
  /** Of how many answers it was said. */
  readonly count: number;
  /** It is shown until so many answers more have been given. */
  readonly answersLeft: number;
}

export interface RefusedAnswer {
  readonly id: string;
  /** What the service said, in English. */
  readonly detail: string;
  /** What is wrong, for a sentence of the catalogue. */
  readonly why: string | null;
  /** Where on the map it is wrong: longitude, latitude. */
  readonly where: readonly [number, number] | null;
  readonly campaignId: string;
  readonly review: NewReview;
}

export type Supply = 'asking' | 'flowing' | 'empty' | 'unreachable' | 'closed';

/** The label screen: a line of visited tiles, and the tiles that wait behind the last one. */
export interface Labelling {
  readonly campaignId: string | null;
  /** What was visited before `visits`, oldest first: packed, and as good as new when unpacked. */
  readonly earlier: readonly Earlier[];
  readonly visits: readonly Visit[];
  readonly at: number;
  readonly ready: readonly Task[];
  /** Leases that were skipped: kept for a while, so that they are not handed out again at once. */
  readonly skipped: readonly Task[];
  readonly waiting: number | null;
  readonly supply: Supply;
  readonly tool: Tool;
  readonly fixing: boolean;
  readonly selected: string | null;
  readonly hidden: boolean;
  /** Tiles (`z/x/y`) whose picture did not come. */
  readonly pictureless: readonly string[];
  /** Key of a sentence that answers the last act: "the model sees nothing here". */
  readonly hint: string | null;
}

export interface State {
  readonly session: Session;
  readonly settings: Settings;
  readonly outbox: OutboxSummary;
  readonly labelling: Labelling;
  /** A newer version of the page waits on the server. */
  readonly outdated: boolean;
}

export const NOT_LABELLING: Labelling = {
  campaignId: null,
  earlier: [],
  visits: [],
  at: -1,
  ready: [],
  skipped: [],
  waiting: null,
  supply: 'asking',
  tool: 'point',
  fixing: false,
  selected: null,
  hidden: false,
  pictureless: [],
  hint: null,
};

export function initialState(locale: Locale): State {
  return {
    session: { actor: null, token: null, ended: false },
    settings: { locale, theme: 'system', keys: DEFAULT_KEYS, tutorialDone: false },
    outbox: {
      read: false,
      waiting: 0,
      refused: [],
      reachable: true,
      leases: [],
      forgetful: false,
      heard: [],
    },
    labelling: NOT_LABELLING,
    outdated: false,
  };
}
