import { useText } from '@/i18n/useText';

/** What the work looks like: a tile, what the model drew, and what it missed. */
export function Picture() {
  const t = useText('start');
  return (
    <figure className="start-picture">
      <img src="/tutorial/start.jpg" alt={t('picture')} width={768} height={432} />
      <figcaption>
        <span>
          <i className="line model" /> {t('pictureModel')}
        </span>
        <span>
          <i className="line mine" /> {t('pictureMine')}
        </span>
      </figcaption>
    </figure>
  );
}
