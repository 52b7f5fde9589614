/** What the service says beside a yes: a code with what its sentence fills in, and English. */
export interface Notice {
  /** Null where a service that knew no codes has said it. */
  readonly code: string | null;
  readonly params: Readonly<Record<string, unknown>>;
  readonly text: string;
}

/** The notices of an answer from the wire, whatever version of the service gave it. */
export function noticesOf(answer: unknown): Notice[] {
  const found = isRecord(answer) ? answer.notices : null;
  return Array.isArray(found) ? found.flatMap((one) => noticeOf(one) ?? []) : [];
}

function noticeOf(one: unknown): Notice | null {
  if (typeof one === 'string') return { code: null, params: {}, text: one };
  if (!isRecord(one) || typeof one.text !== 'string') return null;
  const code = typeof one.code === 'string' ? one.code : null;
  return { code, params: isRecord(one.params) ? one.params : {}, text: one.text };
}

const isRecord = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
