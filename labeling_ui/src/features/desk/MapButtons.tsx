import { useText } from '@/i18n/useText';

interface Props {
  readonly onZoom: (steps: number) => void;
  /** Back to the whole area. */
  readonly onWhole?: () => void;
}

/** Large enough for a thumb, and reached by the Tab key. */
export function MapButtons({ onZoom, onWhole }: Props) {
  const t = useText('desk');
  return (
    <div className="map-buttons">
      <button type="button" className="button" aria-label={t('zoomIn')} onClick={() => onZoom(1)}>
        +
      </button>
      <button type="button" className="button" aria-label={t('zoomOut')} onClick={() => onZoom(-1)}>
        −
      </button>
      {onWhole === undefined ? null : (
        <button type="button" className="button" aria-label={t('wholeArea')} onClick={onWhole}>
          <svg width="20" height="20" viewBox="0 0 20 20" aria-hidden="true">
            <path
              d="M2,7V2h5M13,2h5v5M18,13v5h-5M7,18H2v-5"
              fill="none"
              stroke="currentColor"
              strokeWidth="2"
            />
          </svg>
        </button>
      )}
    </div>
  );
}
