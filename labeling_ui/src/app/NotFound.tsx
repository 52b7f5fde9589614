import { Link } from '@/components/Link';
import { useText } from '@/i18n/useText';

export function NotFound() {
  const t = useText('common');
  return (
    <main className="plain-page">
      <h1>{t('notFound')}</h1>
      <p>
        <Link to="/">{t('allCampaigns')}</Link>
      </p>
    </main>
  );
}
