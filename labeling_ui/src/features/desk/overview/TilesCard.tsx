import { useId, useMemo, useState } from 'react';
import type { Campaign, Round } from '@/api/models';
import { store } from '@/app/store';
import { useText } from '@/i18n/useText';
import { useSelected } from '@/state/store';
import { Trouble } from '../Trouble';
import { percent } from '../format';
import { Swatch } from './Swatch';
import { TileMapView } from './TileMapView';
import { countLooks, cutsOf, rankOf, STATE_LOOKS, UNSURE_LOOKS, type PaintBy } from './tileLooks';
import { useTiles, type TileFeature } from './useTiles';

interface Props {
  readonly campaign: Campaign;
  readonly round: Round | null;
}

/** Below this many tiles the map follows every answer; above, every round. */
const FOLLOWED_MOST = 3_000;

/** Stands where a count will, until the tiles are here: 0 would be a claim. */
const UNKNOWN = '–';

/** The map of tiles; its legend counts them, so that it can be read without seeing the map. */
export function TilesCard({ campaign, round }: Props) {
  const t = useText('desk');
  const heading = useId();
  const [by, setBy] = useState<PaintBy>('state');
  const [selected, setSelected] = useState<number | null>(null);
  const { tiles, cut, error } = useTiles(campaign.id, versionOf(campaign, round));
  const properties = useMemo(() => (tiles ?? []).map((tile) => tile.properties), [tiles]);
  const cuts = useMemo(() => cutsOf(properties), [properties]);
  const counts = useMemo(() => countLooks(properties, by, cuts), [properties, by, cuts]);
  const looks = (by === 'state' ? STATE_LOOKS : UNSURE_LOOKS).filter(
    (look) => look !== 'blind' || counts.has(look),
  );
  const chosen = tiles?.find((tile) => tile.id === selected) ?? null;
  const countOf = (count: number) => (tiles === null ? UNKNOWN : count);
  const most = useMemo(() => mostUnsure(tiles ?? []), [tiles]);

  return (
    <section className="card full" aria-labelledby={heading} aria-busy={tiles === null}>
      <div className="row between">
        <h2 id={heading}>{t('mapOfTiles')}</h2>
        <fieldset className="switch">
          <legend className="visually-hidden">{t('colourBy')}</legend>
          {(['state', 'uncertainty'] as const).map((one) => (
            <label key={one}>
              <input type="radio" name={heading} checked={by === one} onChange={() => setBy(one)} />
              <span>{t(`by_${one}`)}</span>
            </label>
          ))}
        </fieldset>
      </div>
      <p className="hint">{t(by === 'state' ? 'byStateWhat' : 'byUncertaintyWhat')}</p>
      <Trouble error={error} />
      {cut ? <p className="hint">{t('tilesCut', { count: tiles?.length ?? 0 })}</p> : null}
      <div className="tiles">
        <TileMapView
          campaign={campaign}
          tiles={tiles}
          by={by}
          cuts={cuts}
          chosen={chosen}
          onTile={setSelected}
        />
        <div className="tiles-side">
          <ul className="legend">
            {looks.map((look) => (
              <li key={look}>
                <Swatch look={look} />
                <span>{t(`look_${look}`)}</span>
                <b>{countOf(counts.get(look) ?? 0)}</b>
              </li>
            ))}
            <li>
              <span className="swatch audit" aria-hidden="true" />
              <span>{t('look_audit')}</span>
              <b>{countOf(properties.filter(({ role }) => role === 'audit').length)}</b>
            </li>
          </ul>
          {campaign.second_looks > 0 ? (
            <p className="hint">{t('secondLooks', { count: campaign.second_looks })}</p>
          ) : null}
          <div aria-live="polite">
            {chosen === null ? (
              <p className="hint">{t('tapATile')}</p>
            ) : (
              <TileWords tile={chosen} all={properties} />
            )}
          </div>
          {by === 'uncertainty' && most.length > 0 ? (
            <>
              <h3>{t('mostUnsure')}</h3>
              <div className="row">
                {most.map((tile, index) => (
                  <button
                    key={tile.id}
                    type="button"
                    className="button"
                    aria-pressed={tile.id === selected}
                    aria-label={t('showTile', { number: index + 1 })}
                    onClick={() => setSelected(tile.id)}
                  >
                    {index + 1}
                  </button>
                ))}
              </div>
            </>
          ) : null}
        </div>
      </div>
    </section>
  );
}

interface WordsProps {
  readonly tile: TileFeature;
  readonly all: readonly TileFeature['properties'][];
}

const REASONS = [
  'unsure_objects',
  'unsure_ground',
  'sees_objects',
  'random_check',
  'typical',
  'starting_labels',
  'model_blind',
] as const;

function TileWords({ tile, all }: WordsProps) {
  const t = useText('desk');
  const label = useText('label');
  const locale = useSelected(store, (state) => state.settings.locale);
  const { z, x, y, state, in_batch, reviewed, reason, role, doubt } = tile.properties;
  const rank = state === 'open' ? rankOf(tile.properties, all) : null;
  const known = REASONS.find((one) => one === reason);
  return (
    <div className="stack">
      <h3>
        {t('tile')} <bdi dir="ltr">{`${z}/${x}/${y}`}</bdi>
      </h3>
      <p>
        {t(`look_${state === 'open' && in_batch ? 'asked' : state}`)}.{' '}
        {reviewed > 0 ? t('looks', { count: reviewed }) : null}
      </p>
      {doubt ? <p>{t(`doubt_${doubt}`)}</p> : null}
      {role === 'audit' ? <p>{t('auditWhat')}</p> : null}
      {rank === null ? null : <p>{t('surerOf', { share: percent(locale, rank) })}</p>}
      {known === undefined || !in_batch ? null : <p>{label(known)}</p>}
    </div>
  );
}

function versionOf(campaign: Campaign, round: Round | null): string {
  const { open, settled, disputed, unusable } = campaign.tiles.pool;
  const all = open + settled + disputed + unusable;
  const looks = campaign.second_looks;
  const answers = all > FOLLOWED_MOST ? '' : `${settled}-${disputed}-${unusable}-${looks}`;
  return [round?.number, round?.state, campaign.promoted_checkpoint_id, answers].join(' ');
}

const MOST_UNSURE = 5;

function mostUnsure(tiles: readonly TileFeature[]): TileFeature[] {
  return tiles
    .filter(
      ({ properties }) => properties.state === 'open' && typeof properties.uncertainty === 'number',
    )
    .sort((a, b) => (b.properties.uncertainty ?? 0) - (a.properties.uncertainty ?? 0))
    .slice(0, MOST_UNSURE);
}
