import { useText } from '@/i18n/useText';

/** What the work looks like: a tile, what the model drew, and what it missed. */
export function Picture() {
  const t = useText('start');
  return (
    <figure className="start-picture">
      <img src="/tutorial/start.jpg" alt={t('picture')} width={768} height={432} />
      <figcaption>
        <span className="line model" /> {t('pictureModel')}
        <span className="line mine" /> {t('pictureMine')}
      </figcaption>
    </figure>
  );
}
