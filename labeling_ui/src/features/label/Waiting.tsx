import { store } from '@/app/store';
import { Link } from '@/components/Link';
import { useText } from '@/i18n/useText';
import { useSelected } from '@/state/store';

/** Why there is no tile at the moment, and what happens next. */
export function Waiting({ campaignId }: { readonly campaignId: string }) {
  const t = useText('label');
  const supply = useSelected(store, (state) => state.labelling.supply);
  return (
    <>
      <p>{t(supply === 'flowing' ? 'asking' : supply)}</p>
      {supply === 'asking' || supply === 'flowing' ? null : (
        <Link to={`/c/${campaignId}`} className="choice">
          {t('leave')}
        </Link>
      )}
    </>
  );
}
