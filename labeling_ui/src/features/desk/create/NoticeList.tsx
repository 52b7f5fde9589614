import type { Notice } from '@/api/notices';
import { store } from '@/app/store';
import { SaidLines } from '@/components/SaidLines';
import { noticeSaid } from '@/i18n/said';
import { useSelected } from '@/state/store';

/** What was done to the input, in the reader's language. */
export function NoticeList({ notices }: { readonly notices: readonly Notice[] }) {
  const locale = useSelected(store, (state) => state.settings.locale);
  return notices.length === 0 ? null : (
    <ul className="notices">
      {notices.map((notice) => (
        <li key={notice.text}>
          <SaidLines said={noticeSaid(locale, notice)} />
        </li>
      ))}
    </ul>
  );
}
