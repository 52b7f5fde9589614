import { useEffect, useState } from 'react';
import { heardEnough } from '@/actions/outbox';
import { store } from '@/app/store';
import { SaidLines } from '@/components/SaidLines';
import type { Locale } from '@/i18n/locales';
import { noticeSaid } from '@/i18n/said';
import { loadSections } from '@/i18n/text';
import { useText } from '@/i18n/useText';
import { useSelected } from '@/state/store';
import { Icon } from './Icon';

/** What the service said of an answer that it took, in passing: the latest, and never in the way. */
export function Heard() {
  const common = useText('common');
  const latest = useSelected(store, (state) => state.outbox.heard.at(-1));
  const locale = useSelected(store, (state) => state.settings.locale);
  const ready = useServiceWords(latest === undefined ? null : locale);
  return (
    <div className="heard-place" role="status">
      {latest === undefined || !ready ? null : (
        <div className="card heard">
          <SaidLines said={noticeSaid(locale, latest.notice, latest.count)} />
          <button
            type="button"
            className="tool"
            aria-label={common('close')}
            onClick={() => store.apply(heardEnough(latest.notice))}
            onPointerDown={(event) => event.preventDefault()}
          >
            <Icon name="close" />
          </button>
        </div>
      )}
    </div>
  );
}

/** Most volunteers never hear anything: the sentences come when there is something to say. */
function useServiceWords(locale: Locale | null): boolean {
  const [settled, setSettled] = useState<Locale | null>(null);
  useEffect(() => {
    if (locale === null) return;
    let current = true;
    const done = (): void => {
      if (current) setSettled(locale);
    };
    // Without the sentences the service's own words are shown.
    loadSections(locale, ['service']).then(done, done);
    return () => {
      current = false;
    };
  }, [locale]);
  return locale !== null && settled === locale;
}
